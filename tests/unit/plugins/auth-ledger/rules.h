#pragma once

#include <doctest/doctest.h>

#include <memory>
#include <string_view>

#include "load.h"

namespace grapnel::ledger::test {

// The hash of "wonderland", cheap to check.
inline constexpr const char* kWonderland =
    "$7$101$623Aeuntjm7fpsEY$x1/iFJM2Wm+iW9cu2esHVyeOpFxkcHcqn+C62cYI97QDY4HTkbN73G2+pEK+JM/"
    "i7raqA4dY0wq+Wl5ssUEb8g==";

// The ledger of a configuration that must be good.
inline std::shared_ptr<const Ledger> rules(std::string_view text) {
    Faults faults;
    const auto value = parse_toml(text, "t.toml", faults);
    auto ledger = load_ledger(value, read_file, faults);
    for (const auto& fault : faults.all()) MESSAGE(fault.where, ": ", fault.text);
    REQUIRE(ledger);
    return ledger;
}

}  // namespace grapnel::ledger::test
