#include "net/wake_call.h"

#include <doctest/doctest.h>

#include <thread>

#include "net/loop.h"

using namespace grapnel;

TEST_CASE("asked for many times, it comes once at least behind the last") {
    Loop loop;
    std::atomic<int> asked{0};
    int calls = 0;
    WakeCall* call = nullptr;
    call = WakeCall::start(loop.uv(), [&] {
        ++calls;
        if (asked < 1000) return;
        call->stop();
        loop.stop();
    });
    std::thread other([&] {
        for (int i = 0; i < 999; ++i, ++asked) call->ask();
        ++asked;
        call->ask();
    });
    loop.run();
    other.join();
    CHECK(calls >= 1);
    CHECK(calls <= 1000);
}
