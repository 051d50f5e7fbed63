#include <doctest/doctest.h>

#include "ctl/commands.h"
#include "ctl/failure.h"

using namespace grapnel::ctl;

TEST_CASE("reasons of DISCONNECT by number and name") {
    CHECK(disconnect_reason("152") == 0x98);
    CHECK(disconnect_reason("0x8b") == 0x8b);
    CHECK(disconnect_reason("Server busy") == 0x89);
    CHECK(disconnect_reason("server-busy") == 0x89);
    CHECK(disconnect_reason("administrative_action") == 0x98);
    for (const auto* const wrong : {"", "0x1ff", "-1", "12x", "unknown", "no such thing"})
        CHECK_THROWS_AS(disconnect_reason(wrong), UsageFailure);
}
