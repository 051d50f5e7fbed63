#pragma once

#include <stdexcept>

namespace grapnel::ctl {

// Why a command cannot go on, in one line for the person who typed it: what is wrong and what to
// do. Thrown within this folder, never through a C frame; command_ctl prints it.
class Failure : public std::runtime_error {
public:
    using runtime_error::runtime_error;
};

// The same for a command that was written wrongly.
class UsageFailure : public Failure {
public:
    using Failure::Failure;
};

}  // namespace grapnel::ctl
