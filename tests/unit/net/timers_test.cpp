#include "net/timers.h"

#include <doctest/doctest.h>

#include <functional>
#include <memory>
#include <random>
#include <set>
#include <vector>

using namespace grapnel;

namespace {

// Timers with a clock that stands until it is set; their uv timer never gets to run.
struct Clock {
    Clock() = default;
    ~Clock() {
        timers.close();
        uv_run(&loop, UV_RUN_DEFAULT);
        CHECK(uv_loop_close(&loop) == 0);
    }
    Clock(const Clock&) = delete;
    Clock& operator=(const Clock&) = delete;

    void advance_to(int64_t at_ms) {
        now_ms = at_ms;
        timers.advance();
    }

    uv_loop_t loop;
    const int initialised = uv_loop_init(&loop);
    int64_t now_ms = 1'000'000'007;
    Timers timers{&loop, &now_ms, [](void*) {}, nullptr};
};

// A timer that calls a function.
struct Alarm : Timer {
    explicit Alarm(std::function<void()> function)
        : Timer([](Timer& timer) { static_cast<Alarm&>(timer).ring(); }),
          ring(std::move(function)) {}

    std::function<void()> ring;
};

}  // namespace

TEST_CASE("a timer fires once, never before its deadline and within a tick after it") {
    for (int offset_ms = 0; offset_ms < 45; ++offset_ms) {
        Clock clock;
        const int64_t deadline_ms = clock.now_ms + offset_ms;
        int64_t fired_ms = 0;
        int count = 0;
        Alarm alarm([&] {
            fired_ms = clock.now_ms;
            ++count;
        });
        clock.timers.arm(alarm, deadline_ms);
        CHECK(alarm.armed());
        for (int step = 0; step < 100; ++step) clock.advance_to(clock.now_ms + 1);
        CHECK(count == 1);
        CHECK(fired_ms >= deadline_ms);
        CHECK(fired_ms <= deadline_ms + 20);
        CHECK_FALSE(alarm.armed());
    }
}

TEST_CASE("a disarmed timer does not fire, an armed one moves") {
    Clock clock;
    const int64_t start_ms = clock.now_ms;
    int count = 0;
    Alarm alarm([&] { ++count; });
    alarm.disarm();
    clock.timers.arm(alarm, start_ms + 100);
    alarm.disarm();
    CHECK_FALSE(alarm.armed());
    clock.advance_to(start_ms + 1'000);
    CHECK(count == 0);
    clock.timers.arm(alarm, start_ms + 1'100);
    clock.timers.arm(alarm, start_ms + 5'000);
    clock.advance_to(start_ms + 4'000);
    CHECK(count == 0);
    clock.timers.arm(alarm, start_ms + 4'100);
    clock.advance_to(start_ms + 4'200);
    CHECK(count == 1);
    clock.advance_to(start_ms + 9'000);
    CHECK(count == 1);
}

TEST_CASE("a timer beyond one turn of the wheel, and one turn of the wheel in one step") {
    Clock clock;
    const int64_t start_ms = clock.now_ms;
    int count = 0;
    Alarm far([&] { ++count; });
    Alarm near([&] { ++count; });
    clock.timers.arm(far, start_ms + 100'000);
    for (int64_t at_ms = 0; at_ms < 100'000; at_ms += 500) clock.advance_to(start_ms + at_ms);
    CHECK(count == 0);
    clock.advance_to(start_ms + 100'020);
    CHECK(count == 1);
    clock.timers.arm(far, start_ms + 10'000'000);
    clock.timers.arm(near, start_ms + 200'000);
    clock.advance_to(start_ms + 5'000'000);
    CHECK(count == 2);
    clock.advance_to(start_ms + 10'000'020);
    CHECK(count == 3);
}

TEST_CASE("a callback may arm its own timer again") {
    Clock clock;
    const int64_t start_ms = clock.now_ms;
    int count = 0;
    Alarm alarm([&] {
        ++count;
        clock.timers.arm(alarm, clock.now_ms);  // already due: next time
    });
    clock.timers.arm(alarm, start_ms);
    for (int step = 1; step <= 10; ++step) clock.advance_to(start_ms + step * 20);
    CHECK(count == 10);
}

TEST_CASE("a callback may destroy its own timer and others that are due") {
    Clock clock;
    std::vector<std::unique_ptr<Alarm>> alarms;
    int count = 0;
    for (int i = 0; i < 10; ++i)
        alarms.push_back(std::make_unique<Alarm>([&] {
            ++count;
            alarms.clear();
        }));
    for (const auto& alarm : alarms) clock.timers.arm(*alarm, clock.now_ms + 10);
    clock.advance_to(clock.now_ms + 100);
    CHECK(count == 1);
}

TEST_CASE("timers still armed at the end never fire") {
    int count = 0;
    Alarm alarm([&] { ++count; });
    {
        Clock clock;
        clock.timers.arm(alarm, clock.now_ms + 1);
    }
    CHECK(count == 0);
    CHECK_FALSE(alarm.armed());
}

TEST_CASE("the uv timer wakes the wheel by itself") {
    uv_loop_t loop;
    REQUIRE(uv_loop_init(&loop) == 0);
    int64_t now_ms = 0;
    Timers timers(
        &loop, &now_ms, [](void* owner) { *static_cast<int64_t*>(owner) += 20; }, &now_ms);
    std::vector<int64_t> fired;
    Alarm last([&] {
        fired.push_back(now_ms);
        timers.close();
    });
    Alarm first([&] {
        fired.push_back(now_ms);
        timers.arm(last, now_ms + 30);
    });
    timers.arm(first, 1);
    uv_run(&loop, UV_RUN_DEFAULT);
    CHECK(fired == std::vector<int64_t>{20, 60});
    CHECK(uv_loop_close(&loop) == 0);
}

TEST_CASE("many timers behave as a sorted set does") {
    std::mt19937 random(3);
    Clock clock;
    std::vector<std::unique_ptr<Alarm>> alarms;
    std::vector<int64_t> deadlines(200, -1);  // -1: disarmed
    std::vector<int> fired;
    for (int i = 0; i < 200; ++i)
        alarms.push_back(std::make_unique<Alarm>([&fired, i] { fired.push_back(i); }));
    for (int round = 0; round < 5'000; ++round) {
        const size_t which = random() % alarms.size();
        if (random() % 4 == 0) {
            alarms[which]->disarm();
            deadlines[which] = -1;
        } else {
            const int64_t range_ms = random() % 8 == 0 ? 60'000 : 500;
            deadlines[which] = clock.now_ms + static_cast<int64_t>(random()) % range_ms;
            clock.timers.arm(*alarms[which], deadlines[which]);
        }
        fired.clear();
        const int64_t step_ms = random() % 100 == 0 ? 30'000 : random() % 15;
        clock.advance_to(clock.now_ms + step_ms);
        for (const int each : fired) {
            const auto index = static_cast<size_t>(each);
            REQUIRE(deadlines[index] != -1);
            REQUIRE(deadlines[index] <= clock.now_ms);
            deadlines[index] = -1;
        }
        for (size_t i = 0; i < alarms.size(); ++i) {
            REQUIRE(alarms[i]->armed() == (deadlines[i] != -1));
            if (deadlines[i] != -1) REQUIRE(deadlines[i] + 40 > clock.now_ms);
        }
    }
}
