#pragma once

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace grapnel::load {

// Ends the process with these words: the run cannot be measured, or would measure something else.
[[noreturn]] inline void fail(const std::string& words) {
    std::fprintf(stderr, "%s: %s\n", program_invocation_short_name, words.c_str());
    std::exit(1);
}

}  // namespace grapnel::load
