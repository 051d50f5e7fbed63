#include "admin/log_ring.h"

#include <doctest/doctest.h>

#include <thread>

using namespace grapnel;

TEST_CASE("the last lines, by number") {
    int came = 0;
    LogRing ring([&] { ++came; });
    CHECK(ring.after(0).empty());
    for (size_t i = 1; i <= LogRing::kLinesMost + 5; ++i)
        ring.take(static_cast<int64_t>(i), LogLevel::warn, "module", std::to_string(i));
    CHECK(came == LogRing::kLinesMost + 5);
    const auto lines = ring.after(0);
    REQUIRE(lines.size() == LogRing::kLinesMost);
    CHECK(lines.front().number == 6);
    CHECK(lines.front().text == "6");
    CHECK(lines.back().time_ms == LogRing::kLinesMost + 5);
    CHECK(lines.back().level == LogLevel::warn);
    CHECK(lines.back().module == "module");
    CHECK(ring.after(lines.back().number).empty());
    CHECK(ring.after(lines.back().number - 2).size() == 2);
}

TEST_CASE("a long line is cut") {
    LogRing ring([] {});
    ring.take(1, LogLevel::info, "m", std::string(100'000, 'x'));
    CHECK(ring.after(0)[0].text.size() == LogRing::kTextMost);
}

TEST_CASE("as the tap of a log that several threads write") {
    LogRing ring([] {});
    LogTarget target([](void*, LogLevel, std::string_view) {});
    target.tap(&ring);
    const auto write = [&] {
        for (int i = 0; i < 50; ++i) target.write(LogLevel::info, "m", "text", {{"key", i}});
    };
    std::thread one(write);
    std::thread two(write);
    one.join();
    two.join();
    CHECK(ring.after(0).size() == 100);
    CHECK(ring.after(99)[0].text.starts_with("text key="));
    target.tap(nullptr);
    target.write(LogLevel::info, "m", "text", {});
    CHECK(ring.after(100).empty());
}
