#include "base/base64.h"

#include <doctest/doctest.h>

using namespace grapnel;

TEST_CASE("the vectors of RFC 4648") {
    const std::pair<const char*, const char*> kVectors[] = {{"", ""},
                                                            {"f", "Zg=="},
                                                            {"fo", "Zm8="},
                                                            {"foo", "Zm9v"},
                                                            {"foob", "Zm9vYg=="},
                                                            {"fooba", "Zm9vYmE="},
                                                            {"foobar", "Zm9vYmFy"}};
    for (const auto& [bytes, text] : kVectors) {
        CHECK(to_base64(bytes) == text);
        CHECK(from_base64(text) == std::string(bytes));
    }
}

TEST_CASE("all bytes") {
    std::string bytes;
    for (int i = 0; i < 256; ++i) bytes += static_cast<char>(i);
    for (size_t size = 0; size <= bytes.size(); ++size)
        CHECK(from_base64(to_base64(bytes.substr(0, size))) == bytes.substr(0, size));
}

TEST_CASE("what is no base64") {
    for (const char* text : {"Zg", "Zg=", "Z===", "====", "=g==", "Zh==", "Zm9=", "Zm9v\n",
                             "Z g=", "Zm-_", "Zg==Zg==", "\xff\xff\xff\xff"})
        CHECK_MESSAGE(!from_base64(text), text);
}
