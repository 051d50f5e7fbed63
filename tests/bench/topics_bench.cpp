// What the topic index and the retained store cost in memory and time. Prints; judges nothing.
// Usage: topics_bench [subscriptions]

#include <malloc.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>

#include "base/assert.h"
#include "topics/index.h"
#include "topics/retained.h"
#include "topics/route_cache.h"

namespace {

using namespace grapnel;

double now_ns() {
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    return static_cast<double>(std::chrono::duration_cast<std::chrono::nanoseconds>(now).count());
}

double heap_bytes() {
    const struct mallinfo2 info = mallinfo2();
    return static_cast<double>(info.uordblks + info.hblkhd);
}

Filter parse(Bytes text) {
    Filter filter;
    GN_ASSERT(parse_filter(text, 0, filter));
    return filter;
}

// Name of the i-th filter and who subscribes to it.
struct Pattern {
    const char* name;
    std::function<std::string(size_t)> filter;
};

void subscribe_all(const Pattern& pattern, size_t count) {
    Index index(4);
    const double heap = heap_bytes();
    double text_bytes = 0;
    double slowest_ns = 0;
    double last_tenth_ns = 0;
    const double start = now_ns();
    for (size_t i = 0; i < count; ++i) {
        const std::string text = pattern.filter(i);
        const Filter filter = parse(text);
        const double before = now_ns();
        index.subscribe(filter, {i + 1, static_cast<uint16_t>(i % 4)}, {});
        const double took = now_ns() - before;
        slowest_ns = took > slowest_ns ? took : slowest_ns;
        if (i >= count - count / 10) last_tenth_ns += took;
        text_bytes += static_cast<double>(text.size());
    }
    const double total_ns = now_ns() - start;
    const auto n = static_cast<double>(count);
    const double used = heap_bytes() - heap;
    std::printf(
        "subscribe %-18s %6.1f bytes each, %6.1f beyond the filter; %5.0f ns each, last tenth "
        "%5.0f, "
        "slowest %.0f us",
        pattern.name, used / n, (used - text_bytes) / n, total_ns / n, last_tenth_ns / (n / 10),
        slowest_ns / 1e3);
    for (size_t i = 0; i < count; ++i)
        index.unsubscribe(parse(pattern.filter(i)), {i + 1, static_cast<uint16_t>(i % 4)});
    std::printf("; %.0f bytes left after unsubscribing\n", heap_bytes() - heap);
}

void retain_all(size_t count) {
    Retained retained;
    const double heap = heap_bytes();
    double message_bytes = 0;
    const double start = now_ns();
    for (size_t i = 0; i < count; ++i) {
        const std::string topic = "site/" + std::to_string(i) + "/state";
        const auto message = Message::create({.topic = topic,
                                              .payload = "on",
                                              .properties = {},
                                              .origin = {},
                                              .key = i + 1,
                                              .expires_ms = static_cast<int64_t>(i + 1)});
        message_bytes += static_cast<double>(message->footprint());
        retained.set(message, 0);
    }
    const auto n = static_cast<double>(count);
    const double set_ns = (now_ns() - start) / n;
    const double used = heap_bytes() - heap;
    const double match_start = now_ns();
    const size_t matched = retained.match("#", 0).size();
    const double match_ns = (now_ns() - match_start) / static_cast<double>(matched);
    const double expire_start = now_ns();
    const size_t expired = retained.expire(static_cast<int64_t>(count)).size();
    const double expire_ns = (now_ns() - expire_start) / static_cast<double>(expired);
    std::printf(
        "retained                     %6.1f bytes each beyond the message; set %.0f ns, match %.0f "
        "ns, "
        "expire %.0f ns each\n",
        (used - message_bytes) / n, set_ns, match_ns, expire_ns);
}

void find_routes(size_t topics) {
    Index index(4);
    RouteCache cache(index, topics + 1);
    std::vector<std::string> names;
    for (size_t i = 0; i < topics; ++i) {
        names.push_back("site/building/" + std::to_string(i) + "/temperature");
        index.subscribe(parse(names.back()), {i + 1, 0}, {});
    }
    constexpr size_t kRounds = 4'000'000;
    size_t targets = 0;
    for (const std::string& name : names) targets += cache.find(name).all.size();
    const double start = now_ns();
    for (size_t round = 0; round < kRounds; ++round)
        targets += cache.find(names[(round * 7) % topics]).targets(0).size();
    const double hit_ns = (now_ns() - start) / static_cast<double>(kRounds);
    uint64_t generation = 0;
    const double match_start = now_ns();
    for (size_t round = 0; round < kRounds / 20; ++round)
        targets += index.match(names[(round * 7) % topics], generation)->all.size();
    const double match_ns = (now_ns() - match_start) / static_cast<double>(kRounds / 20);
    std::printf("route cache, %7zu topics: hit %.1f ns, match without cache %.0f ns (%zu)\n",
                topics, hit_ns, match_ns, targets);
}

}  // namespace

int main(int argc, char** argv) {
    const size_t count = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 1'000'000;
    const auto number = [](size_t i) { return std::to_string(i); };
    const Pattern patterns[] = {
        {"site/N/state", [&](size_t i) { return "site/" + number(i) + "/state"; }},
        {"site/N/#", [&](size_t i) { return "site/" + number(i) + "/#"; }},
        {"site/N/+/state", [&](size_t i) { return "site/" + number(i) + "/+/state"; }},
        {"+/N", [&](size_t i) { return "+/" + number(i); }},
        {"N/ten/+", [&](size_t i) { return number(i / 10) + "/" + number(i % 10) + "/+"; }},
        {"one filter", [&](size_t) { return std::string("news"); }},
        {"one wildcard", [&](size_t) { return std::string("news/#"); }},
    };
    for (const Pattern& pattern : patterns) subscribe_all(pattern, count);
    retain_all(count);
    for (const size_t topics : {1u, 100u, 10'000u, 100'000u}) find_routes(topics);
    return 0;
}
