#include "server/traces.h"

#include <doctest/doctest.h>

using namespace grapnel;

namespace {

struct Reader final : TraceListener {
    bool packet(const TracedPacket& packet) override {
        seen += packet.text;
        return reads;
    }
    std::string seen;
    bool reads = true;
};

constexpr TracedPacket kPacket{1, true, "PINGREQ", 2, "x"};

}  // namespace

TEST_CASE("packets go to who listens, until nobody does") {
    Traces traces;
    const auto reader = std::make_shared<Reader>();
    CHECK_FALSE(traces.any());
    traces.set("one", {false, {reader}});
    CHECK(traces.any());
    CHECK(traces.has("one"));
    CHECK_FALSE(traces.has("two"));
    CHECK(traces.tell("one", kPacket));
    CHECK_FALSE(traces.tell("two", kPacket));
    reader->reads = false;
    CHECK_FALSE(traces.tell("one", kPacket));
    CHECK(reader->seen == "xx");
    CHECK_FALSE(traces.any());
}

TEST_CASE("a trace ends where it is set to nothing") {
    Traces traces;
    traces.set("one", {true, {}});
    CHECK(traces.has("one"));
    traces.set("one", {});
    CHECK_FALSE(traces.any());
}
