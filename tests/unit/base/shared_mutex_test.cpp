#include "base/shared_mutex.h"

#include <doctest/doctest.h>

#include <atomic>
#include <latch>
#include <mutex>
#include <shared_mutex>
#include <thread>
#include <vector>

using namespace grapnel;

TEST_CASE("writers exclude each other and readers") {
    SharedMutex mutex;
    int first = 0;
    int second = 0;
    std::atomic<int> differences{0};
    std::vector<std::thread> threads;
    for (int thread = 0; thread < 4; ++thread)
        threads.emplace_back([&, thread] {
            for (int round = 0; round < 5'000; ++round) {
                if (thread < 2) {
                    const std::unique_lock lock(mutex);
                    ++first;
                    ++second;
                } else {
                    const std::shared_lock lock(mutex);
                    if (first != second) ++differences;
                }
            }
        });
    for (std::thread& thread : threads) thread.join();
    CHECK(first == 10'000);
    CHECK(differences == 0);
}

TEST_CASE("readers read at once") {
    SharedMutex mutex;
    std::latch both(2);
    std::thread other([&] {
        const std::shared_lock lock(mutex);
        both.arrive_and_wait();
    });
    {
        const std::shared_lock lock(mutex);
        both.arrive_and_wait();
    }
    other.join();
}

TEST_CASE("readers without end do not keep a writer out") {
    SharedMutex mutex;
    std::atomic<bool> written{false};
    std::latch reading(2);
    std::vector<std::thread> readers;
    for (int reader = 0; reader < 2; ++reader)
        readers.emplace_back([&] {
            bool counted = false;
            while (!written) {
                const std::shared_lock lock(mutex);
                if (!counted) reading.count_down();
                counted = true;
            }
        });
    reading.wait();
    {
        const std::unique_lock lock(mutex);
        written = true;
    }
    for (std::thread& reader : readers) reader.join();
    CHECK(written);
}
