#pragma once

#include <optional>
#include <string>
#include <vector>

#include "connection.h"

namespace grapnel::redis {

// The settings of Redis that decide whether it keeps what it was given; absent: not to be known.
struct Durability {
    std::optional<std::string> appendonly;
    std::optional<std::string> appendfsync;
    std::optional<std::string> maxmemory;
    std::optional<std::string> maxmemory_policy;
};

// Asks for them. A fault: the connection is lost.
Fault ask_durability(Connection& connection, Durability& out);
// What an operator should know of them, a line each.
std::vector<std::string> warnings_of(const Durability& durability);

}  // namespace grapnel::redis
