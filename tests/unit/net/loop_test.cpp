#include "net/loop.h"

#include <doctest/doctest.h>

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
