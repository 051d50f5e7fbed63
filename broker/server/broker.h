#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.h"
#include "config/fault.h"
#include "hooks/port.h"
#include "net/acceptor.h"
#include "net/inherited_sockets.h"
#include "net/listening_socket.h"
#include "net/loop.h"
#include "server/core.h"
#include "server/owner.h"
#include "server/pulse.h"
#include "server/restoration.h"
#include "server/restore_gate.h"
#include "server/shutdown_watch.h"
#include "server/web.h"
#include "server/worker.h"
#include "stats/counters.h"

namespace grapnel {

// The whole broker: owns everything, knows the order of start and stop, and does for plugins what
// they ask of it. Main thread, but for the functions of Port that say otherwise. Nothing in it is
// the process's alone: there may be several.
class Broker final : public Port {
public:
    // Reads the configuration anew for a reload; nothing when it has faults.
    using Reread = std::function<std::optional<config::Config>(config::Faults&)>;

    // The owner outlives the broker.
    Broker(const config::Config& config, Reread reread, Owner& owner);
    ~Broker();

    // Listeners take these sockets where they are theirs. Before run().
    void inherit(InheritedSockets sockets) { inherited_ = std::move(sockets); }

    // Serves until shut_down(), on the calling thread, which is the main thread from now on. The
    // exit status of the process. Once.
    int run();

    // Ends run() with that status: clients, plugins, workers. The first call counts.
    void shut_down(int status);
    bool stopping() const { return stopping_; }
    // Reads the configuration anew and hands it on. What is wrong is in the log. While the last one
    // is under way or the broker starts, it begins behind that.
    void reload();
    // The same for somebody who waits for its end. `done` is not called when the broker ends
    // before. Busy: one is under way, and nothing happens; impossible: there is nothing to read
    // anew, as in an embedded broker, or the broker does not serve.
    enum class ReloadStart : uint8_t { begun, busy, impossible };
    struct ReloadEnd {
        bool adopted = false;             // else everything stays as it was
        std::vector<std::string> faults;  // as in the log; if adopted, of certificates that are not
    };
    using Reloaded = std::function<void(const ReloadEnd&)>;
    ReloadStart reload(Reloaded done);

    // Runs the task on the main thread; drops it once run() is over. Any thread.
    void post_main(std::function<void()> task) { main_.post(std::move(task)); }

    // For how long some worker has not turned, as far as this was asked before. Between the calls
    // of Owner::opening() and closing().
    int64_t worker_silence_ms() { return pulse_.silence_ms(monotonic_ms()); }

    // How far it is, and whether it serves. Any thread.
    enum class Phase : uint8_t { starting, serving, draining };
    Phase phase() const;
    // As last read and adopted.
    const config::Config& config() const { return config_; }

    // What the broker counts, now. Any thread, between the same calls.
    Totals totals() const;
    MetricsSnapshot snapshot() const;

    // A listener as it was bound.
    struct Bound {
        std::string id;
        std::string address;
    };
    std::vector<Bound> bound() const;

    // What workers share, for an operator's questions to them.
    Core& core() { return core_; }

    uint32_t worker_count() const override;
    void post(uint32_t loop, void (*fn)(void*), void* arg) override;
    uv_loop_t* uv_loop(uint32_t loop) override;
    int64_t monotonic_ms() const override;
    int64_t wall_ms() const override;
    gn_status publish(const MessageView& message, uint32_t expiry_s) override;
    gn_status subscribe(uint64_t subscription, Bytes filter) override;
    gn_status unsubscribe(uint64_t subscription) override;
    gn_status inject(Bytes client_id, Bytes wire) override;
    gn_status disconnect(Bytes client_id, mqtt::Reason reason, bool drop_session) override;
    void drop_slots(uint32_t loop, size_t plugin) override;
    void access_changed(Bytes client_id) override;

private:
    struct OpenListener {
        ListeningSocket::Pointer socket;
        std::unique_ptr<ListenerState> state;
        std::vector<Acceptor*> acceptors;  // one a worker
    };
    struct InlineSubscription {
        uint64_t number;
        std::string filter;
    };

    // Start, in this order; a failure ends in fail().
    void start_workers();
    void start_web();
    void start_plugins();
    void restore();
    void finish_restore();
    void restore_totals(const gn_sysinfo& info);
    void wake_sessions();
    void open_listeners();
    bool open_listener(const config::Listener& listener);
    Result<ListeningSocket::Pointer> open_socket(const config::Listener& listener);
    // Loads what the listener's TLS needs, if it has any; false: fail() was called.
    bool load_tls(const config::Listener& listener, std::unique_ptr<TlsServer>& out);
    TlsServer* tls_of(const std::string& listener_id) const;
    void ready();
    void fail(const std::string& why, int status);

    // End, in this order. Nothing is sent while sessions are restored in part.
    void close_listeners();
    void drain_workers();
    void stop_plugins();
    void stop_workers(bool clean);
    uint64_t stop_timeout_ms() const;  // what plugins get of shutdown_timeout
    // Ends the process, or the broker's part of it, when a loop is in a plugin, or this is the last
    // call: else clients take their time. Any thread. Answers whether it did.
    bool give_up_blocked(bool last);
    void close_main();

    void begin_reload(Reloaded done);
    // `done` comes when all workers have it.
    void adopt(const config::Config& fresh, std::vector<std::string>& faults,
               std::function<void()> done);
    std::vector<std::string> reload_certificates();
    // As the configuration has it now, for a listener that was opened as `started` says.
    Result<std::shared_ptr<const TlsContext>> load_tls_anew(const config::Listener& started) const;
    void warn_if_nobody_may_connect();
    void warn_of_restart(const config::Config& fresh) const;
    void tick();
    void note_plugins();
    void publish_sys_topics(const Totals& totals);
    void tell_sys_info(const Totals& totals);
    void receive_inline(const std::vector<Mail>& mails);
    void deliver_inline(uint64_t subscription, const Message& message);

    // Runs `task` on every worker's loop, then `done` on the main loop.
    void on_all_workers(std::function<void(Worker&, std::function<void()>)> task,
                        std::function<void()> done);

    Loop main_;
    config::Config config_;
    std::atomic<bool> takes_inline_;  // [broker] inline_client, which any thread of a plugin asks
    Reread reread_;
    Owner& owner_;
    const uint16_t worker_count_;  // before core_: building the plugin host asks for it
    Core core_;
    Pulse pulse_{core_.workers};
    RestoreGate gate_;
    std::unique_ptr<Restoration> restoration_;  // until sessions are awake
    InheritedSockets inherited_;                // until listeners are open
    std::vector<OpenListener> listeners_;
    std::unique_ptr<Web> web_;  // null: no listener needs it
    std::vector<InlineSubscription> inline_subscriptions_;
    std::vector<std::pair<std::string, std::string>> sys_values_;
    std::map<std::string, std::string> plugin_values_;  // of $SYS too, by topic
    uv_timer_t tick_timer_;
    uv_timer_t note_timer_;  // when there is a web_
    mutable std::mutex earlier_mutex_;
    // Of earlier lives, when compatibility.restore_sys_info_on_restart says so; guarded by it.
    Totals earlier_;
    int status_ = 0;
    int64_t stop_asked_ms_ = 0;  // monotonic
    ShutdownWatch watch_;        // until plugins are stopped, which have a guard of their own
    bool stopping_plugins_ = false;
    bool ticking_ = false;
    bool stopping_ = false;
    bool reloading_ = false;     // until plugins that were removed have stopped
    bool reload_again_ = false;  // asked for before it could be
};

}  // namespace grapnel
