#include "admin/trace_desk.h"

#include <doctest/doctest.h>

#include "server/worker_fixture.h"

using namespace grapnel;

namespace {

struct Desk {
    bool log(int number) { return traces.log("id" + std::to_string(number), nullptr); }
    bool follow(int number) {
        streams.push_back(std::make_shared<HttpStream>());
        return traces.follow("id" + std::to_string(number), streams.back(), nullptr);
    }
    // The worker's copy, once it has it.
    bool has(const char* id) {
        workers.turn(0);
        return workers[0].traces.has(id);
    }
    TestWorkers workers;
    TraceDesk traces{workers.core};
    std::vector<std::shared_ptr<HttpStream>> streams;
};

}  // namespace

TEST_CASE("a worker knows what is traced before whoever asked is told") {
    Desk desk;
    bool known = false;
    REQUIRE(desk.traces.log("one", [&] { known = desk.workers[0].traces.has("one"); }));
    CHECK(desk.traces.logged("one"));
    CHECK(desk.has("one"));
    CHECK(known);
    desk.traces.end("one", [&] { known = desk.workers[0].traces.has("one"); });
    CHECK_FALSE(desk.traces.logged("one"));
    CHECK_FALSE(desk.has("one"));
    CHECK_FALSE(known);
}

TEST_CASE("sixty-four ids are traced, and no more") {
    Desk desk;
    for (int number = 0; number < 64; ++number) CHECK(desk.log(number));
    CHECK_FALSE(desk.log(64));
    CHECK_FALSE(desk.follow(64));
    CHECK(desk.log(63));
    CHECK(desk.follow(63));
    desk.traces.end("id0", nullptr);
    CHECK(desk.log(64));
}

TEST_CASE("a stream is read, and ends with its trace") {
    Desk desk;
    REQUIRE(desk.follow(1));
    CHECK(desk.has("id1"));
    CHECK(desk.workers[0].traces.tell("id1", {7, false, "PINGRESP", 2, "\"\n"}));
    CHECK(desk.streams[0]->take(1000) ==
          "event: packet\ndata: {\"time_ms\":7,\"direction\":\"out\",\"packet\":\"PINGRESP\","
          "\"size_bytes\":2,\"text\":\"\\\"\\n\"}\n\n");
    desk.traces.end("id1", nullptr);
    CHECK(desk.streams[0]->finished());
}

TEST_CASE("readers that left make room") {
    Desk desk;
    for (int number = 0; number < 64; ++number) CHECK(desk.follow(7));
    CHECK_FALSE(desk.follow(7));
    desk.streams[0]->close();  // the peer is gone
    desk.streams[1].reset();   // nobody ever came
    CHECK(desk.follow(7));
    CHECK(desk.follow(8));
    CHECK_FALSE(desk.follow(8));
    for (const auto& stream : desk.streams)
        if (stream) stream->close();
    CHECK(desk.log(9));
    CHECK(desk.follow(9));
    CHECK_FALSE(desk.has("id7"));
}
