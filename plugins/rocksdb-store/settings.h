#pragma once

#include <cstdint>
#include <grapnel/plugin.hpp>
#include <string>

#include "database.h"

namespace grapnel::rocks {

// The settings of README.md that are about the database; `data_dir` is the broker's. Throws
// gn::ConfigError.
DatabaseSettings read_settings(gn::Node config, const std::string& data_dir);

// What works, but cannot be meant on a machine with that much memory; empty: nothing.
std::string warning_of(const DatabaseSettings& settings, std::uint64_t memory_bytes);

// Of this machine.
std::uint64_t memory_bytes();

}  // namespace grapnel::rocks
