#include "ctl/interrupt.h"

#include <cstddef>
#include <iterator>

namespace grapnel::ctl {
namespace {

constexpr int kSignals[] = {SIGINT, SIGTERM, SIGHUP};
volatile std::sig_atomic_t g_arrived = 0;

void remember(int) { g_arrived = 1; }

}  // namespace

Interrupt::Interrupt() {
    g_arrived = 0;
    struct sigaction action {};
    action.sa_handler = remember;
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < std::size(kSignals); ++i) sigaction(kSignals[i], &action, &before_[i]);
}

Interrupt::~Interrupt() {
    for (size_t i = 0; i < std::size(kSignals); ++i) sigaction(kSignals[i], &before_[i], nullptr);
}

bool Interrupt::arrived() const { return g_arrived != 0; }

}  // namespace grapnel::ctl
