#include "hooks/restore.h"

#include <algorithm>
#include <utility>

#include "hooks/abi.h"
#include "hooks/call.h"
#include "hooks/message_in.h"
#include "topics/filter.h"

namespace grapnel {

namespace {

using StoredFunction = gn_status (*)(gn_call*, gn_sink*);

constexpr size_t kTextBytesMax = 65'535;  // MQTT 5.0, 1.5.4
constexpr uint64_t kLookEveryMs = 20;

bool short_text(gn_str text, Bytes& out) {
    return from_abi(text, out) && out.size() <= kTextBytesMax;
}

bool read_protocol(uint8_t protocol, mqtt::Version& out) {
    if (protocol < 3 || protocol > 5) return false;
    out = static_cast<mqtt::Version>(protocol);
    return true;
}

}  // namespace

Restore::Restore(Dispatcher& main, PendingTable& table, Port& port, std::array<Chain, 5> chains,
                 Done done)
    : main_(main), table_(table), port_(port), chains_(std::move(chains)), done_(std::move(done)) {}

void Restore::watch() {
    if (timer_ != nullptr) return;
    timer_ = new uv_timer_t;
    uv_timer_init(port_.uv_loop(port_.worker_count()), timer_);
    timer_->data = this;
    const auto look = [](uv_timer_t* timer) {
        auto* restore = static_cast<Restore*>(timer->data);
        restore->main_.expire(restore->port_.monotonic_ms());
    };
    uv_timer_start(timer_, look, kLookEveryMs, kLookEveryMs);
}

void Restore::unwatch() {
    if (timer_ == nullptr) return;
    uv_timer_stop(timer_);
    uv_close(reinterpret_cast<uv_handle_t*>(std::exchange(timer_, nullptr)),
             [](uv_handle_t* handle) { delete reinterpret_cast<uv_timer_t*>(handle); });
}

Event Restore::event() const {
    return static_cast<Event>(static_cast<size_t>(Event::stored_clients) + list_);
}

void Restore::proceed() {
    for (; list_ < chains_.size(); ++list_, step_ = 0) {
        while (step_ < chains_[list_].size()) {
            const Step& step = chains_[list_][step_];
            std::string fault;
            if (ask(step, fault)) return;
            if (!fault.empty()) return fail(step.plugin->plugin(), std::move(fault));
            if (yielded_ != 0) break;
            ++step_;
        }
    }
    finish();
}

bool Restore::ask(const Step& step, std::string& fault) {
    yielded_ = 0;
    open_ = true;
    Call call(event(), *step.plugin);
    call.may_defer = true;
    const gn_status status = enter(call, [&] {
        return reinterpret_cast<StoredFunction>(step.function)(&call,
                                                               reinterpret_cast<gn_sink*>(this));
    });
    if (status == GN_V_DEFER && call.ticket != 0) {
        Pending* pending = table_.find(call.ticket);
        pending->held = true;
        pending->on_done = [this, step](const Completion& completion) {
            settled(step, completion);
        };
        ticket_ = call.ticket;
        const auto timeout_ms = static_cast<int64_t>(step.plugin->plugin().defer_timeout_ms());
        table_.arm(call.ticket, *pending, port_.monotonic_ms() + timeout_ms);
        watch();
        return true;
    }
    if (call.ticket != 0) table_.take(call.ticket);
    open_ = false;
    if (status == kThrew) {
        fault = "threw";
    } else if (status != GN_OK) {
        fault = "answered " + std::to_string(status);
    }
    return false;
}

void Restore::settled(const Step& step, const Completion& completion) {
    open_ = false;
    ticket_ = 0;
    if (completion.timed_out) return fail(step.plugin->plugin(), "did not answer in time");
    if (completion.value != GN_OK)
        return fail(step.plugin->plugin(), "answered " + std::to_string(completion.value));
    if (yielded_ != 0) {
        ++list_;
        step_ = 0;
    } else {
        ++step_;
    }
    proceed();
}

void Restore::fail(const Plugin& plugin, std::string fault) {
    const std::string text = "plugin " + plugin.id() + ": " +
                             std::string(event_info(event()).name) + " " + std::move(fault);
    unwatch();
    std::exchange(done_, nullptr)(Error{text});
}

void Restore::finish() {
    unwatch();
    messages_.clear();
    std::stable_sort(
        records_.inflight.begin(), records_.inflight.end(),
        [](const StoredMessage& a, const StoredMessage& b) { return a.order < b.order; });
    std::exchange(done_, nullptr)(std::move(records_));
}

gn_status Restore::accept(Event wanted) {
    const Dispatcher* here = current_thread.dispatcher;
    if (here == nullptr || here->loop() != port_.worker_count()) return GN_E_THREAD;
    if (!open_ || event() != wanted) return GN_E_STATE;
    if (ticket_ != 0) {
        Pending* pending = table_.find(ticket_);
        if (pending == nullptr) return GN_E_STATE;
        const auto timeout_ms = static_cast<int64_t>(pending->plugin->defer_timeout_ms());
        table_.arm(ticket_, *pending, port_.monotonic_ms() + timeout_ms);
    }
    return GN_OK;
}

void Restore::keep_order(uint64_t key, uint64_t order) {
    records_.highest_key = std::max(records_.highest_key, key);
    records_.highest_order = std::max(records_.highest_order, order);
}

gn_status Restore::add(const gn_stored_client* argument) {
    if (const gn_status status = accept(Event::stored_clients); status != GN_OK) return status;
    gn_stored_client in;
    if (!copy_in(argument, GN_SIZE_THROUGH(gn_stored_client, id), in)) return GN_E_INVALID;
    Bytes id;
    Bytes username;
    Bytes remote;
    Bytes listener;
    StoredClient client;
    if (!short_text(in.id, id) || id.empty() || !short_text(in.username, username) ||
        !from_abi(in.remote, remote) || !from_abi(in.listener, listener) ||
        !read_protocol(in.protocol, client.version))
        return GN_E_INVALID;
    client.id = id;
    client.username = username;
    client.has_username = username.data() != nullptr;
    client.remote = remote;
    client.listener = listener;
    client.clean_start = (in.flags & GN_CL_CLEAN) != 0;
    client.session_expiry_s = in.session_expiry_s;
    if (in.receive_maximum != 0 && in.receive_maximum <= 65'535)
        client.receive_maximum = static_cast<uint16_t>(in.receive_maximum);
    client.disconnected_ms = in.disconnected_ms;
    client.will_due_ms = in.will_due_ms;
    if (in.will != nullptr) {
        IncomingMessage will;
        if (const gn_status status = will.read(in.will); status != GN_OK) return status;
        will.view.origin = client.id;
        client.has_will = true;
        client.will.message = Message::create(will.view);
        client.will.delay_s = in.will_delay_s;
        client.will.message_expiry_s = will.expiry_s;
        client.will.has_message_expiry = will.expiry_s != 0;
    }
    records_.clients.push_back(std::move(client));
    ++yielded_;
    return GN_OK;
}

gn_status Restore::add(const gn_stored_subscription* argument) {
    if (const gn_status status = accept(Event::stored_subscriptions); status != GN_OK)
        return status;
    gn_stored_subscription in;
    gn_filter asked;
    Bytes id;
    Bytes text;
    Filter parsed;
    if (!copy_in(argument, GN_SIZE_THROUGH(gn_stored_subscription, filter), in) ||
        !copy_in(in.filter, GN_SIZE_THROUGH(gn_filter, flags), asked) ||
        !short_text(in.client_id, id) || id.empty() || !from_abi(asked.filter, text) ||
        !parse_filter(text, 0, parsed) || asked.qos > 2 || asked.retain_handling > 2)
        return GN_E_INVALID;
    StoredSubscription subscription;
    subscription.client_id = id;
    subscription.filter = text;
    subscription.options.identifier = asked.identifier;
    subscription.options.qos = asked.qos;
    subscription.options.retain_handling = asked.retain_handling;
    subscription.options.no_local = (asked.flags & GN_SUB_NO_LOCAL) != 0;
    subscription.options.retain_as_published = (asked.flags & GN_SUB_RETAIN_AS_PUBLISHED) != 0;
    records_.subscriptions.push_back(std::move(subscription));
    ++yielded_;
    return GN_OK;
}

gn_status Restore::add(const gn_stored_message* argument) {
    const bool retained = event() == Event::stored_retained_messages;
    const Event wanted =
        retained ? Event::stored_retained_messages : Event::stored_inflight_messages;
    if (const gn_status status = accept(wanted); status != GN_OK) return status;
    gn_stored_message in;
    Bytes id;
    Bytes origin;
    if (!copy_in(argument, GN_SIZE_THROUGH(gn_stored_message, message), in) ||
        !short_text(in.client_id, id) || id.empty() != retained || !short_text(in.origin, origin) ||
        (in.subscription_id_count != 0 && in.subscription_ids == nullptr))
        return GN_E_INVALID;
    StoredMessage stored;
    stored.type = static_cast<mqtt::PacketType>(in.type == 0 ? 3 : in.type);
    if (stored.type != mqtt::PacketType::publish && stored.type != mqtt::PacketType::pubrec &&
        stored.type != mqtt::PacketType::pubrel)
        return GN_E_INVALID;
    if (in.message != nullptr) {
        IncomingMessage message;
        if (const gn_status status = message.read(in.message); status != GN_OK) return status;
        message.view.origin = origin;
        message.view.key = in.key;
        message.view.created_ms = in.created_ms;
        message.view.expires_ms = in.expires_ms;
        stored.qos = message.view.qos;
        stored.retain = message.view.retain;
        Ref<Message>& shared = messages_[in.key];
        if (!shared || in.key == 0) shared = Message::create(message.view);
        stored.message = shared;
    } else if (stored.type == mqtt::PacketType::publish) {
        return GN_E_INVALID;
    }
    stored.client_id = id;
    stored.packet_id = in.packet_id;
    stored.dup = in.dup != 0;
    stored.sent_ms = in.sent_ms;
    stored.order = in.order;
    if (in.subscription_id_count != 0)
        stored.subscription_identifiers.assign(in.subscription_ids,
                                               in.subscription_ids + in.subscription_id_count);
    keep_order(in.key, in.order);
    (retained ? records_.retained : records_.inflight).push_back(std::move(stored));
    ++yielded_;
    return GN_OK;
}

gn_status Restore::add(const gn_sysinfo* argument) {
    if (const gn_status status = accept(Event::stored_sys_info); status != GN_OK) return status;
    if (!copy_in(argument, sizeof(uint32_t), records_.sysinfo)) return GN_E_INVALID;
    records_.sysinfo.version = {};
    records_.has_sysinfo = true;
    ++yielded_;
    return GN_OK;
}

}  // namespace grapnel
