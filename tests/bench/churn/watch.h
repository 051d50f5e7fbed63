#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "session.h"

namespace grapnel::churn {

// Receives every will and knows which ones there must be.
class WillWatch final : SessionEvents {
public:
    explicit WillWatch(World& world);

    static std::string topic_of(uint64_t number) { return "will/" + std::to_string(number); }
    // The client with this number vanished now.
    void expect(uint64_t number);
    // Counts those that are overdue.
    void tick();
    bool empty() const { return expected_.empty(); }
    Session& session() { return session_; }
    bool subscribed() const { return subscribed_; }

private:
    void on_connected() override { session_.subscribe("will/+", 1); }
    void on_subscribed() override { subscribed_ = true; }
    void on_publish(const load::Delivery& delivery) override;

    World& world_;
    std::unordered_map<std::string, Clock::time_point> expected_;  // by topic: since when
    bool subscribed_ = false;
    Session session_;
};

// Publishes retained messages: ever newer ones to a few topics, and one each to topics that are
// never used again, which it removes as soon as they are acknowledged.
class Shelf final : SessionEvents {
public:
    explicit Shelf(World& world);

    static std::string topic_of(size_t place) { return "retained/" + std::to_string(place); }
    // One operation; false if it cannot now.
    bool put();
    // A place with an acknowledged message; false while there is none.
    bool pick(size_t& place, uint64_t& number);
    Session& session() { return session_; }
    bool idle() const { return session_.unacknowledged() == 0; }

private:
    void on_acknowledged(uint64_t tag) override;

    World& world_;
    std::vector<uint64_t> acknowledged_;  // by place, 0 before the first
    uint64_t number_ = 0;
    Session session_;
};

// Follows the $SYS topics.
class SysWatch final : SessionEvents {
public:
    explicit SysWatch(World& world);

    // Values by topic below $SYS/broker/.
    const std::map<std::string, std::string>& values() const { return values_; }
    Session& session() { return session_; }

private:
    void on_connected() override { session_.subscribe("$SYS/broker/#", 0); }
    void on_publish(const load::Delivery& delivery) override;

    std::map<std::string, std::string> values_;
    Session session_;
};

}  // namespace grapnel::churn
