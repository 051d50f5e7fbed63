#include "admin/slices.h"

#include <utility>

namespace grapnel {

bool Slices::begin(Slice slice) {
    if (work_.size() == kWorkMost) return false;
    work_.push_back(std::move(slice));
    if (work_.size() == 1) ask_for_turn();
    return true;
}

void Slices::ask_for_turn() {
    broker_.post_main([self = shared_from_this()] { self->turn(); });
}

void Slices::turn() {
    // It keeps its place until it has run, so that whoever comes meanwhile asks for no other turn.
    if (work_.front()()) work_.push_back(std::move(work_.front()));
    work_.pop_front();
    if (!work_.empty()) ask_for_turn();
}

}  // namespace grapnel
