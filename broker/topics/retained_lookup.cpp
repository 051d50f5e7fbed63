#include "topics/retained_lookup.h"

#include <utility>

#include "topics/retained.h"

namespace grapnel {

RetainedLookup& RetainedLookup::operator=(RetainedLookup&& other) noexcept {
    if (this == &other) return *this;
    end();
    retained_ = std::exchange(other.retained_, nullptr);
    filter_ = std::move(other.filter_);
    order_most_ = other.order_most_;
    place_ = std::exchange(other.place_, nullptr);
    return *this;
}

void RetainedLookup::end() {
    if (place_ != nullptr) retained_->let_go(std::exchange(place_, nullptr));
    retained_ = nullptr;
}

}  // namespace grapnel
