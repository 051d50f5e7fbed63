#include "server/pulse.h"

#include <doctest/doctest.h>

#include "server/worker_fixture.h"

using namespace grapnel;

TEST_CASE("workers that turn are not silent, one that does not is") {
    TestWorkers workers(2);
    Pulse pulse(workers.core.workers);
    CHECK(pulse.silence_ms(1000) == 0);
    workers.turn(0);
    workers.turn(1);
    CHECK(pulse.silence_ms(2000) == 0);
    workers.turn(0);
    CHECK(pulse.silence_ms(3000) == 1000);
    workers.turn(0);
    CHECK(pulse.silence_ms(4000) == 2000);
    workers.turn(0);
    workers.turn(1);
    CHECK(pulse.silence_ms(5000) == 0);
}
