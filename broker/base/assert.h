#pragma once

#include <cstdio>
#include <cstdlib>

namespace grapnel {

// Ends the process with the place of a broken invariant. Never reached by input, whatever it holds.
[[noreturn]] inline void assert_failed(const char* condition, const char* file, int line) {
    std::fprintf(stderr, "invariant broken: %s at %s:%d\n", condition, file, line);
    std::abort();
}

}  // namespace grapnel

// Always on, in every build: for invariants of our own, never for input.
#define GN_ASSERT(condition) \
    ((condition) ? static_cast<void>(0) : ::grapnel::assert_failed(#condition, __FILE__, __LINE__))
