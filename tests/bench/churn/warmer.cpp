#include "warmer.h"

namespace grapnel::churn {

namespace {

constexpr size_t kBatch = 1000;  // on their way at once, so that none is dropped

}  // namespace

Warmer::Warmer(World& world) : session_(world, {.id = "churn-warmer", .will = {}}, *this) {}

void Warmer::on_publish(const load::Delivery&) {
    if (++received_ == sent_) publish();
}

void Warmer::publish() {
    for (const size_t end = sent_ + kBatch; sent_ < end && sent_ < kTopics; ++sent_)
        session_.publish("warm/" + std::to_string(sent_) + "/once", "x", 0, false, 0);
}

}  // namespace grapnel::churn
