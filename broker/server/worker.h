#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/slots.h"
#include "net/loop.h"
#include "net/timers.h"
#include "server/announced.h"
#include "server/brakes.h"
#include "server/commits.h"
#include "server/core.h"
#include "server/entrance.h"
#include "server/listener_place.h"
#include "server/marks.h"
#include "server/output.h"
#include "server/replays.h"
#include "server/traces.h"
#include "session/registry.h"
#include "stats/counters.h"
#include "stats/delivery_times.h"
#include "topics/route_cache.h"

namespace grapnel {

class Connection;
class Job;

// A message on its way to sessions of another worker.
struct Mail {
    Ref<const Route> route;  // to all its targets at the receiving worker; null: to `session` only
    Ref<Message> message;
    Ref<SharedGroup> group;
    Handle session = 0;
    uint64_t publisher = 0;  // key of the connection it came on; 0: none
    SubscriptionOptions options;
};

// How much mail of one worker another one has not taken yet, in messages and KiB. Any thread.
struct alignas(64) MailFlow {
    std::atomic<uint32_t> units{0};
    std::atomic<bool> awaited{false};  // the sender wants to hear when some of it is taken
};

// A thread with its own loop, connections, sessions, timers and counters. All but post_mail() and
// the loop's post() belongs to that thread.
class Worker {
public:
    Worker(Core& shared, uint16_t number);
    ~Worker();
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;

    // The worker whose thread this is; null elsewhere.
    static Worker* current();

    // Starts and joins the thread. Main thread.
    void start();
    void join();
    // Makes the calling thread the worker's, which start() does in a thread of its own: for a
    // caller that turns the loop itself. All workers are there by then.
    void enter();

    // Makes `clock` right for this turn; called by whatever wakes the worker.
    void wake() {
        if (awake_) return;
        clock.refresh();
        awake_ = true;
    }

    // Ends a turn early in which much output has come together, so that a storm of events holds
    // neither memory nor the answers to the first of them. The last act of a loop callback: what
    // it belongs to may be gone afterwards.
    void rest() {
        if (dirty_.size() < kDirtyMost) return;
        end_turn();
        observe_deliveries(uv_hrtime());
    }

    // A new connection.
    void accept(TransportPointer transport, const PeerAddress& peer, ListenerState& listener) {
        accept(std::move(transport), peer, ListenerPlace(listener), 0);
    }
    // One that has a place already, and whose time for CONNECT runs: until `deadline_ms` (0: it
    // begins now).
    void accept(TransportPointer transport, const PeerAddress& peer, ListenerPlace place,
                int64_t deadline_ms);

    // Writes the connection's output at the end of this turn.
    void mark_dirty(Connection& connection);
    // Ends the connection at the end of this turn: for code that must not destroy under its caller.
    void doom(Connection& connection, mqtt::Reason reason);
    // Keeps a dead object until the end of this turn.
    void bury(std::unique_ptr<Connection> connection);
    void bury(std::unique_ptr<Session> session);
    void bury(std::unique_ptr<Job> job);

    void mail(uint16_t worker, Mail mail);
    // Does any other worker get something of this turn still?
    bool has_mail() const { return has_mail_; }
    // How much mail to other workers was made, ever.
    uint64_t mails() const { return mails_; }
    // Hands over what mail there is, before the end of the turn.
    void send_mail();
    // Has some worker not kept up with what it got from here? No more should be published then.
    bool mail_rests() const { return mail_rests_; }
    // `publisher` is not read from until it has.
    void wait_for_mail(Connection& publisher);
    void mail_taken();

    Handle name_session(Session& session) { return session_names_.insert(&session); }
    void forget_session(Handle handle) { session_names_.erase(handle); }
    // The worker that a connection's key belongs to.
    static uint16_t worker_of(uint64_t connection_key) {
        return static_cast<uint16_t>((connection_key & kWorkerBits) >> kWorkerShift);
    }
    Session* session_of(Handle handle) {
        Session** found = session_names_.find(handle);
        return found == nullptr ? nullptr : *found;
    }
    // Calls fn(Session&) for those in `count` places from `first` on, which does not end any. The
    // next place; 0: there are no more. A session that is there all the time has one place.
    template <class Fn>
    size_t scan_sessions(size_t first, size_t count, Fn fn) {
        return session_names_.scan(first, count, [&](Handle, Session*& session) { fn(*session); });
    }
    uint64_t name_connection(Connection& connection);
    void forget_connection(uint64_t key) { connections_.erase(key & ~kWorkerBits); }
    Connection* connection_of(uint64_t key);
    template <class Fn>
    void for_each_connection(Fn fn) {
        std::vector<Connection*> all;
        connections_.for_each([&](Handle, Connection*& connection) { all.push_back(connection); });
        for (Connection* connection : all) fn(*connection);
    }

    uint64_t next_message_key() { return next_key_ += core.workers.size(); }

    // Above every key that a store gave back.
    void restart_message_keys() { next_key_ = core.first_message_key + index; }

    // Sends the wills of clients that are here or whose delay runs, as far as no store keeps them;
    // `sent` comes on this loop when they are on their way to all workers.
    void send_wills(std::function<void()> sent);
    // Ends every connection with `reason`. `drained` comes on this loop, when all are closed.
    void drain(mqtt::Reason reason, std::function<void()> drained);
    // May a will still wait for its delay? Not while the broker ends and no store remembers it.
    bool keeps_delayed_wills() const;
    // Limits that a reload changed.
    void adopt(const config::Limits& fresh, const config::Compatibility& compatible);
    // Drops what plugins keep for the clients at home here.
    void drop_plugin_slots();
    // Those of the plugin of that index.
    void drop_plugin_slots(size_t plugin);
    // Closes what the loop holds so that the thread ends.
    void stop();

    Core& core;
    const uint16_t index;
    Loop loop;
    Clock clock;
    Timers timers;
    Dispatcher& hooks;
    Counters counters;
    config::Limits limits;
    Announced announced;  // of these limits
    config::Compatibility compatibility;
    Marks marks;
    RouteCache routes;
    Registry sessions;
    OutputPool outputs;
    DeliveryTimes delivery_times;  // of what was written in this turn
    Commits commits;
    Brakes brakes;
    Replays replays;
    Entrance entrance;
    Traces traces;
    uint32_t connections_held = 0;  // that back-pressure keeps from being read
    std::unique_ptr<char[]> read_buffer;
    std::string frame_scratch;   // encodings of the message being delivered
    std::string packet_scratch;  // one packet being sent
    ClientInfo inline_client;    // who plugins' own publishes come from
    static constexpr size_t kReadBuffer = 128 * 1024;

private:
    // Of a connection's key, so that it is one of the whole process.
    static constexpr unsigned kWorkerShift = 22;
    static constexpr uint64_t kWorkerBits = uint64_t{0x3ff} << kWorkerShift;
    // Connections with output in one turn, each with a chunk of its own.
    static constexpr size_t kDirtyMost = 256;

    struct Doomed {
        uint64_t key;
        mqtt::Reason reason;
    };

    void run();
    void end_turn();
    void settle_turn();
    // Counts how long this turn and its deliveries took. Behind all else of the turn.
    void observe_turn();
    void observe_deliveries(uint64_t now_ns);
    void send_mail(uint16_t worker);
    void receive(const std::vector<Mail>& mails);
    void arm_deferral_deadline();

    bool awake_ = false;
    bool stopped_ = false;
    bool has_mail_ = false;
    uint64_t mails_ = 0;
    bool mail_rests_ = false;
    Timer deferral_timer_;
    Slots<Session*> session_names_;
    Slots<Connection*> connections_;
    std::vector<uint64_t> dirty_;
    std::vector<Doomed> doomed_;
    std::vector<std::unique_ptr<Connection>> dead_connections_;
    std::vector<std::unique_ptr<Session>> dead_sessions_;
    std::vector<std::unique_ptr<Job>> dead_jobs_;
    // Mail for one other worker, or for the main loop.
    struct Outbox {
        std::vector<Mail> mails;
        uint32_t units = 0;
    };
    std::vector<Outbox> outboxes_;
    std::unique_ptr<MailFlow[]> inflow_;  // by sending worker
    uint64_t next_key_ = 0;
    std::function<void()> drained_;
    std::function<void()> wills_sent_;
    std::thread thread_;
};

}  // namespace grapnel
