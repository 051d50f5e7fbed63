#pragma once

#include <grapnel/plugin.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "hooks/event.h"
#include "hooks/outcome.h"
#include "hooks/packet_box.h"
#include "hooks/port.h"
#include "hooks/targets.h"
#include "mqtt/reason.h"
#include "session/client_info.h"

namespace grapnel {

class PendingTable;
class PluginLoop;
class Plugin;
struct Completion;
struct Question;
struct Call;
struct CurrentThread;

enum class Ended : uint8_t;

enum class Access : uint8_t {
    subscribe = GN_ACCESS_SUBSCRIBE,
    publish = GN_ACCESS_PUBLISH,
    deliver = GN_ACCESS_DELIVER,
};

// Calls the plugins for one loop. Everything on the loop's thread but completions, which arrive
// from any. An event that nobody implements costs one load and one branch. Plugins never throw
// through it.
//
// A Waiter of null means "may not be deferred". With one, the answer may be Verdict::deferred; then
// the client, and after attach() the box, stay where they are until hook_completed or cancel.
class Dispatcher {
public:
    Dispatcher(uint32_t loop, Port& port);
    ~Dispatcher();
    Dispatcher(const Dispatcher&) = delete;
    Dispatcher& operator=(const Dispatcher&) = delete;

    // Makes the calling thread this loop's: first thing on it. Functions that plugins may call only
    // on their loop check for it.
    void bind_thread();

    // Which plugins are asked, in this order. On the loop's thread, outside of every call, or
    // before the loop runs. A question that is under way goes on with those of them that it has not
    // asked.
    void set_plugins(const std::vector<Plugin*>& plugins);

    bool wants(Event event) const { return (present_ & event_bit(event)) != 0; }
    uint64_t present() const { return present_; }  // bits of Event

    // Gates. connect: nobody decided → proceed; the others → deny.
    Outcome connect(ClientInfo& client, PacketBox& packet, Waiter* waiter) {
        return gate(Event::on_connect, client, packet, waiter, Verdict::proceed);
    }
    Outcome authenticate(ClientInfo& client, PacketBox& packet, Waiter* waiter) {
        return gate(Event::on_connect_authenticate, client, packet, waiter, Verdict::deny);
    }
    // `established`: CONNACK was sent already, so this is a re-authentication.
    Outcome auth_packet(ClientInfo& client, PacketBox& packet, bool established, Waiter* waiter) {
        if (!wants(Event::on_auth_packet)) return Outcome{Verdict::deny};
        return decide_auth(client, packet, established, waiter);
    }
    // `topic` is copied when the answer is deferred. Requires with deliver: no waiter.
    Outcome acl_check(ClientInfo& client, Bytes topic, Access access, Waiter* waiter) {
        if (!wants(Event::on_acl_check)) return Outcome{Verdict::deny};
        return decide_access(client, topic, access, waiter);
    }

    // Transforms: proceed or reject (publish: or ignore). Changes are in the box and its packet.
    Outcome packet_read(ClientInfo& client, PacketBox& packet) {
        return gate(Event::on_packet_read, client, packet, nullptr, Verdict::proceed);
    }
    void packet_encode(ClientInfo& client, PacketBox& packet) {
        gate(Event::on_packet_encode, client, packet, nullptr, Verdict::proceed);
    }
    Outcome subscribe(ClientInfo& client, PacketBox& packet, Waiter* waiter) {
        return gate(Event::on_subscribe, client, packet, waiter, Verdict::proceed);
    }
    Outcome unsubscribe(ClientInfo& client, PacketBox& packet, Waiter* waiter) {
        return gate(Event::on_unsubscribe, client, packet, waiter, Verdict::proceed);
    }
    Outcome publish(ClientInfo& client, PacketBox& packet, Waiter* waiter) {
        return gate(Event::on_publish, client, packet, waiter, Verdict::proceed);
    }
    Outcome will(ClientInfo& client, PacketBox& packet) {
        return gate(Event::on_will, client, packet, nullptr, Verdict::proceed);
    }
    void select_subscribers(Targets& targets, const PacketBox& packet) {
        if (wants(Event::on_select_subscribers)) choose_targets(targets, packet);
    }

    // Notifications.
    void started() { notify_plain(Event::on_started); }
    void stopped() { notify_plain(Event::on_stopped); }
    void sys_info_tick(const gn_sysinfo& info);
    void session_establish(ClientInfo& client, const PacketBox& connect) {
        notify(Event::on_session_establish, client, connect);
    }
    // `settles`: with it a session that outlived its connection goes on or has ended, which CONNACK
    // says, whatever the expiry of the new one is.
    void session_established(ClientInfo& client, const PacketBox& connect, bool settles = false) {
        const bool told = std::exchange(told_, false);
        notify(Event::on_session_established, client, connect);
        if (told_ && settles) ++durable_told_;
        told_ = told_ || told;
    }
    void disconnected(ClientInfo& client, mqtt::Reason reason, Bytes why, bool session_ends) {
        if (wants(Event::on_disconnect)) tell_disconnect(client, reason, why, session_ends);
    }
    void packet_sent(ClientInfo& client, const PacketBox& packet, Bytes wire) {
        if (wants(Event::on_packet_sent)) tell_sent(client, packet, wire);
    }
    void packet_processed(ClientInfo& client, const PacketBox& packet, mqtt::Reason reason) {
        if (wants(Event::on_packet_processed)) tell_processed(client, packet, reason);
    }
    // PacketBox::set_results first.
    void subscribed(ClientInfo& client, const PacketBox& packet) {
        notify(Event::on_subscribed, client, packet);
    }
    void unsubscribed(ClientInfo& client, const PacketBox& packet) {
        notify(Event::on_unsubscribed, client, packet);
    }
    void published(ClientInfo& client, const PacketBox& packet) {
        notify(Event::on_published, client, packet);
    }
    void publish_dropped(ClientInfo& client, const PacketBox& packet) {
        notify(Event::on_publish_dropped, client, packet);
    }
    // change: 1 stored or replaced, -1 removed.
    void retain_message(ClientInfo& client, const PacketBox& packet, int32_t change) {
        if (wants(Event::on_retain_message)) tell_retained(client, packet, change);
    }
    void retain_published(ClientInfo& client, const PacketBox& packet) {
        notify(Event::on_retain_published, client, packet);
    }
    void qos_publish(ClientInfo& client, const PacketBox& packet, int64_t sent_ms,
                     int32_t resends) {
        if (wants(Event::on_qos_publish)) tell_qos_publish(client, packet, sent_ms, resends);
    }
    void qos_complete(ClientInfo& client, const PacketBox& packet) {
        notify(Event::on_qos_complete, client, packet);
    }
    void qos_dropped(ClientInfo& client, const PacketBox& packet) {
        notify(Event::on_qos_dropped, client, packet);
    }
    void packet_id_exhausted(ClientInfo& client, const PacketBox& packet) {
        notify(Event::on_packet_id_exhausted, client, packet);
    }
    void will_sent(ClientInfo& client, const PacketBox& packet) {
        notify(Event::on_will_sent, client, packet);
    }
    void will_dropped(ClientInfo& client, const PacketBox& packet) {
        notify(Event::on_will_dropped, client, packet);
    }
    void client_expired(Bytes client_id) { notify_text(Event::on_client_expired, client_id); }
    void retained_expired(Bytes topic) { notify_text(Event::on_retained_expired, topic); }

    // The number of the commit that what plugins are told belongs to; they see it in each call.
    uint64_t commit_number() const { return commit_number_; }
    void set_commit_number(uint64_t number) { commit_number_ = number; }
    // True when plugins that commit were told of something to write down since the last call.
    bool take_told() { return std::exchange(told_, false); }
    bool told() const { return told_; }  // the same, without taking it
    // How often plugins that commit were told something that an acknowledgement depends on: of
    // sessions that outlive their connection or an earlier one, of retained messages.
    uint64_t durable_told() const { return durable_told_; }
    // Asks every plugin that commits to make durable what it was told under `number`, here and on
    // all other loops. proceed: it is; deny: at least one failed. Several may be pending at once,
    // each with a waiter of its own.
    Outcome commit(uint64_t number, Waiter* waiter);

    // Where the packet of a deferred question lies from now on: the box stays until the end of the
    // wait. Call it before returning to the loop.
    void attach(gn_ticket ticket, PacketBox* packet);
    // Forgets everything this waiter waits for; its tickets are stale. No call follows.
    void cancel(Waiter* waiter);
    // Shutdown: every pending question gets its closed answer now. Waiters are called.
    void cancel_all();

    // Answers what is past its deadline. The loop calls it regularly.
    void expire(int64_t monotonic_now_ms);
    // The monotonic time at which expire() has something to do; -1: nothing pends.
    int64_t next_deadline_ms() const;
    size_t pending() const;  // unanswered questions
    // Is another plugin of the same library at work on this loop?
    bool shares_library(const PluginLoop& loop) const;

    // What the plugin that decided said along with the last outcome, until the next call.
    Bytes reason_text() const { return reason_text_; }
    Bytes challenge() const { return challenge_; }

    uint32_t loop() const { return loop_; }
    // [any] Where its thread is; null before bind_thread(). Valid as long as the thread lives.
    const CurrentThread* thread() const { return thread_.load(std::memory_order_acquire); }

private:
    friend class HookHost;
    friend class PluginStop;
    friend struct HostApi;

    // An entry of a chain: the plugin's function and its state on this loop.
    struct Link {
        void (*function)();
        PluginLoop* plugin;
    };

    Outcome gate(Event event, ClientInfo& client, PacketBox& packet, Waiter* waiter,
                 Verdict absent) {
        if (!wants(event)) return Outcome{absent};
        return decide(event, client, packet, waiter);
    }
    void notify(Event event, ClientInfo& client, const PacketBox& packet) {
        if (wants(event)) tell(event, client, packet);
    }
    void notify_plain(Event event) {
        if (wants(event)) tell_plain(event);
    }
    void notify_text(Event event, Bytes text) {
        if (wants(event)) tell_text(event, text);
    }

    Outcome decide(Event event, ClientInfo& client, PacketBox& packet, Waiter* waiter);
    Outcome decide_auth(ClientInfo& client, PacketBox& packet, bool established, Waiter* waiter);
    Outcome decide_access(ClientInfo& client, Bytes topic, Access access, Waiter* waiter);
    void choose_targets(Targets& targets, const PacketBox& packet);
    void tell(Event event, ClientInfo& client, const PacketBox& packet);
    void tell_plain(Event event);
    void tell_text(Event event, Bytes text);
    void tell_disconnect(ClientInfo& client, mqtt::Reason reason, Bytes why, bool session_ends);
    void tell_sent(ClientInfo& client, const PacketBox& packet, Bytes wire);
    void tell_processed(ClientInfo& client, const PacketBox& packet, mqtt::Reason reason);
    void tell_retained(ClientInfo& client, const PacketBox& packet, int32_t change);
    void tell_qos_publish(ClientInfo& client, const PacketBox& packet, int64_t sent_ms,
                          int32_t resends);

    const std::vector<Link>& chain(Event event) const {
        return chains_[static_cast<size_t>(event)];
    }
    // Goes on with the chain of `question` from its next link, up to a decision or a deferral.
    Outcome run(Question& question);
    gn_verdict ask(const Link& link, Question& question, Call& call);
    Outcome hold(Question& question, const Call& call);
    // Folds one plugin's verdict in. True: it decided, `outcome` is the answer. In: its reason.
    bool settle(Question& question, const Plugin& plugin, gn_verdict verdict, Outcome& outcome);
    void note_commit(const Plugin& plugin, uint64_t number, bool committed);
    bool close_answer(Question& question, Outcome& outcome);
    void note_storage(Event event, const ClientInfo* client);
    template <class Fn, class... Arguments>
    void tell_all(Event event, const ClientInfo* client, Arguments... arguments);

    gn_status complete(const Plugin& plugin, Completion completion);              // [any]
    void note_stale_answer(const Plugin& plugin, gn_ticket ticket, Ended ended);  // [any]
    void drain_completions();
    void finish(Completion& completion);

    const uint32_t loop_;
    Port& port_;
    std::atomic<const CurrentThread*> thread_{nullptr};

    // Loop thread only.
    uint64_t present_ = 0;
    std::vector<std::vector<Link>> chains_;  // replaced as a whole, by set_plugins()
    std::vector<PluginLoop*> plugins_;
    bool told_ = false;
    uint64_t durable_told_ = 0;
    uint64_t commit_number_ = 0;
    std::string reason_text_;
    std::string challenge_;

    // Provides its own lock.
    std::unique_ptr<PendingTable> pending_;
};

}  // namespace grapnel
