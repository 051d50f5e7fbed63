#include "server/output.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <string>

#include "topics/support.h"

using namespace grapnel;
using Flushed = Output::Flushed;

namespace {

// Takes up to `room` bytes in all, at most `most` of them a call.
class FakeStream final : public Stream {
public:
    long read(char*, size_t) override { return kWouldBlock; }
    long write(const iovec* pieces, int count) override {
        ++calls;
        if (closed) return kClosed;
        size_t left = std::min(room, most);
        if (left == 0) return kWouldBlock;
        long taken = 0;
        for (int i = 0; i < count && left != 0; ++i) {
            const size_t part = std::min(left, pieces[i].iov_len);
            written.append(static_cast<const char*>(pieces[i].iov_base), part);
            left -= part;
            room -= part;
            taken += static_cast<long>(part);
        }
        return taken;
    }
    void watch(bool, bool) override {}
    void finish() override {}
    void close() override {}
    TransportPointer release() override { return nullptr; }

    std::string written;
    size_t room = SIZE_MAX;
    size_t most = SIZE_MAX;
    int calls = 0;
    bool closed = false;
};

std::string pattern(size_t size, size_t seed) {
    std::string text(size, '\0');
    for (size_t i = 0; i < size; ++i) text[i] = static_cast<char>('a' + (i * 7 + seed) % 26);
    return text;
}

}  // namespace

TEST_CASE("an output that was never used writes nothing") {
    OutputPool pool;
    DeliveryTimes times;
    Output output;
    FakeStream stream;
    uint64_t written = 0;
    CHECK(output.empty());
    CHECK(output.bytes() == 0);
    CHECK(output.packets() == 0);
    CHECK(output.flush(pool, stream, written, times) == Flushed::all);
    CHECK(stream.calls == 0);
    output.clear(pool);
}

TEST_CASE("packets go out in order, in one write") {
    OutputPool pool;
    DeliveryTimes times;
    Output output;
    FakeStream stream;
    uint64_t written = 5;
    output.append(pool, "one");
    output.append(pool, "two");
    CHECK(output.bytes() == 6);
    CHECK(output.packets() == 2);
    CHECK(output.flush(pool, stream, written, times) == Flushed::all);
    CHECK(stream.written == "onetwo");
    CHECK(stream.calls == 1);
    CHECK(written == 11);
    CHECK(output.empty());
    CHECK(output.bytes() == 0);
    CHECK(output.packets() == 0);
}

TEST_CASE("a payload is referenced behind its head") {
    OutputPool pool;
    DeliveryTimes times;
    Output output;
    FakeStream stream;
    uint64_t written = 0;
    const auto message = test::make_message("t", pattern(100'000, 1));
    output.append(pool, "head", message, 0);
    output.append(pool, "next");
    CHECK(output.bytes() == 100'008);
    CHECK(output.packets() == 2);
    CHECK(output.flush(pool, stream, written, times) == Flushed::all);
    CHECK(stream.written == "head" + std::string(message->payload()) + "next");
    CHECK(output.empty());
    const auto empty = test::make_message("t", "");
    output.append(pool, "empty", empty, 0);
    CHECK(output.packets() == 1);
    stream.written.clear();
    CHECK(output.flush(pool, stream, written, times) == Flushed::all);
    CHECK(stream.written == "empty");
}

TEST_CASE("a blocked stream goes on where it stopped") {
    OutputPool pool;
    DeliveryTimes times;
    Output output;
    FakeStream stream;
    uint64_t written = 0;
    stream.room = 0;
    output.append(pool, "abcdef");
    CHECK(output.flush(pool, stream, written, times) == Flushed::blocked);
    CHECK(written == 0);
    stream.room = 4;
    CHECK(output.flush(pool, stream, written, times) == Flushed::blocked);
    CHECK(written == 4);
    CHECK(output.bytes() == 2);
    CHECK(output.packets() == 1);
    output.append(pool, "ghi");
    CHECK(output.packets() == 2);
    stream.room = SIZE_MAX;
    CHECK(output.flush(pool, stream, written, times) == Flushed::all);
    CHECK(stream.written == "abcdefghi");
    CHECK(written == 9);
}

TEST_CASE("a closed stream takes nothing, and what waited can be cleared") {
    OutputPool pool;
    DeliveryTimes times;
    Output output;
    FakeStream stream;
    uint64_t written = 0;
    stream.closed = true;
    output.append(pool, "abc", test::make_message("t", "payload"), 0);
    CHECK(output.flush(pool, stream, written, times) == Flushed::closed);
    CHECK(written == 0);
    CHECK(output.bytes() == 10);
    output.clear(pool);
    CHECK(output.empty());
    CHECK(output.bytes() == 0);
    output.append(pool, "again");
    stream.closed = false;
    CHECK(output.flush(pool, stream, written, times) == Flushed::all);
    CHECK(stream.written == "again");
}

TEST_CASE("a packet larger than every chunk") {
    OutputPool pool;
    DeliveryTimes times;
    Output output;
    FakeStream stream;
    uint64_t written = 0;
    const std::string large = pattern(300'000, 3);
    output.append(pool, "x");
    output.append(pool, large);
    CHECK(output.packets() == 2);
    stream.most = 10'000;
    while (output.flush(pool, stream, written, times) == Flushed::blocked) continue;
    CHECK(stream.written == "x" + large);
}

TEST_CASE("packets waiting are counted to within a chunk") {
    OutputPool pool;
    DeliveryTimes times;
    Output output;
    FakeStream stream;
    uint64_t written = 0;
    constexpr size_t kPackets = 20'000;
    const std::string packet = pattern(100, 4);
    for (size_t i = 0; i < kPackets; ++i) output.append(pool, packet);
    CHECK(output.packets() == kPackets);
    for (size_t done = 0; done < kPackets; done += 100) {
        stream.room = 100 * packet.size();
        output.flush(pool, stream, written, times);
        const size_t left = kPackets - done - 100;
        REQUIRE(output.bytes() == left * packet.size());
        REQUIRE(output.packets() >= left);
        REQUIRE(output.packets() <= left + 32 * 1024 / packet.size() + 1);
    }
    CHECK(output.empty());
}

TEST_CASE("many outputs share a pool and never each other's bytes") {
    std::mt19937 random(29);
    OutputPool pool;
    DeliveryTimes times;
    constexpr size_t kOutputs = 8;
    Output outputs[kOutputs];
    FakeStream streams[kOutputs];
    std::string expected[kOutputs];
    uint64_t written[kOutputs] = {};
    const Ref<Message> messages[] = {test::make_message("t", pattern(5'000, 5)),
                                     test::make_message("t", pattern(70'000, 6)),
                                     test::make_message("t", "")};
    for (size_t round = 0; round < 20'000; ++round) {
        const size_t which = random() % kOutputs;
        Output& output = outputs[which];
        const size_t kind = random() % 20;
        if (kind < 9) {
            const std::string packet = pattern(1 + random() % (kind == 0 ? 40'000 : 60), round);
            output.append(pool, packet);
            expected[which] += packet;
        } else if (kind < 11) {
            const auto& message = messages[random() % 3];
            output.append(pool, "head", message, 0);
            expected[which].append("head").append(message->payload());
        } else {
            streams[which].room = random() % (kind == 11 ? 200'000 : 3'000);
            streams[which].most = 1 + random() % 50'000;
            output.flush(pool, streams[which], written[which], times);
        }
        REQUIRE(written[which] == streams[which].written.size());
        REQUIRE(written[which] + output.bytes() == expected[which].size());
        if (output.empty()) REQUIRE(output.packets() == 0);
    }
    for (size_t which = 0; which < kOutputs; ++which) {
        streams[which].room = streams[which].most = SIZE_MAX;
        CHECK(outputs[which].flush(pool, streams[which], written[which], times) == Flushed::all);
        CHECK((streams[which].written == expected[which]));
    }
}

namespace {

// What `times` has, as the number of messages that took longer than `slow_us`, and of all.
struct Observed {
    uint64_t slow = 0;
    uint64_t all = 0;
};
Observed observe(DeliveryTimes& times, uint64_t now_us) {
    Histogram latency;
    times.observe(now_us, latency);
    const HistogramTotals totals = latency.totals();
    return {totals.count() - totals.buckets[0], totals.count()};
}

}  // namespace

TEST_CASE("messages count as delivered once their last byte is out") {
    OutputPool pool;
    DeliveryTimes times;
    Output output;
    FakeStream stream;
    uint64_t written = 0;
    stream.room = 3;
    output.append(pool, "abcd", 1'000);
    output.append(pool, "answer");  // is no message
    CHECK(output.flush(pool, stream, written, times) == Flushed::blocked);
    CHECK(times.empty());
    stream.room = 7;
    for (int i = 0; i < 2; ++i) {
        output.append(pool, "ef", 2'000);
    }
    CHECK(output.flush(pool, stream, written, times) == Flushed::blocked);
    CHECK(observe(times, 2'005).slow == 1);
    stream.room = SIZE_MAX;
    CHECK(output.flush(pool, stream, written, times) == Flushed::all);
    const Observed rest = observe(times, 2'005);
    CHECK(rest.slow == 0);
    CHECK(rest.all == 2);
    CHECK(stream.written == "abcdanswerefef");

    output.append(pool, "answer");
    CHECK(output.flush(pool, stream, written, times) == Flushed::all);
    CHECK(times.empty());
}

TEST_CASE("messages that are given up are not delivered") {
    OutputPool pool;
    DeliveryTimes times;
    Output output;
    FakeStream stream;
    uint64_t written = 0;
    output.append(pool, "abcd", 1'000, 2);
    output.clear(pool);
    output.append(pool, "x");
    CHECK(output.flush(pool, stream, written, times) == Flushed::all);
    CHECK(times.empty());
}

TEST_CASE("a socket that is slow for long has no end of times") {
    OutputPool pool;
    DeliveryTimes times;
    Output output;
    FakeStream stream;
    uint64_t written = 0;
    for (uint64_t i = 1; i <= 1'000; ++i) {
        output.append(pool, "abcd", i * 100);
    }
    CHECK(output.flush(pool, stream, written, times) == Flushed::all);
    const Observed all = observe(times, 100'000);
    CHECK(all.all == 1'000);
    CHECK(all.slow == 1'000);  // the last ones count as older than they are
}
