#include <algorithm>
#include <memory>
#include <utility>

#include "base/log.h"
#include "mqtt/decode.h"
#include "mqtt/utf8.h"
#include "server/access.h"
#include "server/handle.h"
#include "server/publishing.h"
#include "server/worker.h"

namespace grapnel {

namespace {

using mqtt::Reason;

// The steps of a PUBLISH. Those that ask a plugin may be left and entered again at the same step.
enum class Step : uint8_t { access, transform, access_again, deliver };

class PublishJob final : public Job {
public:
    explicit PublishJob(Connection& connection)
        : box(&packet, connection.version(), &meta),
          received_us_(connection.worker().clock.monotonic_us),
          watched_((connection.worker().hooks.present() & kWatching) != 0) {}
    PublishJob(PublishJob&& other) noexcept
        : packet(other.packet),
          meta(other.meta),
          box(std::move(other.box)),
          received_us_(other.received_us_),
          step_(other.step_),
          qos_(other.qos_),
          watched_(other.watched_),
          ignored_(other.ignored_),
          topic_hash_(other.topic_hash_),
          ticket_(other.ticket_) {
        box.rebind(&packet);
    }

    void resume(Connection& connection, const Outcome& outcome) override {
        if (advance(connection, &outcome)) connection.job_done();
    }

    // True when the packet is done with, false when it waits.
    bool advance(Connection& connection, const Outcome* answer);
    void settle_in(Connection& connection);
    bool prepare(Connection& connection);

    mqtt::Publish packet;
    MessageMeta meta;
    PacketBox box;

private:
    static constexpr uint64_t kWatching = event_bit(Event::on_publish) |
                                          event_bit(Event::on_published) |
                                          event_bit(Event::on_packet_processed);

    bool wait(const Outcome& outcome) {
        ticket_ = outcome.ticket;
        return false;
    }
    void refuse(Connection& connection, Reason reason, Bytes text);
    void acknowledge(Connection& connection, Reason reason, Bytes text);
    bool deliver(Connection& connection);
    void end(Connection& connection, Reason reason) {
        if (watched_ && connection.alive()) processed(connection, box, reason);
    }

    Outcome ask_access(Connection& connection);
    void stamp_meta(Worker& worker, ClientInfo& client);

    uint64_t received_us_;
    Step step_ = Step::access;
    uint8_t qos_ =
        0;  // as the client sent it: what it must be answered in, whatever plugins make of it
    bool watched_;
    bool ignored_ = false;
    size_t topic_hash_ = 0;  // since access was asked
    gn_ticket ticket_ = 0;
};

void PublishJob::settle_in(Connection& connection) {
    box.own_bytes();
    connection.worker().hooks.attach(ticket_, &box);
}

// What the server's limits and state say about the packet; ends the connection when the client
// broke a rule.
bool PublishJob::prepare(Connection& connection) {
    Worker& worker = connection.worker();
    const Announced& limits = connection.announced();
    const bool v5 = connection.version() == mqtt::Version::v5;
    const auto broken = [&](Reason reason) {
        worker.counters.protocol_errors.add();
        connection.fail(reason);
        return false;
    };
    if (packet.qos > limits.maximum_qos) return broken(Reason::qos_not_supported);
    if (v5) {
        if (packet.properties.has(mqtt::PropertyId::subscription_identifier))
            return broken(Reason::protocol_error);  // 3.3.4-6
        if (packet.retain && !limits.retain_available) return broken(Reason::retain_not_supported);
        if (packet.properties.has(mqtt::PropertyId::topic_alias)) {
            Aliases* const aliases = connection.aliases();
            const uint16_t alias = packet.properties.topic_alias;
            if (aliases == nullptr || alias == 0 || alias > limits.topic_alias_maximum)
                return broken(Reason::topic_alias_invalid);
            if (!packet.topic.empty() && !aliases->set(alias, packet.topic))
                return broken(Reason::quota_exceeded);
            if (packet.topic.empty()) packet.topic = aliases->topic_of(alias);
            if (packet.topic.empty()) return broken(Reason::protocol_error);
            packet.properties.clear(mqtt::PropertyId::topic_alias);
        }
    }
    qos_ = packet.qos;
    const bool store_fails = worker.core.store_failing.load(std::memory_order_relaxed);
    if (store_fails) packet.retain = packet.retain && qos_ != 0;
    if (qos_ == 0) return true;
    Session& session = *connection.session();
    ReceivedIds& received = session.received;
    if (packet.qos == 2 && received.contains(packet.packet_id)) {
        // 4.3.3-10: delivered already; the client did not see PUBREC.
        connection.send_ack(mqtt::PacketType::pubrec, packet.packet_id, Reason::success);
        return false;
    }
    if (store_fails) {
        if (!v5) return broken(Reason::quota_exceeded);
        refuse(connection, Reason::quota_exceeded, "what must last cannot be stored now");
        return false;
    }
    if (v5 && received.size() >= limits.receive_maximum + connection.received_before())
        return broken(Reason::receive_maximum_exceeded);
    if (packet.qos == 2) received.begin(packet.packet_id);
    return true;
}

bool PublishJob::advance(Connection& connection, const Outcome* answer) {
    Worker& worker = connection.worker();
    for (;;) {
        ClientInfo& client = connection.session()->info;
        Outcome outcome;
        switch (step_) {
            case Step::access:
            case Step::access_again: {
                outcome = answer != nullptr ? *answer : ask_access(connection);
                answer = nullptr;
                if (outcome.verdict == Verdict::deferred) return wait(outcome);
                if (outcome.verdict != Verdict::allow) {
                    refuse(connection,
                           outcome.reason == 0 ? Reason::not_authorized
                                               : static_cast<Reason>(outcome.reason),
                           worker.hooks.reason_text());
                    return true;
                }
                step_ = step_ == Step::access ? Step::transform : Step::deliver;
                break;
            }
            case Step::transform: {
                if (watched_ && meta.key == 0) stamp_meta(worker, client);
                outcome =
                    answer != nullptr ? *answer : worker.hooks.publish(client, box, &connection);
                answer = nullptr;
                if (outcome.verdict == Verdict::deferred) return wait(outcome);
                if (outcome.refused()) {
                    refuse(connection,
                           outcome.reason == 0 ? Reason::implementation_specific_error
                                               : static_cast<Reason>(outcome.reason),
                           worker.hooks.reason_text());
                    return true;
                }
                ignored_ = outcome.verdict == Verdict::ignore;
                step_ = box.changed(PacketBox::kTopic) ? Step::access_again : Step::deliver;
                break;
            }
            case Step::deliver: return deliver(connection);
        }
    }
}

Outcome PublishJob::ask_access(Connection& connection) {
    Worker& worker = connection.worker();
    ClientInfo& client = connection.session()->info;
    topic_hash_ = BytesHash{}(packet.topic);
    if (access_remembered(worker, client, topic_hash_, Access::publish)) return {Verdict::allow};
    const Reason named = judge_topic(worker.limits, packet.topic);
    if (named != Reason::success) return {Verdict::deny, static_cast<uint8_t>(named), false, 0};
    return check_access(worker, client, packet.topic, topic_hash_, Access::publish, &connection);
}

// What plugins see of the message beyond its packet.
void PublishJob::stamp_meta(Worker& worker, ClientInfo& client) {
    const bool expires = packet.properties.has(mqtt::PropertyId::message_expiry_interval);
    MessageView view;
    stamp(worker, view, expires, expires ? packet.properties.message_expiry_s : 0);
    meta = {client.id.bytes(), view.created_ms, view.expires_ms, view.key, 0, 0};
}

bool PublishJob::deliver(Connection& connection) {
    Worker& worker = connection.worker();
    ClientInfo& client = connection.session()->info;
    if (worker.limits.payload_format_check &&
        packet.properties.has(mqtt::PropertyId::payload_format_indicator) &&
        packet.properties.payload_format == 1 && !mqtt::is_utf8(packet.payload)) {
        refuse(connection, Reason::payload_format_invalid, {});
        return true;
    }
    std::string properties;
    MessageView view;
    view.topic = packet.topic;
    view.topic_hash = topic_hash_;
    view.payload = packet.payload;
    view.origin = client.id.bytes();
    view.received_us = received_us_;
    view.qos = std::min(packet.qos, worker.limits.maximum_qos);
    view.retain = packet.retain && worker.limits.retain_available;
    bool expires = false;
    if (packet.properties.present != 0) {
        mqtt::collect_forwarded_properties(packet.properties, properties);
        view.properties = properties;
        expires = packet.properties.has(mqtt::PropertyId::message_expiry_interval);
    }
    stamp(worker, view, expires, expires ? packet.properties.message_expiry_s : 0);
    if (meta.key != 0) view.key = meta.key;
    meta = {view.origin, view.created_ms, view.expires_ms, view.key, 0, 0};
    size_t receivers = 1;
    if (!ignored_) receivers = distribute(worker, view, client, connection.session());
    worker.counters.messages_received[qos_].add();
    if (connection.session() == nullptr) return true;
    acknowledge(connection, receivers == 0 ? Reason::no_matching_subscribers : Reason::success, {});
    if (watched_) worker.hooks.published(client, box);
    end(connection, Reason::success);
    return true;
}

void PublishJob::acknowledge(Connection& connection, Reason reason, Bytes text) {
    if (qos_ == 0) return;
    Worker& worker = connection.worker();
    Session& session = *connection.session();
    const auto type = qos_ == 1 ? mqtt::PacketType::puback : mqtt::PacketType::pubrec;
    // Only what is remembered is told to stores: the id of a QoS 2 exchange until PUBREL.
    if (qos_ == 2 && !mqtt::is_error(reason)) {
        session.received.insert(packet.packet_id);
        if (worker.hooks.wants(Event::on_qos_publish)) {
            mqtt::Ack ack;
            ack.type = type;
            ack.packet_id = packet.packet_id;
            PacketBox ack_box(&ack, connection.version(), &meta);
            worker.hooks.qos_publish(session.info, ack_box, worker.clock.wall_ms, 0);
        }
    }
    connection.send_ack(type, packet.packet_id, reason, text);
}

// 3.3.5-2 and 4.3: a v5 client is told in the acknowledgement; an older one gets the plain
// acknowledgement, since nothing else could be said but closing.
void PublishJob::refuse(Connection& connection, Reason reason, Bytes text) {
    const bool v5 = connection.version() == mqtt::Version::v5;
    const auto type = qos_ == 1 ? mqtt::PacketType::puback : mqtt::PacketType::pubrec;
    if (v5 && !mqtt::reason_allowed(type, static_cast<uint8_t>(reason)))
        reason = Reason::implementation_specific_error;
    const std::string said(text);
    acknowledge(connection, v5 ? reason : Reason::success, said);
    end(connection, reason);
}

}  // namespace

void handle_publish(Connection& connection, const mqtt::Frame& frame) {
    PublishJob job(connection);
    const Reason reason = mqtt::decode_publish(frame, connection.version(), job.packet);
    if (reason != Reason::success) {
        connection.worker().counters.protocol_errors.add();
        return connection.fail(reason);
    }
    if (!admit(connection, job.box) || !job.prepare(connection)) return;
    if (job.advance(connection, nullptr) || !connection.alive()) return;
    auto waiting = std::make_unique<PublishJob>(std::move(job));
    waiting->settle_in(connection);
    connection.suspend(std::move(waiting));
}

}  // namespace grapnel
