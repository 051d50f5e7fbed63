#ifndef GN_TESTING_HOST_API_HPP
#define GN_TESTING_HOST_API_HPP

// The tables of a FakeHost that are the host's own. A part of testing.hpp.

#include <grapnel/testing_host.hpp>

#include <algorithm>

namespace gn::testing {

inline FakeHost::FakeHost() : gn_host{}, worker_(0, shared()), main_(1, shared()) {
    detail::plays_loop = true;
    size = sizeof(gn_host);
    abi_minor = GN_ABI_MINOR;
    broker_version = "test";
    core = &core_api;
    client = &client_api;
    packet = &packet_api;
    loop = &loop_api;
    config = &config_api;
    store = &store_api;
    data_dir = ".";
    fill_log();
    fill_answers();
    fill_messages();
    fill_cache();
    fill_metrics();
    fill_interest();
    client_api.size = sizeof(client_api);
    FakeClient::add_to(client_api);
    packet_api = FakePacket::api();
    FakeTargets::add_to(packet_api);
}

inline FakeLoop::Shared FakeHost::shared() {
    return {lock_, changed_, timers_ms_, work_status,
            [this](std::string_view text) { log_line(GN_LOG_ERROR, text); }};
}

inline gn_ticket FakeHost::draw_ticket() {
    const std::lock_guard guard(lock_);
    open.insert(++last_ticket);
    return last_ticket;
}

inline bool FakeHost::is_open(gn_ticket ticket) const {
    const std::lock_guard guard(lock_);
    return open.contains(ticket);
}

inline void FakeHost::attach(gn_ticket ticket, FakePacket* held_packet, FakeSink* sink) {
    bool answered = false;
    {
        const std::lock_guard guard(lock_);
        answered = !open.contains(ticket);
        if (!answered) waiting_[ticket] = {held_packet, sink};
    }
    if (answered && sink != nullptr) sink->end();
}

inline void FakeHost::take_ticket(gn_ticket ticket) {
    const std::lock_guard guard(lock_);
    open.erase(ticket);
    events_.erase(ticket);
    const auto found = waiting_.find(ticket);
    if (found == waiting_.end()) return;
    if (found->second.sink != nullptr) found->second.sink->end();
    waiting_.erase(found);
}

inline gn_status FakeHost::finish(gn_ticket ticket, gn_verdict verdict,
                                  const Explanation* explanation) {
    const std::lock_guard guard(lock_);
    if (open.erase(ticket) == 0) return GN_E_GONE;
    if (explanation != nullptr) {
        if (explanation->reason != 0) reason_code = explanation->reason;
        if (!explanation->text.empty()) reason_text = explanation->text;
        if (!explanation->challenge.empty()) challenge_data = explanation->challenge;
        explanations[ticket] = *explanation;
    }
    answers[ticket] = understood(ticket, verdict);
    events_.erase(ticket);
    const auto found = waiting_.find(ticket);
    if (found != waiting_.end()) {
        if (found->second.sink != nullptr) found->second.sink->end();
        waiting_.erase(found);
    }
    changed_.notify_all();
    return GN_OK;
}

// An answer that the event of the ticket does not know is logged and becomes the closed one.
inline gn_verdict FakeHost::understood(gn_ticket ticket, gn_verdict verdict) {
    const auto event = events_.find(ticket);
    const detail::EventRule* const rule =
        event == events_.end() ? nullptr : detail::event_rule(event->second);
    if (rule == nullptr || detail::knows(*rule, verdict)) return verdict;
    log_line(GN_LOG_ERROR, detail::undefined(*rule, verdict));
    reason_code = 0;
    reason_text.clear();
    challenge_data.clear();
    return rule->closed;
}

inline gn_status FakeHost::answer_with(gn_ticket ticket, const gn_answer* argument) {
    gn_answer in;
    constexpr std::size_t kLeast = offsetof(gn_answer, verdict) + sizeof(gn_verdict);
    if (!detail::take_in(argument, kLeast, in) || !detail::is_string(in.text) ||
        !detail::is_string(in.challenge) || in.challenge.len > kStringBytesMax ||
        !is_mqtt_string(view(in.text)))
        return GN_E_INVALID;
    const Explanation explanation{in.reason, detail::copy(in.text), detail::copy(in.challenge)};
    return finish(ticket, in.verdict, &explanation);
}

inline gn_status FakeHost::take_message(const gn_message* message) {
    FakeMessage copy;
    if (const gn_status status = FakeMessage::read(message, copy); status != GN_OK) return status;
    if (!inline_client) return GN_E_UNSUPPORTED;
    if (publish_status != GN_OK) return publish_status;
    const std::lock_guard guard(lock_);
    if (copy.retain && copy.payload.empty()) {
        retained.erase(copy.topic);
    } else if (copy.retain) {
        retained[copy.topic] = copy;
    }
    deliveries_.push_back({FakePacket::of(copy), {}, 0});
    published.push_back(std::move(copy));
    changed_.notify_all();
    return GN_OK;
}

inline gn_status FakeHost::add_subscription(gn_str text, std::int32_t id,
                                            void (*fn)(void*, gn_call*, const gn_packet*),
                                            void* arg) {
    if (!detail::plays_loop) return GN_E_THREAD;
    if (!detail::is_string(text) || fn == nullptr) return GN_E_INVALID;
    const std::string filter = detail::copy(text);
    if (!is_filter(filter) || share_length(filter) != 0) return GN_E_INVALID;
    if (!inline_client) return GN_E_UNSUPPORTED;
    static_cast<void>(remove_subscription(filter, id));
    subscriptions_.push_back({filter, id, fn, arg});
    const std::lock_guard guard(lock_);
    for (const auto& [topic, message] : retained) {
        if (topic_matches(filter, topic)) {
            deliveries_.push_back({FakePacket::of(message), filter, id});
        }
    }
    return GN_OK;
}

inline gn_status FakeHost::remove_subscription(std::string_view filter, std::int32_t id) {
    if (!detail::plays_loop) return GN_E_THREAD;
    const auto removed = std::erase_if(subscriptions_, [&](const Subscription& subscription) {
        return subscription.filter == filter && subscription.id == id;
    });
    return removed == 0 ? GN_E_GONE : GN_OK;
}

inline void FakeHost::fill_log() noexcept {
    core_api.size = sizeof(core_api);
    core_api.log = [](const gn_host* self, std::int32_t at, gn_str text) {
        if (self != nullptr && detail::is_string(text)) of(self).log_line(at, view(text));
    };
    core_api.log_level = [](const gn_host* self) { return of(self).level.load(); };
    core_api.wall_ms = [](const gn_host* self) { return of(self).now_ms.load(); };
    core_api.fail = [](const gn_host* self, gn_str why) {
        if (self != nullptr && detail::is_string(why)) of(self).failure = view(why);
    };
    core_api.extension = [](const gn_host* self, const char* id) -> const void* {
        if (id == nullptr) return nullptr;
        const auto found = of(self).extensions.find(std::string_view(id));
        return found == of(self).extensions.end() ? nullptr : found->second;
    };
}

inline void FakeHost::fill_answers() noexcept {
    core_api.defer = [](gn_call* call) -> gn_ticket {
        if (call == nullptr || !detail::plays_loop) return 0;
        FakeHost& host = of(call->host);
        detail::Frame* const frame = detail::running;
        if (!host.can_defer || (frame != nullptr && !frame->may_defer)) return 0;
        if (frame == nullptr) return host.draw_ticket();
        if (frame->ticket == 0) {
            frame->ticket = host.draw_ticket();
            const std::lock_guard guard(host.lock_);
            host.events_[frame->ticket] = frame->event;
        }
        return frame->ticket;
    };
    core_api.complete = [](const gn_host* self, gn_ticket ticket, gn_verdict verdict) {
        return self == nullptr ? gn_status{GN_E_INVALID}
                               : of(self).finish(ticket, verdict, nullptr);
    };
    core_api.answer = [](const gn_host* self, gn_ticket ticket, const gn_answer* answer) {
        return self == nullptr ? gn_status{GN_E_INVALID} : of(self).answer_with(ticket, answer);
    };
    core_api.deferred_packet = [](const gn_host* self, gn_ticket ticket) -> gn_packet* {
        if (self == nullptr || !detail::plays_loop) return nullptr;
        const std::lock_guard guard(of(self).lock_);
        const auto found = of(self).waiting_.find(ticket);
        const bool held = found != of(self).waiting_.end() && found->second.packet != nullptr;
        return held ? found->second.packet->raw() : nullptr;
    };
    core_api.reason = [](gn_call* call, std::uint8_t code, gn_str text) {
        if (call == nullptr || !detail::plays_loop || !detail::is_string(text)) return;
        of(call->host).reason_code = code;
        of(call->host).reason_text = is_mqtt_string(view(text)) ? detail::copy(text) : "";
    };
    core_api.challenge = [](gn_call* call, gn_str data) -> gn_status {
        const detail::Frame* const frame = detail::running;
        const bool there = frame == nullptr || frame->event == detail::kOnAuthenticate ||
                           frame->event == detail::kOnAuthPacket;
        if (call == nullptr || !detail::plays_loop || !there) return GN_E_STATE;
        if (!detail::is_string(data) || data.len > kStringBytesMax) return GN_E_INVALID;
        of(call->host).challenge_data = detail::copy(data);
        return GN_OK;
    };
    core_api.failed = [](gn_call* call, gn_str what) {
        if (call == nullptr || !detail::plays_loop) return;
        if (detail::running != nullptr) detail::running->failed = true;
        const std::string_view text = detail::is_string(what) ? view(what) : std::string_view();
        of(call->host).log_line(GN_LOG_ERROR, text);
    };
}

inline gn_status FakeHost::add_series(const gn_metric_shape* argument, gn_metric** out) {
    if (out == nullptr) return GN_E_INVALID;
    *out = nullptr;
    if (!detail::plays_loop) return GN_E_THREAD;
    detail::MetricShape shape;
    if (!detail::read_shape(argument, shape)) {
        log_line(GN_LOG_ERROR, "metric refused: " + shape.name);
        return GN_E_INVALID;
    }
    for (const auto& [key, metric] : metrics) {
        if (metric.shape().name != shape.name || metric.shape().same_metric(shape)) continue;
        log_line(GN_LOG_ERROR, "metric refused, it has another shape already: " + shape.name);
        return GN_E_INVALID;
    }
    constexpr std::size_t kSeriesMax = 512;
    const std::string key = shape.key();
    if (metrics.size() >= kSeriesMax && !metrics.contains(key)) return GN_E_LIMIT;
    *out = metrics.try_emplace(key, std::move(shape)).first->second.raw();
    return GN_OK;
}

inline gn_status FakeHost::set_interest(const gn_str* filters, std::uint32_t count) {
    if (!detail::plays_loop) return GN_E_THREAD;
    if (filters == nullptr && count != 0) return GN_E_INVALID;
    constexpr std::uint32_t kFiltersMax = 4096;
    if (count > kFiltersMax) return GN_E_LIMIT;
    std::vector<std::string> texts;
    for (std::uint32_t index = 0; index < count; ++index) {
        if (!detail::is_string(filters[index])) return GN_E_INVALID;
        const std::string& text = texts.emplace_back(detail::copy(filters[index]));
        if (!is_filter(text) || share_length(text) != 0) return GN_E_INVALID;
    }
    interest = std::move(texts);
    return GN_OK;
}

inline void FakeHost::fill_metrics() noexcept {
    metrics_api.size = sizeof(metrics_api);
    FakeMetric::add_to(metrics_api);
    metrics_api.series = [](const gn_host* self, const gn_metric_shape* shape, gn_metric** out) {
        return self == nullptr ? gn_status{GN_E_INVALID} : of(self).add_series(shape, out);
    };
    extensions[GN_EXT_METRICS] = &metrics_api;
}

inline void FakeHost::fill_interest() noexcept {
    interest_api.size = sizeof(interest_api);
    interest_api.limit = [](const gn_host* self, const gn_str* filters, std::uint32_t count) {
        return self == nullptr ? gn_status{GN_E_INVALID} : of(self).set_interest(filters, count);
    };
    interest_api.clear = [](const gn_host* self) -> gn_status {
        if (self == nullptr) return GN_E_INVALID;
        if (!detail::plays_loop) return GN_E_THREAD;
        of(self).interest.reset();
        return GN_OK;
    };
    extensions[GN_EXT_INTEREST] = &interest_api;
}

inline void FakeHost::fill_messages() noexcept {
    core_api.publish = [](const gn_host* self, const gn_message* message) {
        return self == nullptr ? gn_status{GN_E_INVALID} : of(self).take_message(message);
    };
    core_api.subscribe = [](const gn_host* self, gn_str filter, std::int32_t id,
                            void (*fn)(void*, gn_call*, const gn_packet*), void* arg) {
        return self == nullptr ? gn_status{GN_E_INVALID}
                               : of(self).add_subscription(filter, id, fn, arg);
    };
    core_api.unsubscribe = [](const gn_host* self, gn_str filter, std::int32_t id) -> gn_status {
        if (self == nullptr || !detail::is_string(filter)) return GN_E_INVALID;
        return of(self).remove_subscription(view(filter), id);
    };
    core_api.inject = [](const gn_host* self, gn_str client_id, gn_str wire) -> gn_status {
        if (self == nullptr || !detail::is_string(client_id) || !detail::is_string(wire) ||
            wire.len == 0 || client_id.len > kStringBytesMax)
            return GN_E_INVALID;
        const std::lock_guard guard(of(self).lock_);
        of(self).injected.push_back({detail::copy(client_id), detail::copy(wire)});
        of(self).changed_.notify_all();
        return GN_OK;
    };
    client_api.disconnect = [](const gn_host* self, gn_str id, std::uint8_t reason,
                               std::int32_t drop_session) -> gn_status {
        if (self == nullptr || !detail::is_string(id) || id.len == 0 || id.len > kStringBytesMax)
            return GN_E_INVALID;
        const std::lock_guard guard(of(self).lock_);
        of(self).disconnected.push_back({detail::copy(id), reason, drop_session != 0});
        of(self).changed_.notify_all();
        return GN_OK;
    };
}

inline void FakeHost::fill_cache() noexcept {
    acl_cache.size = sizeof(acl_cache);
    acl_cache.cacheable = [](gn_call* call) {
        const detail::Frame* const frame = detail::running;
        const bool there = frame == nullptr || frame->event == detail::kOnAclCheck;
        if (call != nullptr && detail::plays_loop && there) ++of(call->host).cacheable_calls;
    };
    acl_cache.changed = [](const gn_host* self, gn_str id) {
        if (self == nullptr || !detail::is_string(id)) return;
        const std::lock_guard guard(of(self).lock_);
        of(self).changed_clients.push_back(detail::copy(id));
        of(self).changed_.notify_all();
    };
    extensions[GN_EXT_ACL_CACHE] = &acl_cache;
}

}  // namespace gn::testing

#endif
