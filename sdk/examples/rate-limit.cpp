// Lets each client publish so many messages a second and refuses the rest: with reason 0x97 (quota
// exceeded) where MQTT has a place for it, in the acknowledgement of an MQTT 5 client; QoS 0 and
// messages of older clients are dropped. Every loop logs now and then how many it has refused.
//
//     [[plugin]]
//     name = "rate-limit"
//     [plugin.config]
//     per_second = 10                # for each client
//     burst = 20                     # what a client that was quiet may send at once
//     summary = "60s"                # how often to log what was refused
//
//     c++ -std=c++20 -O2 -shared -fPIC -o rate-limit.so rate-limit.cpp

#include <algorithm>
#include <cstdint>
#include <grapnel/plugin.hpp>
#include <string>

namespace {

constexpr std::uint8_t kQuotaExceeded = 0x97;

struct Limits {
    double per_second;
    double burst;
};

// The allowance of one client: filled as time passes, up to the burst; a message takes 1.
class Bucket {
public:
    Bucket(const Limits& limits, std::int64_t now_ms) : tokens_(limits.burst), filled_ms_(now_ms) {}

    // A clock that was set back brings nothing, one that was set forward no more than the burst.
    bool take(const Limits& limits, std::int64_t now_ms) {
        const auto passed_ms = static_cast<double>(std::max<std::int64_t>(0, now_ms - filled_ms_));
        tokens_ = std::min(limits.burst, tokens_ + passed_ms / 1000 * limits.per_second);
        filled_ms_ = now_ms;
        if (tokens_ < 1) return false;
        tokens_ -= 1;
        return true;
    }

private:
    double tokens_;
    std::int64_t filled_ms_;
};

// The settings. Constant once created, so that the loops share them without a lock.
class RateLimit {
public:
    static constexpr bool concurrent = true;
    class PerLoop;

    RateLimit(gn::Host, gn::Node config) {
        config.expect_keys({"per_second", "burst", "summary"});
        limits_.per_second = config["per_second"].f64_or(10);
        limits_.burst = config["burst"].f64_or(std::max(1.0, limits_.per_second));
        summary_ms_ = config["summary"].duration_ms_or(60'000);
        if (limits_.per_second <= 0) config["per_second"].fault("must be more than 0");
        if (limits_.burst < 1) config["burst"].fault("must be 1 or more");
        if (summary_ms_ <= 0) config["summary"].fault("must be more than 0");
    }

private:
    Limits limits_;
    std::int64_t summary_ms_;
};

// One on each loop. A client belongs to one loop, so its bucket and the count need no lock either.
class RateLimit::PerLoop {
public:
    PerLoop(RateLimit& settings, gn::Loop loop)
        : limits_(settings.limits_),
          loop_(loop),
          every_ms_(static_cast<std::uint64_t>(settings.summary_ms_)),
          timer_(loop, every_ms_, every_ms_, [this] { log_refused(); }) {}

    gn_verdict on_publish(gn::Call call, gn::Client client, gn::Packet packet) {
        if ((packet.header().flags & GN_PK_INLINE) != 0) return GN_V_CONTINUE;  // of a plugin
        const std::int64_t now_ms = call.host().wall_ms();
        auto* bucket = gn::Slot<Bucket>::get(client);
        if (bucket == nullptr) bucket = gn::Slot<Bucket>::emplace(client, limits_, now_ms);
        if (bucket != nullptr && bucket->take(limits_, now_ms)) return GN_V_CONTINUE;
        ++refused_;
        return call.reject(kQuotaExceeded, "too many messages");
    }

private:
    void log_refused() {
        if (refused_ == 0) return;
        loop_.host().warn("loop " + std::to_string(loop_.index()) + " refused " +
                          std::to_string(refused_) + " messages");
        refused_ = 0;
    }

    const Limits& limits_;
    gn::Loop loop_;
    std::uint64_t every_ms_;
    std::uint64_t refused_ = 0;  // since the last line
    gn::Timer timer_;            // ends with this object, which is on its loop
};

}  // namespace

GN_PLUGIN(RateLimit, "rate-limit", "1.0")
