#include "hooks/restore.h"

#include <algorithm>
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
constexpr size_t kSysInfo = 4;

}  // namespace

Restore::Restore(Dispatcher& main, PendingTable& table, Port& port,
                 const std::array<Chain, 5>& chains, Chain others, RestoreTarget& target, Done done)
    : main_(main),
      table_(table),
      port_(port),
      asks_(order_of(chains)),
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

std::vector<Restore::Ask> Restore::order_of(const std::array<Chain, 5>& chains) {
    std::vector<PluginLoop*> plugins;
    for (size_t kind = 0; kind < kSysInfo; ++kind)
        for (const Step& step : chains[kind])
            if (std::ranges::find(plugins, step.plugin) == plugins.end())
                plugins.push_back(step.plugin);
    std::vector<Ask> order;
    for (const PluginLoop* plugin : plugins)
        for (size_t kind = 0; kind < kSysInfo; ++kind)
            for (const Step& step : chains[kind])
                if (step.plugin == plugin) order.push_back({kind, step});
    for (const Step& step : chains[kSysInfo]) order.push_back({kSysInfo, step});
    return order;
}

Event Restore::event() const {
    return static_cast<Event>(static_cast<size_t>(Event::stored_clients) + asks_[at_].kind);
}

void Restore::proceed() {
    for (; at_ < asks_.size(); ++at_) {
        const Ask& next = asks_[at_];
        std::string fault;
        if (is_foreign(next)) continue;
        if (ask(next.step, fault)) return;
        if (!fault.empty()) return fail(next.step.plugin->plugin(), std::move(fault));
        given();
    }
    finish();
}

bool Restore::ask(const Step& step, std::string& fault) {
    progress_.begin(kKinds[asks_[at_].kind]);
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
    given();
    ++at_;
    proceed();
}

void Restore::given() {
    const auto& [kind, step] = asks_[at_];
    if (progress_.records() != 0) given_[kind] = true;
    if (step.plugin == store_ && kind != kSysInfo) announce();
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
    return open_ && event() == wanted ? GN_OK : GN_E_STATE;
}

bool Restore::is_foreign(const Ask& ask) const {
    if (given_[ask.kind]) return true;
    if (store_ == nullptr || ask.step.plugin == store_) return false;
    return std::ranges::any_of(asks_, [&](const Ask& other) {
        return other.kind == ask.kind && other.step.plugin == store_;
    });
}

void Restore::announce() {
    for (; announced_ <= at_; ++announced_)
        if (asks_[announced_].step.plugin == asks_[at_].step.plugin)
            pass_on({}, asks_[announced_].kind);
}

void Restore::pass_on(gn_restored record, size_t kind) {
    PluginLoop* const giver = asks_[at_].step.plugin;
    record.size = sizeof record;
    record.kind = static_cast<uint32_t>(Event::stored_clients) + static_cast<uint32_t>(kind);
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
    if (store_ == nullptr) store_ = asks_[at_].step.plugin;
    if (progress_.records() == 0) announce();
    pass_on(record, asks_[at_].kind);
    progress_.count();
    if (progress_.records() % kLookEveryRecords == 0) progress_.look(port_.monotonic_ms());
}

gn_status Restore::expect(uint64_t records) {
    if (at_ == asks_.size()) return GN_E_STATE;
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
    if (at_ < asks_.size() && event() == Event::stored_retained_messages) {
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
