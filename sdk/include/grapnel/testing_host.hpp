#ifndef GN_TESTING_HOST_HPP
#define GN_TESTING_HOST_HPP

// The broker as one plugin sees it. A part of testing.hpp.

#include <grapnel/plugin_basics.hpp>
#include <grapnel/testing_client.hpp>
#include <grapnel/testing_config.hpp>
#include <grapnel/testing_extensions.hpp>
#include <grapnel/testing_frame.hpp>
#include <grapnel/testing_loop.hpp>
#include <grapnel/testing_message.hpp>
#include <grapnel/testing_packet.hpp>
#include <grapnel/testing_store.hpp>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gn::testing {

// The broker. Must outlive the plugin. One thread, that of the test, is the main loop and one
// worker; the test cranks them with turn, settle, advance and run_work. Threads of the plugin may
// call what is [any]; what that writes here is to be read after they ended, or inside wait_until.
class FakeHost : public gn_host {
public:
    FakeHost();
    FakeHost(const FakeHost&) = delete;
    FakeHost& operator=(const FakeHost&) = delete;

    struct Line {
        std::int32_t level;
        std::string text;
    };
    struct Disconnect {
        std::string client_id;
        std::uint8_t reason;
        bool drop_session;
    };
    struct Injection {
        std::string client_id;
        std::string wire;
    };
    // What went with the answer to a ticket, through gn_core_api.answer.
    struct Explanation {
        std::uint8_t reason = 0;
        std::string text;
        std::string challenge;
    };

    // What the broker is like. The test may change it at any time.
    std::atomic<std::int32_t> level{GN_LOG_DEBUG};
    std::atomic<std::int64_t> now_ms{1'000'000};  // the wall clock; advance moves it too
    bool can_defer = true;
    bool inline_client = true;         // false: publish and subscribe are switched off
    gn_status publish_status = GN_OK;  // what publish answers where it would take the message
    gn_status work_status = GN_OK;     // what work answers; no timer starts unless GN_OK
    std::map<std::string, const void*, std::less<>> extensions;

    // What the plugin asked for.
    std::vector<Line> lines;  // of the log
    std::string failure;      // what fail() was told
    std::vector<FakeMessage> published;
    std::vector<Disconnect> disconnected;
    std::vector<Injection> injected;
    std::map<gn_ticket, std::int32_t> answers;  // of every ticket completed
    std::map<gn_ticket, Explanation> explanations;
    std::set<gn_ticket> open;  // tickets drawn and not completed
    gn_ticket last_ticket = 0;
    // What goes to the client: what reason() and challenge() said in the last call of a hook, or
    // what an answer brought instead.
    std::uint8_t reason_code = 0;
    std::string reason_text;
    std::string challenge_data;
    int cacheable_calls = 0;
    std::vector<std::string> changed_clients;     // "" is all of them
    std::map<std::string, FakeMessage> retained;  // what it published so; the test may add
    std::map<std::string, FakeMetric> metrics;    // by name, then {key=value} for each label
    // What it limited its interest to; absent: all topics. run calls hooks for the others too.
    std::optional<std::vector<std::string>> interest;

    // The tables. A test may replace entries, or shorten a table to what an older host had.
    gn_core_api core_api{};
    gn_client_api client_api{};
    gn_packet_api packet_api{};
    gn_loop_api loop_api = FakeLoop::api();
    gn_config_api config_api = FakeNode::api();
    gn_store_api store_api = FakeSink::api();
    gn_acl_cache acl_cache{};
    gn_metrics metrics_api{};
    gn_interest interest_api{};

    FakeLoop& worker() noexcept { return worker_; }   // index 0
    FakeLoop& main_loop() noexcept { return main_; }  // index 1
    gn_loop* loop_raw() noexcept { return worker_.raw(); }
    std::size_t work_waiting() const noexcept {
        return worker_.work_waiting() + main_.work_waiting();
    }
    std::size_t timers() const noexcept { return worker_.timers() + main_.timers(); }
    std::size_t subscriptions() const noexcept { return subscriptions_.size(); }

    // Runs all jobs handed to work() so far, in order. While a job runs, [loop] functions answer
    // GN_E_THREAD.
    bool run_work() {
        const bool on_worker = worker_.run_work();
        return main_.run_work() || on_worker;
    }
    // Runs what was posted, the jobs, and the plugin's subscriptions for what it published. False:
    // there was nothing.
    bool turn();
    // Turns until nothing is left. Throws where the plugin always asks for more.
    void settle();
    // Lets time pass, on both clocks: timers run in their order, each followed by a turn.
    void advance(std::int64_t ms);
    // Turns until the condition holds, waiting for threads of the plugin; false: it did not. The
    // condition is asked with the host locked.
    template <class F>
    bool wait_until(F condition, std::chrono::milliseconds limit = std::chrono::seconds(10));

    gn_ticket draw_ticket();
    // Drawn and not completed, asked while threads of the plugin may complete it.
    bool is_open(gn_ticket ticket) const;
    // As when the client has left or the deadline passed: to complete it answers GN_E_GONE.
    void drop_ticket(gn_ticket ticket) { take_ticket(ticket); }
    // Hands a message to the plugin's subscriptions that match it.
    void deliver(const FakePacket& packet);
    bool logged(std::string_view part) const;

    // For FakePlugin. The context of calls to subscriptions; what a ticket belongs to.
    void set_main_call(const gn_call& call) noexcept { main_call_ = call; }
    void attach(gn_ticket ticket, FakePacket* packet, FakeSink* sink);
    void take_ticket(gn_ticket ticket);
    void log_line(std::int32_t level, std::string_view text);

private:
    struct Subscription {
        std::string filter;
        std::int32_t id;
        void (*fn)(void*, gn_call*, const gn_packet*);
        void* arg;
    };
    struct Waiting {
        FakePacket* packet;
        FakeSink* sink;
    };
    struct Delivery {
        FakePacket packet;
        std::string filter;  // empty: to all that match
        std::int32_t id;
    };

    static FakeHost& of(const gn_host* host) noexcept {
        return *const_cast<FakeHost*>(static_cast<const FakeHost*>(host));
    }
    FakeLoop::Shared shared();
    void fill_log() noexcept;
    void fill_answers() noexcept;
    void fill_messages() noexcept;
    void fill_cache() noexcept;
    void fill_metrics() noexcept;
    void fill_interest() noexcept;
    gn_verdict understood(gn_ticket ticket, gn_verdict verdict);
    gn_status finish(gn_ticket ticket, gn_verdict verdict, const Explanation* explanation);
    gn_status answer_with(gn_ticket ticket, const gn_answer* argument);
    gn_status add_series(const gn_metric_shape* argument, gn_metric** out);
    gn_status set_interest(const gn_str* filters, std::uint32_t count);
    gn_status take_message(const gn_message* message);
    gn_status add_subscription(gn_str filter, std::int32_t id,
                               void (*fn)(void*, gn_call*, const gn_packet*), void* arg);
    gn_status remove_subscription(std::string_view filter, std::int32_t id);
    bool is_there(const Subscription& subscription) const;
    void call_subscription(const Subscription& subscription, const FakePacket& packet);
    bool run_deliveries();

    mutable std::recursive_mutex lock_;
    std::condition_variable_any changed_;
    std::int64_t timers_ms_ = 0;
    FakeLoop worker_;
    FakeLoop main_;
    std::vector<Subscription> subscriptions_;
    std::vector<Delivery> deliveries_;
    std::map<gn_ticket, Waiting> waiting_;
    std::map<gn_ticket, std::uint32_t> events_;  // of the calls that tickets were drawn for
    gn_call main_call_{sizeof(gn_call), 0, this, main_.raw(), nullptr, 0};
};

inline bool FakeHost::logged(std::string_view part) const {
    const std::lock_guard guard(lock_);
    for (const Line& line : lines) {
        if (line.text.find(part) != std::string::npos) return true;
    }
    return false;
}

inline void FakeHost::log_line(std::int32_t at, std::string_view text) {
    if (at < GN_LOG_DEBUG || at > GN_LOG_ERROR) at = GN_LOG_ERROR;
    if (at < level) return;
    constexpr std::size_t kLineBytesMax = 16 * 1024;
    const std::lock_guard guard(lock_);
    lines.push_back({at, std::string(text.substr(0, kLineBytesMax))});
    changed_.notify_all();
}

inline bool FakeHost::turn() {
    bool any = worker_.run_posts();
    any = main_.run_posts() || any;
    any = run_work() || any;
    return run_deliveries() || any;
}

inline void FakeHost::settle() {
    constexpr int kTurnsMax = 10'000;
    for (int turns = 0; turn(); ++turns) {
        if (turns == kTurnsMax) throw std::logic_error("the plugin always asks for more");
    }
}

inline void FakeHost::advance(std::int64_t ms) {
    const std::int64_t end_ms = timers_ms_ + ms;
    turn();
    for (;;) {
        const auto on_worker = worker_.next_due_ms();
        const auto on_main = main_.next_due_ms();
        const bool main_first = on_main && (!on_worker || *on_main < *on_worker);
        const auto due_ms = main_first ? on_main : on_worker;
        if (!due_ms || *due_ms > end_ms) break;
        if (*due_ms > timers_ms_) {
            now_ms += *due_ms - timers_ms_;
            timers_ms_ = *due_ms;
        }
        (main_first ? main_ : worker_).fire();
        turn();
    }
    now_ms += end_ms - timers_ms_;
    timers_ms_ = end_ms;
}

template <class F>
bool FakeHost::wait_until(F condition, std::chrono::milliseconds limit) {
    const auto end = std::chrono::steady_clock::now() + limit;
    for (;;) {
        const bool turned = turn();
        std::unique_lock guard(lock_);
        if (condition()) return true;
        if (turned) continue;
        if (std::chrono::steady_clock::now() >= end) return false;
        // A post that came since the turn has woken nobody, so the wait is short.
        changed_.wait_for(guard, std::chrono::milliseconds(5));
    }
}

inline void FakeHost::deliver(const FakePacket& packet) {
    for (const Subscription& subscription : std::vector<Subscription>(subscriptions_)) {
        if (topic_matches(subscription.filter, packet.topic) && is_there(subscription)) {
            call_subscription(subscription, packet);
        }
    }
}

// One that was called before it may have ended it.
inline bool FakeHost::is_there(const Subscription& subscription) const {
    for (const Subscription& held : subscriptions_) {
        if (held.filter == subscription.filter && held.id == subscription.id) return true;
    }
    return false;
}

inline void FakeHost::call_subscription(const Subscription& subscription,
                                        const FakePacket& packet) {
    gn_call call = main_call_;
    call.event = detail::kOnPublished;
    detail::Frame frame;
    frame.event = call.event;
    detail::Frame* const before = std::exchange(detail::running, &frame);
    FakePacket shown = packet;
    shown.read_only = true;
    try {
        subscription.fn(subscription.arg, &call, shown.raw());
    } catch (...) {
        log_line(GN_LOG_ERROR, "a subscription threw");
    }
    detail::running = before;
}

inline bool FakeHost::run_deliveries() {
    std::vector<Delivery> due;
    {
        const std::lock_guard guard(lock_);
        due.swap(deliveries_);
    }
    for (const Delivery& delivery : due) {
        if (delivery.filter.empty()) {
            deliver(delivery.packet);
            continue;
        }
        for (const Subscription& subscription : std::vector<Subscription>(subscriptions_)) {
            if (subscription.filter == delivery.filter && subscription.id == delivery.id &&
                is_there(subscription)) {
                call_subscription(subscription, delivery.packet);
            }
        }
    }
    return !due.empty();
}

}  // namespace gn::testing

#include <grapnel/testing_host_api.hpp>

#endif
