#include "tally.h"

namespace grapnel::load {

Tally::Tally(const Plan& plan) : plan_(plan) {
    sequences_.reserve(plan.subscribers() * plan.publishers());
    for (size_t subscriber = 0; subscriber < plan.subscribers(); ++subscriber)
        for (size_t publisher = 0; publisher < plan.publishers(); ++publisher)
            sequences_.emplace_back(plan.first_number(publisher, subscriber));
}

}  // namespace grapnel::load
