#include <algorithm>

#include "base/log.h"
#include "hooks/plugin_state_text.h"
#include "server/broker.h"
#include "server/publishing.h"
#include "server/worker.h"
#include "stats/plugin_metrics_text.h"
#include "stats/sys_topics.h"

namespace grapnel {

namespace {

constexpr uint64_t kNotePlugins_ms = 1000;

}  // namespace

// Once a sys_interval: $SYS, expiry of retained messages, on_sys_info_tick.
void Broker::tick() {
    const Totals now = totals();
    publish_sys_topics(now);
    tell_sys_info(now);
    Worker* const worker = core_.workers[0].get();
    worker->loop.post([worker] {
        worker->wake();
        for (const auto& message : worker->core.retained.expire(worker->clock.wall_ms))
            worker->hooks.retained_expired(message->topic());
    });
}

Totals Broker::totals() const {
    Totals totals;
    {
        const std::lock_guard lock(earlier_mutex_);
        totals = earlier_;
    }
    for (const auto& worker : core_.workers) totals.add(worker->counters);
    // Counted one by one, so that a client may be in one of both already.
    totals.sessions = std::max(totals.sessions, totals.clients_connected);
    core_.listeners.add_to(totals);
    if (web_) web_->add_to(totals);
    totals.clients_maximum =
        std::max(totals.clients_maximum, core_.clients_maximum.load(std::memory_order_relaxed));
    totals.retained = core_.retained.size();
    totals.memory_bytes = process_memory_bytes();
    totals.threads = process_threads();
    totals.admin_refused = core_.admin_refused.load(std::memory_order_relaxed);
    totals.store_failing = core_.store_failing.load(std::memory_order_relaxed) ? 1 : 0;
    totals.started_ms = core_.started_ms;
    totals.now_ms = wall_ms();
    return totals;
}

MetricsSnapshot Broker::snapshot() const {
    MetricsSnapshot snapshot;
    snapshot.totals = totals();
    snapshot.listeners = core_.listeners.figures(monotonic_ms());
    for (const auto& worker : core_.workers) {
        const Counters& counters = worker->counters;
        snapshot.workers.push_back({counters.loop_lag.totals(), counters.mail_batches.get()});
        snapshot.loop_lag.add(snapshot.workers.back().loop_lag);
        counters.delivery_latency.add_to(snapshot.delivery_latency);
        counters.commit_latency.add_to(snapshot.commit_latency);
    }
    snapshot.descriptors = process_descriptors();
    snapshot.descriptors_maximum = process_descriptors_maximum();
    return snapshot;
}

// For threads that tell of them.
void Broker::note_plugins() {
    note_timer_.data = this;
    uv_timer_start(
        &note_timer_,
        [](uv_timer_t* handle) { static_cast<Broker*>(handle->data)->core_.hooks.note_states(); },
        0, kNotePlugins_ms);
}

void Broker::restore_totals(const gn_sysinfo& info) {
    const auto number = [](int64_t value) {
        return static_cast<uint64_t>(std::max<int64_t>(value, 0));
    };
    const std::lock_guard lock(earlier_mutex_);
    earlier_.bytes_received = number(info.bytes_received);
    earlier_.bytes_sent = number(info.bytes_sent);
    earlier_.packets_received = number(info.packets_received);
    earlier_.packets_sent = number(info.packets_sent);
    earlier_.messages_received = number(info.messages_received);
    earlier_.messages_sent = number(info.messages_sent);
    earlier_.dropped[static_cast<int>(DropReason::queue_full)] = number(info.messages_dropped);
    earlier_.inflight_dropped = number(info.inflight_dropped);
    earlier_.clients_maximum = number(info.clients_maximum);
}

// Only what changed is published: every value is retained. What plugins count comes and goes with
// them, what is said of them stays as long as plugin_states() has them: an empty value removes it.
void Broker::publish_sys_topics(const Totals& totals) {
    auto topics = sys_topics(totals);
    auto changed = std::make_shared<std::vector<std::pair<std::string, std::string>>>();
    for (size_t i = 0; i < topics.size(); ++i)
        if (i >= sys_values_.size() || sys_values_[i].second != topics[i].second)
            changed->push_back(topics[i]);
    sys_values_ = std::move(topics);
    std::map<std::string, std::string> counted;
    for (auto& [topic, value] : plugin_sys_topics(core_.hooks.metrics())) counted[topic] = value;
    for (const PluginState& state : core_.hooks.plugin_states())
        for (auto& [topic, value] : plugin_state_topics(state)) counted[topic] = value;
    for (const auto& [topic, value] : counted) {
        const auto known = plugin_values_.find(topic);
        if (known == plugin_values_.end() || known->second != value)
            changed->emplace_back(topic, value);
    }
    for (const auto& [topic, value] : plugin_values_)
        if (!counted.contains(topic)) changed->emplace_back(topic, "");
    plugin_values_ = std::move(counted);
    Worker* const worker = core_.workers[0].get();
    worker->loop.post([worker, changed] {
        worker->wake();
        for (const auto& [topic, value] : *changed) publish_sys(*worker, topic, value);
    });
}

void Broker::tell_sys_info(const Totals& totals) {
    if (!core_.hooks.main().wants(Event::on_sys_info_tick)) return;
    gn_sysinfo info{};
    info.size = sizeof info;
    info.version = {kVersion, std::char_traits<char>::length(kVersion)};
    info.started_ms = totals.started_ms;
    info.now_ms = totals.now_ms;
    info.bytes_received = static_cast<int64_t>(totals.bytes_received);
    info.bytes_sent = static_cast<int64_t>(totals.bytes_sent);
    info.packets_received = static_cast<int64_t>(totals.packets_received);
    info.packets_sent = static_cast<int64_t>(totals.packets_sent);
    info.messages_received = static_cast<int64_t>(totals.messages_received);
    info.messages_sent = static_cast<int64_t>(totals.messages_sent);
    info.messages_dropped = static_cast<int64_t>(totals.dropped_total());
    info.clients_connected = static_cast<int64_t>(totals.clients_connected);
    info.clients_disconnected = static_cast<int64_t>(totals.sessions - totals.clients_connected);
    info.clients_maximum = static_cast<int64_t>(totals.clients_maximum);
    info.clients_total = static_cast<int64_t>(totals.sessions);
    info.subscriptions = static_cast<int64_t>(totals.subscriptions);
    info.retained = static_cast<int64_t>(totals.retained);
    info.inflight = static_cast<int64_t>(totals.inflight);
    info.inflight_dropped = static_cast<int64_t>(totals.inflight_dropped);
    info.memory_bytes = static_cast<int64_t>(totals.memory_bytes);
    core_.hooks.main().sys_info_tick(info);
}

}  // namespace grapnel
