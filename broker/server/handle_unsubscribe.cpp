#include <algorithm>
#include <memory>
#include <utility>

#include "mqtt/decode.h"
#include "server/handle.h"
#include "server/worker.h"
#include "topics/filter.h"

namespace grapnel {

namespace {

using mqtt::Reason;

class UnsubscribeJob final : public Job {
public:
    UnsubscribeJob(Connection& connection, mqtt::Unsubscribe&& unsubscribe)
        : packet(std::move(unsubscribe)), box(&packet, connection.version()) {}
    UnsubscribeJob(UnsubscribeJob&& other) noexcept
        : packet(std::move(other.packet)), box(std::move(other.box)), ticket_(other.ticket_) {
        box.rebind(&packet);
    }

    void resume(Connection& connection, const Outcome& outcome) override {
        finish(connection, outcome);
        connection.job_done();
    }
    // True when it need not wait.
    bool start(Connection& connection) {
        const Outcome outcome =
            connection.worker().hooks.unsubscribe(connection.session()->info, box, &connection);
        ticket_ = outcome.ticket;
        if (outcome.verdict == Verdict::deferred) return false;
        finish(connection, outcome);
        return true;
    }
    void settle_in(Connection& connection) {
        box.own_bytes();
        connection.worker().hooks.attach(ticket_, &box);
    }

    mqtt::Unsubscribe packet;
    PacketBox box;

private:
    void finish(Connection& connection, const Outcome& outcome);
    Reason remove(Worker& worker, Session& session, Bytes text) const;

    gn_ticket ticket_ = 0;
};

Reason UnsubscribeJob::remove(Worker& worker, Session& session, Bytes text) const {
    Filter filter;
    if (!parse_filter(text, SIZE_MAX, filter)) return Reason::topic_filter_invalid;
    if (!worker.core.index.unsubscribe(filter, {session.handle, worker.index}))
        return Reason::no_subscription_existed;
    session.subscriptions.erase(text);
    worker.counters.subscriptions.subtract();
    return Reason::success;
}

void UnsubscribeJob::finish(Connection& connection, const Outcome& outcome) {
    Worker& worker = connection.worker();
    Session& session = *connection.session();
    mqtt::SubscriptionAck ack;
    ack.type = mqtt::PacketType::unsuback;
    ack.packet_id = packet.packet_id;
    for (size_t i = 0; i < packet.filters.size(); ++i) {
        Reason reason = box.refused(i);
        if (outcome.refused())
            reason =
                outcome.reason == 0 ? Reason::not_authorized : static_cast<Reason>(outcome.reason);
        if (!mqtt::reason_allowed(mqtt::PacketType::unsuback, static_cast<uint8_t>(reason)))
            reason = Reason::implementation_specific_error;
        ack.reasons.push_back(reason == Reason::success ? remove(worker, session, packet.filters[i])
                                                        : reason);
    }
    box.set_results(ack.reasons);
    if (!outcome.refused()) worker.hooks.unsubscribed(session.info, box);
    connection.send_ack(ack);
    processed(connection, box, Reason::success);
}

}  // namespace

void handle_unsubscribe(Connection& connection, const mqtt::Frame& frame) {
    mqtt::Unsubscribe unsubscribe;
    const Reason reason = mqtt::decode_unsubscribe(frame, connection.version(), unsubscribe);
    if (reason != Reason::success) {
        connection.worker().counters.protocol_errors.add();
        return connection.fail(reason);
    }
    UnsubscribeJob job(connection, std::move(unsubscribe));
    if (!admit(connection, job.box) || job.start(connection)) return;
    auto waiting = std::make_unique<UnsubscribeJob>(std::move(job));
    waiting->settle_in(connection);
    connection.suspend(std::move(waiting));
}

}  // namespace grapnel
