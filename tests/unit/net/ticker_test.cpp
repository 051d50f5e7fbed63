#include "net/ticker.h"

#include <doctest/doctest.h>

#include "net/loop.h"

using namespace grapnel;

TEST_CASE("it ticks until it is stopped, also inside of a tick") {
    Loop loop;
    int ticks = 0;
    Ticker* ticker = nullptr;
    ticker = Ticker::start(loop.uv(), 1, [&] {
        if (++ticks < 3) return;
        ticker->stop();
        loop.stop();
    });
    loop.run();
    CHECK(ticks == 3);
}
