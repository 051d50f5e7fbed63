#include "admin/event_streams.h"

#include <doctest/doctest.h>

using namespace grapnel;
using Wants = EventStreams::Wants;

namespace {

HttpResponse opened(EventStreams& streams, Wants wants, std::string first = "") {
    HttpResponse given;
    streams.open(wants, std::move(first),
                 [&](HttpResponse response) { given = std::move(response); });
    return given;
}

}  // namespace

TEST_CASE("an event is a name and a line") {
    CHECK(event_text("log", "{}") == "event: log\ndata: {}\n\n");
}

TEST_CASE("each stream gets what it wants, behind what it begins with") {
    EventStreams streams;
    CHECK(streams.empty());
    const HttpResponse all = opened(streams, Wants::samples_and_log, "first,");
    const HttpResponse log = opened(streams, Wants::log);
    CHECK(all.status == 200);
    CHECK(all.type == "text/event-stream");
    streams.send_log("log,");
    streams.send_sample("sample,");
    CHECK(all.stream->take(100) == "first,log,sample,");
    CHECK(log.stream->take(100) == "log,");
    streams.send_heartbeat();
    CHECK(log.stream->take(100).starts_with(":"));
}

TEST_CASE("so many and no more, until one ends") {
    EventStreams streams;
    std::vector<HttpResponse> open;
    for (size_t i = 0; i < EventStreams::kStreamsMost; ++i)
        open.push_back(opened(streams, Wants::log));
    CHECK(opened(streams, Wants::log).status == 429);
    open[7].stream->close();
    CHECK(opened(streams, Wants::log).status == 200);
    CHECK(opened(streams, Wants::log).status == 429);
    for (const HttpResponse& response : open) response.stream->close();
    streams.sweep();
    CHECK_FALSE(streams.empty());
}
