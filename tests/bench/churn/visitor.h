#pragma once

#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <string>

#include "session.h"
#include "stream.h"
#include "watch.h"

namespace grapnel::churn {

// What a visitor comes for.
enum class Errand : uint8_t {
    plain,     // a topic that is published to all the time
    wildcard,  // many of them, or none
    shared,    // a share of them
    own,       // a topic that nobody used before
    retained,  // a message that is there already
    rude       // nothing: it vanishes after its CONNECT
};

// A client that nobody saw before: connects, subscribes, receives, unsubscribes and goes, one way
// or another.
class Visitor final : SessionEvents {
public:
    Visitor(World& world, const Streams& streams, WillWatch& wills, Shelf& shelf, uint64_t number);

    void tick();
    bool done() const { return state_ == State::done; }

private:
    enum class State : uint8_t { coming, staying, going, usurping, done };

    void choose();
    void on_connected() override;
    void on_subscribed() override;
    void on_publish(const load::Delivery& delivery) override;
    void on_unsubscribed() override;
    void check_stream(const load::Delivery& delivery);
    void check_retained(const load::Delivery& delivery);

    World& world_;
    const Streams& streams_;
    WillWatch& wills_;
    Shelf& shelf_;
    const uint64_t number_;
    const Clock::time_point born_;
    Errand errand_ = Errand::plain;
    std::string filter_;
    size_t stream_ = 0;                  // of a plain errand
    uint64_t at_least_ = 0;              // of a retained errand
    uint64_t first_at_most_ = 0;         // of a plain errand: what was sent next when SUBACK came
    std::map<uint32_t, uint64_t> last_;  // by stream
    Clock::time_point leaves_{};
    bool content_ = false;  // what it came for is there
    State state_ = State::coming;
    Session session_;
};

// All visitors that are on their way.
class Visitors {
public:
    Visitors(World& world, const Streams& streams, WillWatch& wills, Shelf& shelf)
        : world_(world), streams_(streams), wills_(wills), shelf_(shelf) {}

    void invite();
    void tick();
    bool empty() const { return visitors_.empty(); }

private:
    World& world_;
    const Streams& streams_;
    WillWatch& wills_;
    Shelf& shelf_;
    uint64_t number_ = 0;
    std::list<Visitor> visitors_;
};

}  // namespace grapnel::churn
