#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "admin/admin.h"
#include "base/log.h"
#include "embed/client.h"
#include "embed/settings.h"
#include "server/broker.h"

namespace grapnel::embed {

// An embedded broker from one start to its stop, on a thread of its own. Any thread where nothing
// else is said.
class Run final : public Owner, public std::enable_shared_from_this<Run> {
public:
    enum class Phase : uint8_t {
        starting,
        serving,
        stopping,
        ended,      // all threads but the own one are joined
        abandoned,  // they and all they use are left behind
    };

    // `held` is asked on the main thread, once. A run is made by make_shared.
    Run(const Settings& settings, std::shared_ptr<LogTarget> log,
        std::function<Subscriptions()> held);

    // Starts the thread and waits until clients are accepted: serving; else ended or abandoned,
    // and failure() and status() say why. Once, by the owner.
    Phase start();
    // Stops it and waits for the end, for a limited time. Answers ended or abandoned. Once, by the
    // owner, of one that serves.
    Phase stop();

    Phase phase() const { return phase_.load(std::memory_order_acquire); }
    std::string failure() const;
    // Of a failed start.
    gn_status status() const { return exit_status_ == kFaultOfSettings ? GN_E_INVALID : GN_E_IO; }
    // The listeners as bound, while it serves.
    std::vector<Broker::Bound> bound() const;

    gn_status publish(const gn_message& message) const;
    // On the main thread, which is waited for; nothing happens once the run is over.
    gn_status subscribe(const std::shared_ptr<Subscription>& subscription);
    void unsubscribe(const std::shared_ptr<Subscription>& subscription);

private:
    static constexpr int kFaultOfSettings = 2;

    void opening() override {}
    void add_routes(HttpRoutes& routes) override { admin_.add_routes(routes); }
    void ready() override;
    void failed(const std::string& why) override;
    void closing() override { admin_.closing(); }
    void give_up(int status) override;

    void serve();
    void enter(Phase phase);
    bool is_over() const { return phase() >= Phase::ended; }
    // Joins or leaves behind what has ended or never will.
    Phase settle();
    // Answers GN_OK when the run ended before the task had its turn.
    gn_status on_main(std::function<gn_status()> task);

    const std::shared_ptr<LogTarget> log_;
    Client client_;
    const uint64_t stop_limit_ms_;
    std::unique_ptr<Broker> broker_;
    Admin admin_;
    std::thread thread_;
    std::atomic<std::thread::id> main_thread_{};
    std::atomic<int> exit_status_{0};

    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::atomic<Phase> phase_{Phase::starting};  // changes under mutex_
    std::string failure_;                        // guarded by mutex_
    std::vector<Broker::Bound> bound_;           // guarded by mutex_
};

}  // namespace grapnel::embed
