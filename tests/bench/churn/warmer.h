#pragma once

#include <cstddef>

#include "session.h"

namespace grapnel::churn {

// Publishes once to each of many topics and receives it. A broker remembers the topics that it saw
// last, up to a number; once it has seen so many, new ones need no more memory.
class Warmer final : SessionEvents {
public:
    explicit Warmer(World& world);

    void start() { session_.open(); }
    bool done() const { return received_ == kTopics; }
    // Says goodbye.
    void leave() { session_.leave(); }

private:
    static constexpr size_t kTopics = 70'000;  // more than are remembered

    void on_connected() override { session_.subscribe("warm/#", 0); }
    void on_subscribed() override { publish(); }
    void on_publish(const load::Delivery&) override;
    void publish();

    size_t sent_ = 0;
    size_t received_ = 0;
    Session session_;
};

}  // namespace grapnel::churn
