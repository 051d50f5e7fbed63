#include "web/buffers.h"

#include <doctest/doctest.h>

using namespace grapnel;

TEST_CASE("large buffers are used again, small ones are not kept") {
    WebBuffers buffers;
    CHECK(buffers.take(100).capacity() < WebBuffers::kLarge);
    std::string large = buffers.take(WebBuffers::kLarge);
    CHECK(large.capacity() >= WebBuffers::kSize);
    large = "used";
    const char* const place = large.data();
    buffers.give(std::move(large));
    const std::string again = buffers.take(WebBuffers::kLarge);
    CHECK(again.empty());
    CHECK(again.data() == place);
    buffers.give("small");
    CHECK(buffers.take(WebBuffers::kLarge).capacity() >= WebBuffers::kSize);
}
