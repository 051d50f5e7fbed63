#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "session.h"
#include "stream.h"

namespace grapnel::churn {

// Publishes to its streams in turn, at a rate. What is due while its window is full or its
// connection away is left out, not made up for.
class Publisher final : SessionEvents {
public:
    Publisher(World& world, Account account, Streams& streams, std::vector<uint32_t> own,
              double rate_per_s, size_t payload_size);

    void tick();
    Session& session() { return session_; }
    bool idle() const { return session_.unacknowledged() == 0; }

private:
    void on_acknowledged(uint64_t tag) override;
    bool has_room() const;
    void publish();

    World& world_;
    Streams& streams_;
    const std::vector<uint32_t> own_;
    const double rate_per_s_;
    double due_ = 0;
    Clock::time_point ticked_;
    size_t turn_ = 0;
    std::string payload_;
    Session session_;
};

// Subscribes to one filter and keeps account of what arrives.
class Reader final : SessionEvents {
public:
    // The members of a shared group have one ledger; `filter` is what is subscribed.
    Reader(World& world, Account account, std::string filter, uint8_t qos,
           std::shared_ptr<Ledger> ledger);

    Session& session() { return session_; }
    bool subscribed() const { return subscribed_; }
    uint64_t missing() const { return ledger_->missing(); }
    // The subscription it has, once more; messages go on as if nothing happened.
    void subscribe_again() { session_.subscribe(filter_, qos_); }

private:
    void on_connected() override;
    void on_subscribed() override { subscribed_ = true; }
    void on_publish(const load::Delivery& delivery) override;

    World& world_;
    const std::string filter_;
    const uint8_t qos_;
    const std::shared_ptr<Ledger> ledger_;
    std::vector<uint64_t> highest_;
    bool subscribed_ = false;
    Session session_;
};

// How the connections of a session come and go.
enum class Habit : uint8_t {
    stays,     // taken over, never away
    returns,   // away for a while now and then
    looks_in,  // there for a while now and then
};

// Disturbs one persistent session again and again.
class Restless {
public:
    // The session is connected first by its owner.
    Restless(World& world, Session& session, Habit habit);

    // One change; how many operations that is, 0 if it cannot change now.
    int disturb();
    // Does what was put off by disturb().
    void tick();
    // From now on it is there.
    void come_home();
    bool at_home() const { return session_.ready(); }

private:
    enum class Plan : uint8_t { none, come, go };

    void plan(Plan what, std::chrono::milliseconds in);
    void come();
    void go();
    void take_over();

    World& world_;
    Session& session_;
    const Habit habit_;
    Plan plan_ = Plan::none;
    Clock::time_point planned_{};
};

}  // namespace grapnel::churn
