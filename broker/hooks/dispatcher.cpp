#include "hooks/dispatcher.h"

#include <algorithm>
#include <utility>

#include "base/assert.h"
#include "hooks/abi.h"
#include "hooks/call.h"
#include "hooks/crash_report.h"
#include "hooks/pending.h"
#include "hooks/plugin.h"
#include "hooks/plugin_loop.h"

namespace grapnel {

namespace {

using ClientFunction = gn_verdict (*)(gn_call*, gn_client*, gn_packet*);
using AccessFunction = gn_verdict (*)(gn_call*, gn_client*, gn_str, int32_t);
using CommitFunction = gn_verdict (*)(gn_call*);

gn_client* handle_of(ClientInfo* client) { return reinterpret_cast<gn_client*>(client); }

// The topic among the arguments of a hook.
template <class... Rest>
Bytes topic_among(gn_client*, const gn_packet* packet, Rest...) {
    const auto* publish = PacketBox::from(packet)->get<mqtt::Publish>();
    return publish == nullptr ? Bytes{} : publish->topic;
}
Bytes topic_among(gn_str topic) { return {topic.ptr, topic.len}; }
template <class... Others>
Bytes topic_among(Others...) {
    return {};
}

// Does the plugin want to hear of this event, as far as its topic goes?
template <class... Arguments>
bool concerned(PluginLoop& loop, Event event, Arguments... arguments) {
    if (!loop.limited() || (event_bit(event) & kTopicEvents) == 0) return true;
    return loop.concerns(topic_among(arguments...));
}

bool is_authentication(Event event) {
    return event == Event::on_connect_authenticate || event == Event::on_auth_packet;
}

// The answer when the chain came to its end and nobody decided.
Verdict undecided(const Question& question) {
    switch (question.event) {
        case Event::on_connect_authenticate:
        case Event::on_acl_check:
        case Event::on_auth_packet: return Verdict::deny;
        case Event::on_commit: return question.failed ? Verdict::deny : Verdict::proceed;
        default: return Verdict::proceed;
    }
}

// The verdicts that decide an event, as an outcome; false for those that it does not know.
bool decides(Event event, gn_verdict verdict, Verdict& out) {
    switch (event_info(event).event_class) {
        case EventClass::gate:
            if (verdict == GN_V_ALLOW) return out = Verdict::allow, true;
            if (verdict == GN_V_DENY) return out = Verdict::deny, true;
            if (verdict == GN_V_CHALLENGE && is_authentication(event))
                return out = Verdict::challenge, true;
            return false;
        case EventClass::transform:
            if (verdict == GN_V_REJECT && event != Event::on_packet_encode)
                return out = Verdict::reject, true;
            if (verdict == GN_V_IGNORE && event == Event::on_publish)
                return out = Verdict::ignore, true;
            return false;
        default: return false;
    }
}

}  // namespace

Dispatcher::Dispatcher(uint32_t loop, Port& port)
    : loop_(loop),
      port_(port),
      chains_(kEventCount),
      pending_(std::make_unique<PendingTable>(loop)) {}

void Dispatcher::set_plugins(const std::vector<Plugin*>& plugins) {
    for (const gn_ticket ticket : pending_->questions()) {
        Question& question = pending_->find(ticket)->question;
        const std::vector<Link>& links = chain(question.event);
        for (size_t link = 0; link < question.next; ++link)
            question.asked |= uint64_t{1} << links[link].plugin->plugin().index();
        question.next = 0;
    }
    for (std::vector<Link>& chain : chains_) chain.clear();
    present_ = 0;
    plugins_.clear();
    for (const Plugin* plugin : plugins) {
        plugins_.push_back(&plugin->loop(loop_));
        for (size_t event = 0; event < kEventCount; ++event) {
            const auto function = hook_of(plugin->hooks(), event);
            if (function == nullptr) continue;
            chains_[event].push_back({function, plugins_.back()});
            present_ |= uint64_t{1} << event;
        }
    }
}

Dispatcher::~Dispatcher() {
    if (current_thread.dispatcher == this) current_thread.dispatcher = nullptr;
}

void Dispatcher::bind_thread() {
    current_thread.dispatcher = this;
    thread_.store(&current_thread, std::memory_order_release);
    crash_report::prepare_thread();
}

// -- questions --------------------------------------------------------------------------------

Outcome Dispatcher::decide(Event event, ClientInfo& client, PacketBox& packet, Waiter* waiter) {
    Question question;
    question.event = event;
    question.client = &client;
    question.packet = &packet;
    question.waiter = waiter;
    return run(question);
}

Outcome Dispatcher::decide_auth(ClientInfo& client, PacketBox& packet, bool established,
                                Waiter* waiter) {
    Question question;
    question.event = Event::on_auth_packet;
    question.client = &client;
    question.packet = &packet;
    question.established = established;
    question.waiter = waiter;
    return run(question);
}

Outcome Dispatcher::decide_access(ClientInfo& client, Bytes topic, Access access, Waiter* waiter) {
    GN_ASSERT(access != Access::deliver || waiter == nullptr);
    Question question;
    question.event = Event::on_acl_check;
    question.client = &client;
    question.topic = topic;
    question.access = access;
    question.waiter = waiter;
    return run(question);
}

Outcome Dispatcher::commit(uint64_t number, Waiter* waiter) {
    Question question;
    question.event = Event::on_commit;
    question.waiter = waiter;
    question.commit = number;
    return run(question);
}

[[gnu::always_inline]] inline gn_verdict Dispatcher::ask(const Link& link, Question& question,
                                                         Call& call) {
    reason_text_.clear();
    challenge_.clear();
    call.client = question.client;
    call.may_defer = question.waiter != nullptr && event_info(question.event).may_defer;
    gn_client* const client = handle_of(question.client);
    switch (question.event) {
        case Event::on_acl_check:
            return enter(call, [&] {
                return reinterpret_cast<AccessFunction>(link.function)(
                    &call, client, to_abi(question.topic), static_cast<int32_t>(question.access));
            });
        case Event::on_commit:
            return enter(call,
                         [&] { return reinterpret_cast<CommitFunction>(link.function)(&call); });
        default: break;
    }
    call.before_connack = question.event == Event::on_connect ||
                          question.event == Event::on_connect_authenticate ||
                          (question.event == Event::on_auth_packet && !question.established);
    question.packet->begin_call();
    return enter(call, [&] {
        return reinterpret_cast<ClientFunction>(link.function)(&call, client,
                                                               question.packet->handle());
    });
}

Outcome Dispatcher::run(Question& question) {
    const std::vector<Link>& links = chain(question.event);
    while (question.next < links.size()) {
        const Link& link = links[question.next++];
        PluginLoop& loop = *link.plugin;
        if (question.asked != 0 && ((question.asked >> loop.plugin().index()) & 1) != 0) continue;
        if (question.event == Event::on_publish &&
            !concerned(loop, question.event, handle_of(question.client),
                       std::as_const(*question.packet).handle()))
            continue;
        Call call(question.event, loop);
        if (question.event == Event::on_commit) call.commit = question.commit;
        gn_verdict verdict = ask(link, question, call);
        if (verdict == GN_V_DEFER && call.ticket != 0) return hold(question, call);
        if (call.ticket != 0) pending_->take(call.ticket, Ended::answered);
        Outcome outcome{Verdict::proceed, call.reason, call.cacheable, 0};
        if (settle(question, loop.plugin(), verdict, outcome)) return outcome;
    }
    return Outcome{undecided(question)};
}

bool Dispatcher::settle(Question& question, const Plugin& plugin, gn_verdict verdict,
                        Outcome& outcome) {
    const bool commits = question.event == Event::on_commit;
    if (verdict == GN_V_CONTINUE || (commits && verdict == GN_V_ALLOW)) {
        if (commits) note_commit(plugin, question.commit, true);
        return false;
    }
    if (decides(question.event, verdict, outcome.verdict)) return true;
    if (verdict != kThrew) plugin.stats().failures.fetch_add(1, std::memory_order_relaxed);
    if (commits && (verdict == GN_V_DENY || verdict == GN_V_REJECT))
        note_commit(plugin, question.commit, false);
    else if (verdict != kThrew)
        log_error(plugin.log_module(), "undefined verdict",
                  {{"event", event_info(question.event).name}, {"verdict", verdict}});
    return close_answer(question, outcome);
}

void Dispatcher::note_commit(const Plugin& plugin, uint64_t number, bool committed) {
    CommitTrouble& trouble = plugin.commit_trouble();
    const int64_t now_ms = port_.monotonic_ms();
    const auto report =
        committed ? trouble.succeeded(number, now_ms) : trouble.failed(number, now_ms);
    const std::string& module = plugin.log_module();
    switch (report.say) {
        case CommitTrouble::Say::nothing: return;
        case CommitTrouble::Say::begins: return log_error(module, "commit failed");
        case CommitTrouble::Say::goes_on:
            return log_error(module, "commits go on failing",
                             {{"failed", report.commits}, {"for_s", report.for_ms / 1000}});
        case CommitTrouble::Say::over:
            return log_info(module, "commits succeed again",
                            {{"failed", report.commits}, {"for_s", report.for_ms / 1000}});
    }
}

bool Dispatcher::close_answer(Question& question, Outcome& outcome) {
    reason_text_.clear();
    challenge_.clear();
    outcome = {};
    switch (event_info(question.event).closed) {
        case ClosedAnswer::deny: outcome.verdict = Verdict::deny; return true;
        case ClosedAnswer::reject:
            outcome.verdict = Verdict::reject;
            outcome.reason = static_cast<uint8_t>(mqtt::Reason::implementation_specific_error);
            return true;
        case ClosedAnswer::unchanged: question.packet->rollback(); return false;
        case ClosedAnswer::fail: question.failed = true; return false;
        case ClosedAnswer::none: return false;
    }
    return false;
}

// -- deferral ---------------------------------------------------------------------------------

Outcome Dispatcher::hold(Question& question, const Call& call) {
    Pending* pending = pending_->find(call.ticket);
    GN_ASSERT(pending != nullptr);
    pending->held = true;
    pending->topic = question.topic;
    pending->text = reason_text_;
    pending->challenge = challenge_;
    pending->reason = call.reason;
    pending->cacheable = call.cacheable;
    pending->question = question;
    if (!question.attached) pending->question.packet = nullptr;
    const Plugin& plugin = *pending->plugin;
    plugin.stats().deferred.fetch_add(1, std::memory_order_relaxed);
    pending_->add_waiter(call.ticket, question.waiter);
    pending_->arm(call.ticket, *pending,
                  port_.monotonic_ms() + static_cast<int64_t>(plugin.defer_timeout_ms()));
    return Outcome{Verdict::deferred, 0, false, call.ticket};
}

void Dispatcher::attach(gn_ticket ticket, PacketBox* packet) {
    Pending* pending = pending_->find(ticket);
    if (pending == nullptr) return;
    pending->question.packet = packet;
    pending->question.attached = true;
}

void Dispatcher::cancel(Waiter* waiter) {
    for (const gn_ticket ticket : pending_->tickets_of(waiter)) pending_->take(ticket);
}

void Dispatcher::cancel_all() {
    for (const gn_ticket ticket : pending_->questions()) {
        const auto pending = pending_->take(ticket);
        if (!pending) continue;
        Question& question = pending->question;
        Outcome outcome;
        if (!close_answer(question, outcome)) outcome.verdict = undecided(question);
        question.waiter->hook_completed(outcome);
    }
}

bool Dispatcher::shares_library(const PluginLoop& loop) const {
    return std::any_of(plugins_.begin(), plugins_.end(), [&loop](const PluginLoop* other) {
        return other != &loop && !other->closed() &&
               &other->plugin().entry() == &loop.plugin().entry();
    });
}

size_t Dispatcher::pending() const { return pending_->waiting(); }

int64_t Dispatcher::next_deadline_ms() const { return pending_->first_deadline_ms(); }

void Dispatcher::expire(int64_t monotonic_now_ms) {
    const gn_ticket first = pending_->first_due(monotonic_now_ms);
    if (first == 0) return;
    drain_completions();
    while (const gn_ticket ticket = pending_->first_due(monotonic_now_ms)) {
        Completion completion;
        completion.ticket = ticket;
        completion.timed_out = true;
        finish(completion);
    }
}

// An answer that came to nothing, and not because the client had left.
void Dispatcher::note_stale_answer(const Plugin& plugin, gn_ticket ticket, Ended ended) {
    const bool late = ended == Ended::timed_out;
    auto& count = late ? plugin.stats().answers_late : plugin.stats().answers_again;
    count.fetch_add(1, std::memory_order_relaxed);
    log_warn(plugin.log_module(), late ? "answered after the deadline" : "answered again",
             {{"loop", loop_}, {"ticket", ticket}});
}

gn_status Dispatcher::complete(const Plugin& plugin, Completion completion) {
    bool wake = false;
    Ended ended = Ended::gone;
    const gn_ticket ticket = completion.ticket;
    const gn_status status = pending_->complete(plugin, std::move(completion), wake, ended);
    if (ended != Ended::gone) note_stale_answer(plugin, ticket, ended);
    if (wake)
        port_.post(
            loop_, [](void* self) { static_cast<Dispatcher*>(self)->drain_completions(); }, this);
    return status;
}

void Dispatcher::drain_completions() {
    for (Completion& completion : pending_->take_completions()) finish(completion);
}

void Dispatcher::finish(Completion& completion) {
    const auto pending = pending_->take(completion.ticket,
                                        completion.timed_out ? Ended::timed_out : Ended::answered);
    if (!pending) return;
    const Plugin& plugin = *pending->plugin;
    if (completion.timed_out) {
        plugin.stats().timeouts.fetch_add(1, std::memory_order_relaxed);
        if (!pending->on_done)
            log_error(plugin.log_module(), "no answer in time",
                      {{"event", event_info(pending->question.event).name},
                       {"defer_timeout_ms", plugin.defer_timeout_ms()}});
    }
    if (pending->on_done) return pending->on_done(completion);
    if (!pending->held) return;

    Question& question = pending->question;
    question.topic = pending->topic;
    GN_ASSERT(question.packet != nullptr || question.event == Event::on_acl_check ||
              question.event == Event::on_commit);
    Outcome outcome{Verdict::proceed, pending->reason, pending->cacheable, 0};
    if (completion.reason != 0) outcome.reason = completion.reason;
    reason_text_ = completion.text.value_or(pending->text);
    challenge_ = completion.challenge.value_or(pending->challenge);
    bool decided = false;
    if (!completion.timed_out)
        decided = settle(question, plugin, completion.value, outcome);
    else if (plugin.on_timeout() == config::OnTimeout::fail || question.event == Event::on_commit) {
        decided = close_answer(question, outcome);
        // It was not the client's password that was wrong: it may try again.
        if (question.event == Event::on_connect || question.event == Event::on_connect_authenticate)
            outcome.reason = static_cast<uint8_t>(mqtt::Reason::server_unavailable);
    }
    if (!decided) outcome = run(question);
    if (outcome.verdict != Verdict::deferred) question.waiter->hook_completed(outcome);
}

// -- notifications ----------------------------------------------------------------------------

template <class Fn, class... Arguments>
void Dispatcher::tell_all(Event event, const ClientInfo* client, Arguments... arguments) {
    bool commits = false;
    for (const Link& link : chain(event)) {
        if (!concerned(*link.plugin, event, arguments...)) continue;
        Call call(event, *link.plugin);
        call.client = client;
        enter(call, [&] {
            reinterpret_cast<Fn>(link.function)(&call, arguments...);
            return GN_V_CONTINUE;
        });
        commits = commits || link.plugin->commits;
    }
    if (commits && (event_bit(event) & kStorageEvents) != 0) note_storage(event, client);
}

// Of a session that begins and ends with its connection a store keeps nothing but its will. One
// that goes on was stored, and is until it ends.
void Dispatcher::note_storage(Event event, const ClientInfo* client) {
    const bool passing =
        client != nullptr && client->session_expiry_s == 0 && !client->session_present;
    if (passing && (event_bit(event) & kSessionStateEvents) != 0) return;
    told_ = true;
    if (!passing || event == Event::on_retain_message || event == Event::on_disconnect)
        ++durable_told_;
}

void Dispatcher::tell(Event event, ClientInfo& client, const PacketBox& packet) {
    tell_all<decltype(gn_hooks::on_published)>(event, &client, handle_of(&client), packet.handle());
}

void Dispatcher::tell_plain(Event event) {
    tell_all<decltype(gn_hooks::on_started)>(event, nullptr);
}

void Dispatcher::tell_text(Event event, Bytes text) {
    tell_all<decltype(gn_hooks::on_client_expired)>(event, nullptr, to_abi(text));
}

void Dispatcher::sys_info_tick(const gn_sysinfo& info) {
    if (!wants(Event::on_sys_info_tick)) return;
    tell_all<decltype(gn_hooks::on_sys_info_tick)>(Event::on_sys_info_tick, nullptr, &info);
}

void Dispatcher::tell_disconnect(ClientInfo& client, mqtt::Reason reason, Bytes why,
                                 bool session_ends) {
    tell_all<decltype(gn_hooks::on_disconnect)>(Event::on_disconnect, &client, handle_of(&client),
                                                static_cast<uint8_t>(reason), to_abi(why),
                                                static_cast<int32_t>(session_ends));
}

void Dispatcher::tell_sent(ClientInfo& client, const PacketBox& packet, Bytes wire) {
    tell_all<decltype(gn_hooks::on_packet_sent)>(Event::on_packet_sent, &client, handle_of(&client),
                                                 packet.handle(), to_abi(wire));
}

void Dispatcher::tell_processed(ClientInfo& client, const PacketBox& packet, mqtt::Reason reason) {
    tell_all<decltype(gn_hooks::on_packet_processed)>(Event::on_packet_processed, &client,
                                                      handle_of(&client), packet.handle(),
                                                      static_cast<uint8_t>(reason));
}

void Dispatcher::tell_retained(ClientInfo& client, const PacketBox& packet, int32_t change) {
    tell_all<decltype(gn_hooks::on_retain_message)>(Event::on_retain_message, &client,
                                                    handle_of(&client), packet.handle(), change);
}

void Dispatcher::tell_qos_publish(ClientInfo& client, const PacketBox& packet, int64_t sent_ms,
                                  int32_t resends) {
    tell_all<decltype(gn_hooks::on_qos_publish)>(Event::on_qos_publish, &client, handle_of(&client),
                                                 packet.handle(), sent_ms, resends);
}

void Dispatcher::choose_targets(Targets& targets, const PacketBox& packet) {
    constexpr Event event = Event::on_select_subscribers;
    for (const Link& link : chain(event)) {
        Call call(event, *link.plugin);
        targets.begin_call();
        const gn_verdict verdict = enter(call, [&] {
            reinterpret_cast<decltype(gn_hooks::on_select_subscribers)>(link.function)(
                &call, targets.handle(), packet.handle());
            return GN_V_CONTINUE;
        });
        if (verdict == kThrew) targets.rollback();
    }
}

}  // namespace grapnel
