#include "server/restore_gate.h"

#include <doctest/doctest.h>

#include "worker_fixture.h"

using namespace grapnel;

TEST_CASE("what is asked of workers waits for the gate, and keeps its order") {
    TestWorkers workers;
    RestoreGate gate;
    std::string seen;
    CHECK(gate.post(workers[0], [&] { seen += "a"; }));
    CHECK(gate.post(workers[0], [&] { seen += "b"; }));
    workers.turn(0);
    CHECK(seen == "");
    CHECK_FALSE(gate.is_open());
    gate.open();
    CHECK(gate.post(workers[0], [&] { seen += "c"; }));
    workers.turn(0);
    CHECK(seen == "abc");
}

TEST_CASE("a closed gate does not hold more and more") {
    TestWorkers workers;
    RestoreGate gate;
    size_t held = 0;
    while (held < 1'000'000 && gate.post(workers[0], [] {})) ++held;
    CHECK(held == 65'536);
    gate.open();
    CHECK(gate.post(workers[0], [] {}));
}
