#include "ctl/base64.h"

#include <doctest/doctest.h>

#include <string>

#include "base/base64.h"
#include "ctl/failure.h"

using namespace grapnel::ctl;

TEST_CASE("base64 there and back") {
    for (const std::string& bytes : {std::string(), std::string("a"), std::string("ab"),
                                     std::string("abc"), std::string("\0\xff\0", 3)}) {
        CHECK(base64_bytes(grapnel::to_base64(bytes)) == bytes);
    }
    CHECK(grapnel::to_base64("ab") == "YWI=");
}

TEST_CASE("what is no base64 is refused") {
    for (const std::string text : {"YWI", "Y*I=", "=", "a"}) {
        CAPTURE(text);
        CHECK_THROWS_AS(base64_bytes(text), Failure);
    }
}
