#include "hooks/restore.h"

#include <utility>

#include "hooks/abi.h"
#include "hooks/call.h"

namespace grapnel {

namespace {

using StoredFunction = gn_status (*)(gn_call*, gn_sink*);

constexpr uint64_t kLookEveryMs = 20;
constexpr uint64_t kLookEveryRecords = 256;
constexpr std::array<std::string_view, 5> kKinds = {"clients", "subscriptions", "messages",
                                                    "retained", "sysinfo"};

}  // namespace

Restore::Restore(Dispatcher& main, PendingTable& table, Port& port, std::array<Chain, 5> chains,
                 Chain others, RestoreTarget& target, Done done)
    : main_(main),
      table_(table),
      port_(port),
      chains_(std::move(chains)),
      others_(std::move(others)),
      target_(target),
      done_(std::move(done)),
      progress_(port.monotonic_ms()) {}

void Restore::watch() {
    if (timer_ != nullptr) return;
    timer_ = new uv_timer_t;
    uv_timer_init(port_.uv_loop(port_.worker_count()), timer_);
    timer_->data = this;
    uv_timer_start(
        timer_, [](uv_timer_t* timer) { static_cast<Restore*>(timer->data)->look(); }, kLookEveryMs,
        kLookEveryMs);
}

void Restore::unwatch() {
    if (timer_ == nullptr) return;
    uv_timer_stop(timer_);
    uv_close(reinterpret_cast<uv_handle_t*>(std::exchange(timer_, nullptr)),
             [](uv_handle_t* handle) { delete reinterpret_cast<uv_timer_t*>(handle); });
}

void Restore::look() {
    const int64_t now_ms = port_.monotonic_ms();
    progress_.look(now_ms);
    Pending* pending = ticket_ == 0 ? nullptr : table_.find(ticket_);
    if (pending != nullptr && seen_ != progress_.records()) {
        seen_ = progress_.records();
        const auto timeout_ms = static_cast<int64_t>(pending->plugin->defer_timeout_ms());
        table_.arm(ticket_, *pending, now_ms + timeout_ms);
    }
    main_.expire(now_ms);
}

Event Restore::event() const {
    return static_cast<Event>(static_cast<size_t>(Event::stored_clients) + list_);
}

void Restore::proceed() {
    for (; list_ < chains_.size(); ++list_, step_ = 0) {
        while (step_ < chains_[list_].size()) {
            const Step& step = chains_[list_][step_];
            std::string fault;
            if (is_foreign(step)) {
                ++step_;
                continue;
            }
            if (ask(step, fault)) return;
            if (!fault.empty()) return fail(step.plugin->plugin(), std::move(fault));
            if (progress_.records() != 0) break;
            ++step_;
        }
    }
    finish();
}

bool Restore::ask(const Step& step, std::string& fault) {
    progress_.begin(kKinds[list_]);
    seen_ = 0;
    open_ = true;
    Call call(event(), *step.plugin);
    call.may_defer = true;
    const gn_status status = enter(call, [&] {
        return reinterpret_cast<StoredFunction>(step.function)(&call,
                                                               reinterpret_cast<gn_sink*>(this));
    });
    if (status == GN_V_DEFER && call.ticket != 0) {
        ticket_ = call.ticket;
        hold(step);
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

void Restore::hold(const Step& step) {
    Pending* pending = table_.find(ticket_);
    pending->held = true;
    pending->on_done = [this, step](const Completion& completion) { settled(step, completion); };
    const auto timeout_ms = static_cast<int64_t>(step.plugin->plugin().defer_timeout_ms());
    table_.arm(ticket_, *pending, port_.monotonic_ms() + timeout_ms);
    watch();
}

void Restore::settled(const Step& step, const Completion& completion) {
    open_ = false;
    ticket_ = 0;
    if (completion.timed_out) return fail(step.plugin->plugin(), "did not answer in time");
    if (completion.value != GN_OK)
        return fail(step.plugin->plugin(), "answered " + std::to_string(completion.value));
    if (progress_.records() != 0) {
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
    messages_ = {};
    std::exchange(done_, nullptr)(Error{text});
}

void Restore::finish() {
    unwatch();
    messages_ = {};
    std::exchange(done_, nullptr)(std::nullopt);
}

void Restore::cancel() {
    open_ = false;
    unwatch();
    messages_ = {};
    if (ticket_ != 0) table_.take(std::exchange(ticket_, 0));
    done_ = nullptr;
}

gn_status Restore::accept(Event wanted) {
    const Dispatcher* here = current_thread.dispatcher;
    if (here == nullptr || here->loop() != port_.worker_count()) return GN_E_THREAD;
    if (!open_ || event() != wanted) return GN_E_STATE;
    return GN_OK;
}

bool Restore::is_foreign(const Step& step) const {
    const bool of_clients =
        event() == Event::stored_subscriptions || event() == Event::stored_inflight_messages;
    return of_clients && clients_from_ != nullptr && step.plugin != clients_from_;
}

void Restore::pass_on(gn_restored record) {
    PluginLoop* const giver = chains_[list_][step_].plugin;
    record.size = sizeof record;
    record.kind = static_cast<uint32_t>(event());
    for (const Step& other : others_) {
        if (other.plugin == giver) continue;
        Call call(Event::on_restored, *other.plugin);
        enter(call, [&] {
            reinterpret_cast<decltype(gn_hooks::on_restored)>(other.function)(&call, &record);
            return GN_V_CONTINUE;
        });
    }
}

void Restore::count(const gn_restored& record) {
    if (progress_.records() == 0) {
        if (event() == Event::stored_clients) clients_from_ = chains_[list_][step_].plugin;
        pass_on({});
    }
    pass_on(record);
    progress_.count();
    if (progress_.records() % kLookEveryRecords == 0) progress_.look(port_.monotonic_ms());
}

gn_status Restore::expect(uint64_t records) {
    const gn_status status = accept(event());
    if (status == GN_OK) progress_.expect(records);
    return status;
}

gn_status Restore::add(const gn_stored_client* record) {
    if (const gn_status status = accept(Event::stored_clients); status != GN_OK) return status;
    StoredClient client;
    if (const gn_status status = read_stored(record, client); status != GN_OK) return status;
    count({0, 0, record, nullptr, nullptr});
    target_.client(std::move(client));
    return GN_OK;
}

gn_status Restore::add(const gn_stored_subscription* record) {
    if (const gn_status status = accept(Event::stored_subscriptions); status != GN_OK)
        return status;
    StoredSubscription subscription;
    if (const gn_status status = read_stored(record, subscription); status != GN_OK) return status;
    count({0, 0, nullptr, record, nullptr});
    target_.subscription(std::move(subscription));
    return GN_OK;
}

gn_status Restore::add(const gn_stored_message* record) {
    if (event() == Event::stored_retained_messages) {
        if (const gn_status status = accept(event()); status != GN_OK) return status;
        Ref<Message> message;
        if (const gn_status status = messages_.read_retained(record, message); status != GN_OK)
            return status;
        count({0, 0, nullptr, nullptr, record});
        target_.retained(std::move(message));
        return GN_OK;
    }
    if (const gn_status status = accept(Event::stored_inflight_messages); status != GN_OK)
        return status;
    StoredMessage message;
    if (const gn_status status = messages_.read(record, message); status != GN_OK) return status;
    count({0, 0, nullptr, nullptr, record});
    target_.message(std::move(message));
    return GN_OK;
}

gn_status Restore::add(const gn_sysinfo* record) {
    if (const gn_status status = accept(Event::stored_sys_info); status != GN_OK) return status;
    gn_sysinfo info;
    if (!copy_in(record, sizeof(uint32_t), info)) return GN_E_INVALID;
    info.version = {};
    progress_.count();
    target_.sysinfo(info);
    return GN_OK;
}

}  // namespace grapnel
