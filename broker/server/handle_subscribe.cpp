#include <algorithm>
#include <limits>
#include <memory>
#include <string>
#include <utility>

#include "mqtt/decode.h"
#include "server/access.h"
#include "server/handle.h"
#include "server/sender.h"
#include "server/worker.h"
#include "topics/filter.h"

namespace grapnel {

namespace {

using mqtt::Reason;

enum class Step : uint8_t { transform, validate, access, apply };

class SubscribeJob final : public Job {
public:
    SubscribeJob(Connection& connection, mqtt::Subscribe&& subscribe)
        : packet(std::move(subscribe)), box(&packet, connection.version()) {}
    SubscribeJob(SubscribeJob&& other) noexcept
        : packet(std::move(other.packet)),
          box(std::move(other.box)),
          step_(other.step_),
          next_(other.next_),
          results_(std::move(other.results_)),
          ticket_(other.ticket_) {
        box.rebind(&packet);
    }

    void resume(Connection& connection, const Outcome& outcome) override {
        if (advance(connection, &outcome)) connection.job_done();
    }
    bool advance(Connection& connection, const Outcome* answer);
    void settle_in(Connection& connection) {
        box.own_bytes();
        connection.worker().hooks.attach(ticket_, &box);
    }

    mqtt::Subscribe packet;
    PacketBox box;

private:
    bool transformed(Connection& connection, const Outcome& outcome);
    bool validate(Connection& connection);
    Reason judge(Connection& connection, const mqtt::SubscriptionRequest& request) const;
    bool ask_access(Connection& connection, const Outcome* answer);
    void apply(Connection& connection);
    bool subscribe(Worker& worker, Session& session, const Filter& filter,
                   const SubscriptionOptions& options);
    void answer(Connection& connection);

    Step step_ = Step::transform;
    size_t next_ = 0;  // filter whose access is being asked
    std::vector<Reason> results_;
    gn_ticket ticket_ = 0;
};

bool parse(const Worker& worker, Bytes text, Filter& filter) {
    const uint32_t levels = worker.limits.maximum_topic_levels;
    return parse_filter(text, levels == 0 ? std::numeric_limits<size_t>::max() : levels, filter);
}

// True when one more subscription would be above the client's limit; replacing one is not.
bool no_room(const config::Limits& limits, const Session& session, Bytes filter) {
    const uint32_t most = limits.maximum_subscriptions_per_client;
    if (most == 0 || session.subscriptions.size() < most) return false;
    return !session.subscriptions.contains(filter);
}

// True when so many retained messages, or subscriptions whose messages are still to be looked up,
// already wait for the client that further subscriptions must.
bool replay_full(const config::Limits& limits, const Session& session) {
    const uint32_t most = limits.maximum_queued_messages;
    return most != 0 && session.replay && session.replay->waiting() >= most;
}

bool SubscribeJob::advance(Connection& connection, const Outcome* answer_given) {
    Worker& worker = connection.worker();
    for (;;) {
        switch (step_) {
            case Step::transform: {
                const Outcome outcome =
                    answer_given != nullptr
                        ? *answer_given
                        : worker.hooks.subscribe(connection.session()->info, box, &connection);
                answer_given = nullptr;
                if (outcome.verdict == Verdict::deferred) {
                    ticket_ = outcome.ticket;
                    return false;
                }
                if (transformed(connection, outcome)) return true;
                step_ = Step::validate;
                break;
            }
            case Step::validate:
                if (!validate(connection)) return true;
                step_ = Step::access;
                break;
            case Step::access:
                if (!ask_access(connection, std::exchange(answer_given, nullptr))) return false;
                step_ = Step::apply;
                break;
            case Step::apply: apply(connection); return true;
        }
    }
}

// True when the plugins' answer already ends the packet.
bool SubscribeJob::transformed(Connection& connection, const Outcome& outcome) {
    if (!outcome.refused()) return false;
    const auto reason =
        outcome.reason == 0 ? Reason::not_authorized : static_cast<Reason>(outcome.reason);
    results_.assign(packet.filters.size(),
                    mqtt::reason_allowed(mqtt::PacketType::suback, static_cast<uint8_t>(reason))
                        ? reason
                        : Reason::implementation_specific_error);
    answer(connection);
    return true;
}

// What one filter gets before access is asked; errors that end a v5 connection are answered as
// such.
Reason SubscribeJob::judge(Connection& connection, const mqtt::SubscriptionRequest& request) const {
    const Announced& limits = connection.announced();
    Filter filter;
    if (!parse(connection.worker(), request.filter, filter)) return Reason::topic_filter_invalid;
    if (filter.shared && request.no_local) return Reason::protocol_error;  // 3.8.3-4
    if (filter.shared && !limits.shared_sub_available)
        return Reason::shared_subscriptions_not_supported;
    if (filter.wildcard && !limits.wildcard_sub_available)
        return Reason::wildcard_subscriptions_not_supported;
    return Reason::success;
}

bool SubscribeJob::validate(Connection& connection) {
    Worker& worker = connection.worker();
    const bool v5 = connection.version() == mqtt::Version::v5;
    results_.clear();
    const auto broken = [&](Reason reason) {
        worker.counters.protocol_errors.add();
        connection.fail(reason);
        return false;
    };
    if (packet.properties.has(mqtt::PropertyId::subscription_identifier) &&
        !connection.announced().sub_id_available)
        return broken(Reason::subscription_ids_not_supported);
    for (size_t i = 0; i < packet.filters.size(); ++i) {
        Reason reason = judge(connection, packet.filters[i]);
        if (v5 && mqtt::is_error(reason) && reason != Reason::topic_filter_invalid)
            return broken(reason);
        const Reason refused = box.refused(i);
        if (reason == Reason::success && refused != Reason::success) reason = refused;
        results_.push_back(reason);
    }
    return true;
}

// True when every filter has its answer.
bool SubscribeJob::ask_access(Connection& connection, const Outcome* answer_given) {
    Worker& worker = connection.worker();
    ClientInfo& client = connection.session()->info;
    for (; next_ < packet.filters.size(); ++next_) {
        if (results_[next_] != Reason::success) continue;
        const Outcome outcome = answer_given != nullptr
                                    ? *answer_given
                                    : check_access(worker, client, packet.filters[next_].filter,
                                                   BytesHash{}(packet.filters[next_].filter),
                                                   Access::subscribe, &connection);
        answer_given = nullptr;
        if (outcome.verdict == Verdict::deferred) {
            ticket_ = outcome.ticket;
            return false;
        }
        if (outcome.verdict == Verdict::allow) continue;
        auto reason =
            outcome.reason == 0 ? Reason::not_authorized : static_cast<Reason>(outcome.reason);
        if (!mqtt::reason_allowed(mqtt::PacketType::suback, static_cast<uint8_t>(reason)) ||
            !mqtt::is_error(reason))
            reason = Reason::not_authorized;
        if (reason == Reason::not_authorized && worker.compatibility.obscure_not_authorized)
            reason = Reason::unspecified_error;
        results_[next_] = reason;
    }
    return true;
}

bool SubscribeJob::subscribe(Worker& worker, Session& session, const Filter& filter,
                             const SubscriptionOptions& options) {
    const SubscriberKey self{session.handle, worker.index};
    bool fresh = false;
    if (filter.shared) {
        if (!session.presence) {
            session.presence = Ref<Presence>::adopt(new Presence);
            session.presence->set_online(true);
        }
        fresh = worker.core.index.subscribe_shared(
            filter, {self, options, std::string(session.info.id.bytes()), session.presence});
    } else {
        fresh = worker.core.index.subscribe(filter, self, options);
    }
    session.subscriptions.set(filter.text, options);
    if (fresh) worker.counters.subscriptions.add();
    return fresh;
}

void SubscribeJob::apply(Connection& connection) {
    Worker& worker = connection.worker();
    Session& session = *connection.session();
    const bool cannot_last =
        session.persistent() && worker.core.store_failing.load(std::memory_order_relaxed);
    for (size_t i = 0; i < packet.filters.size(); ++i) {
        if (results_[i] == Reason::success && cannot_last) results_[i] = Reason::quota_exceeded;
        if (results_[i] != Reason::success) continue;
        const mqtt::SubscriptionRequest& request = packet.filters[i];
        if (no_room(worker.limits, session, request.filter) ||
            replay_full(worker.limits, session)) {
            results_[i] = Reason::quota_exceeded;
            continue;
        }
        Filter filter;
        // The limit of levels may have changed since it was judged.
        GN_ASSERT(parse_filter(request.filter, std::numeric_limits<size_t>::max(), filter));
        SubscriptionOptions options;
        options.qos = std::min(request.qos, worker.limits.maximum_qos);
        options.no_local = request.no_local;
        options.retain_as_published = request.retain_as_published;
        options.retain_handling = request.retain_handling;
        if (packet.properties.has(mqtt::PropertyId::subscription_identifier))
            options.identifier = packet.properties.subscription_identifier;
        const bool fresh = subscribe(worker, session, filter, options);
        results_[i] = static_cast<Reason>(options.qos);
        // 3.3.1-9 … -11
        if (filter.shared || options.retain_handling == 2 ||
            (options.retain_handling == 1 && !fresh))
            continue;
        if (!session.replay) session.replay = std::make_unique<Replay>();
        const Retained& retained = worker.core.retained;
        session.replay->lookups.push_back(
            {RetainedLookup(retained, std::string(filter.topics), retained.changes()), options});
    }
    box.set_results(results_);
    worker.hooks.subscribed(session.info, box);
    answer(connection);
    if (connection.session() != nullptr && session.replay) Sender(worker).pump(session);
}

void SubscribeJob::answer(Connection& connection) {
    mqtt::SubscriptionAck ack;
    ack.type = mqtt::PacketType::suback;
    ack.packet_id = packet.packet_id;
    ack.reasons = results_;
    connection.send_ack(ack);
    processed(connection, box, Reason::success);
}

}  // namespace

void handle_subscribe(Connection& connection, const mqtt::Frame& frame) {
    mqtt::Subscribe subscribe;
    const Reason reason = mqtt::decode_subscribe(frame, connection.version(), subscribe);
    if (reason != Reason::success) {
        connection.worker().counters.protocol_errors.add();
        return connection.fail(reason);
    }
    SubscribeJob job(connection, std::move(subscribe));
    if (!admit(connection, job.box) || job.advance(connection, nullptr)) return;
    auto waiting = std::make_unique<SubscribeJob>(std::move(job));
    waiting->settle_in(connection);
    connection.suspend(std::move(waiting));
}

}  // namespace grapnel
