#include "net/loop.h"

#include <doctest/doctest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <memory>
#include <thread>
#include <vector>

using namespace grapnel;

TEST_CASE("tasks run in the order of posting, those of tasks too") {
    Loop loop;
    std::vector<int> ran;
    loop.post([&] {
        ran.push_back(1);
        loop.post([&] {
            ran.push_back(3);
            loop.stop();
        });
    });
    loop.post([&] { ran.push_back(2); });
    loop.run();
    CHECK(ran == std::vector<int>{1, 2, 3});
}

TEST_CASE("what is posted first runs before what was posted earlier") {
    Loop loop;
    std::vector<int> ran;
    loop.post([&] { ran.push_back(2); });
    loop.post([&] { loop.stop(); });
    loop.post_first([&] { ran.push_back(1); });
    loop.run();
    CHECK(ran == std::vector<int>{1, 2});
}

TEST_CASE("a turn may wait for what is posted first, and what is posted meanwhile is not lost") {
    Loop loop;
    std::vector<int> ran;
    std::thread other;
    loop.post_first([&] {
        other = std::thread([&] {
            loop.post_first([&] { ran.push_back(1); });
            loop.post([&] {
                ran.push_back(3);
                loop.stop();
            });
            loop.post_first([&] { ran.push_back(2); });
        });
        while (ran.size() < 2) loop.run_first();
    });
    loop.run();
    other.join();
    CHECK(ran == std::vector<int>{1, 2, 3});
}

TEST_CASE("what tasks hold that came too late to run is gone when run returns") {
    Loop loop;
    const auto held = std::make_shared<int>(1);
    loop.post([&] {
        loop.post([held] { FAIL("run after the end"); });
        loop.post_first([held] { FAIL("run after the end"); });
        loop.stop();
    });
    loop.run();
    CHECK(held.use_count() == 1);
}

TEST_CASE("each thread's tasks stay in order, and all run on the loop thread") {
    constexpr size_t kThreads = 4;
    constexpr int kTasks = 2'000;
    Loop loop;
    std::vector<std::vector<int>> ran(kThreads);
    size_t ended = 0;
    bool elsewhere = false;
    const auto loop_thread = std::this_thread::get_id();
    std::vector<std::thread> threads;
    for (size_t thread = 0; thread < kThreads; ++thread)
        threads.emplace_back([&, thread] {
            for (int task = 0; task < kTasks; ++task)
                loop.post([&, thread, task] {
                    ran[thread].push_back(task);
                    elsewhere |= std::this_thread::get_id() != loop_thread;
                });
            loop.post([&] {
                if (++ended == kThreads) loop.stop();
            });
        });
    loop.run();
    for (auto& thread : threads) thread.join();
    CHECK_FALSE(elsewhere);
    for (const auto& tasks : ran) {
        REQUIRE(tasks.size() == kTasks);
        for (int task = 0; task < kTasks; ++task) REQUIRE(tasks[static_cast<size_t>(task)] == task);
    }
}

TEST_CASE("a task posted after the stop is dropped, and what it holds with it") {
    const auto shared = std::make_shared<int>(0);
    bool ran = false;
    {
        Loop loop;
        loop.post([&] {
            loop.stop();
            loop.stop();
            loop.post([&ran, shared] { ran = true; });
        });
        loop.run();
        loop.post([&ran, shared] { ran = true; });
    }
    CHECK_FALSE(ran);
    CHECK(shared.use_count() == 1);
}

TEST_CASE("a loop that never ran ends well") {
    const auto shared = std::make_shared<int>(0);
    {
        Loop loop;
        loop.post([shared] {});
    }
    CHECK(shared.use_count() == 1);
}

TEST_CASE("libuv's handles work inside, started before the run and by tasks in it") {
    Loop loop;
    int ends[2];
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0);
    struct Told {
        Loop& loop;
        uv_timer_t timer{};
        uv_poll_t poll{};
        int timed = 0;
        int read = 0;
        int turns = 0;
    } told{loop};
    told.timer.data = told.poll.data = &told;
    REQUIRE(uv_timer_init(loop.uv(), &told.timer) == 0);
    uv_timer_start(
        &told.timer, [](uv_timer_t* timer) { ++static_cast<Told*>(timer->data)->timed; }, 1, 0);
    loop.at_turn_end([&] { ++told.turns; });
    loop.post([&] {
        REQUIRE(uv_poll_init_socket(loop.uv(), &told.poll, ends[0]) == 0);
        uv_poll_start(&told.poll, UV_READABLE, [](uv_poll_t* poll, int, int) {
            auto* seen = static_cast<Told*>(poll->data);
            if (seen->timed == 0) return;  // level-triggered: told again
            ++seen->read;
            uv_close(reinterpret_cast<uv_handle_t*>(&seen->poll), nullptr);
            uv_close(reinterpret_cast<uv_handle_t*>(&seen->timer), nullptr);
            seen->loop.stop();
        });
        REQUIRE(::send(ends[1], "x", 1, 0) == 1);
    });
    loop.run();
    CHECK(told.timed == 1);
    CHECK(told.read == 1);
    CHECK(told.turns > 0);
    CHECK_FALSE(loop.left_open());
    ::close(ends[0]);
    ::close(ends[1]);
}

TEST_CASE("a turn knows when it began where something happened") {
    Loop loop;
    for (int i = 0; i < 3; ++i) {
        loop.turn(false);
        CHECK(loop.poller().woken_ns() == 0);
    }
    const uint64_t before_ns = uv_hrtime();
    loop.post([] {});
    loop.turn(false);
    CHECK(loop.poller().woken_ns() >= before_ns);
    CHECK(loop.poller().woken_ns() <= uv_hrtime());
    loop.turn(false);
    CHECK(loop.poller().woken_ns() == 0);
}
