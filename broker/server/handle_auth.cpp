#include <memory>
#include <utility>

#include "mqtt/decode.h"
#include "server/handle.h"
#include "server/handshake.h"
#include "server/worker.h"

namespace grapnel {

namespace {

using mqtt::PropertyId;
using mqtt::Reason;

// Re-authentication on an established connection (4.12.1).
class ReauthenticationJob final : public Job {
public:
    ReauthenticationJob(const mqtt::Auth& packet, mqtt::Version version) : auth(packet, version) {}

    void resume(Connection& connection, const Outcome& outcome) override {
        answered(connection, outcome);
        connection.job_done();
    }
    static void answered(Connection& connection, const Outcome& outcome);

    AuthPacket auth;
};

void ReauthenticationJob::answered(Connection& connection, const Outcome& outcome) {
    Dispatcher& hooks = connection.worker().hooks;
    const bool more = outcome.verdict == Verdict::challenge;
    connection.challenged = more;
    if (!more && outcome.verdict != Verdict::allow) {
        const auto reason = static_cast<Reason>(outcome.reason);
        const std::string text(hooks.reason_text());
        return connection.fail(mqtt::is_error(reason) ? reason : Reason::not_authorized, text);
    }
    const std::string data(hooks.challenge());
    mqtt::Auth answer;
    answer.reason = more ? Reason::continue_authentication : Reason::success;
    answer.properties.mark(PropertyId::authentication_method);
    answer.properties.authentication_method = connection.auth_method.bytes();
    if (!data.empty()) {
        answer.properties.mark(PropertyId::authentication_data);
        answer.properties.authentication_data = data;
    }
    if (!connection.send(answer)) connection.fail(Reason::packet_too_large);
}

}  // namespace

void handle_auth(Connection& connection, const mqtt::Frame& frame) {
    Worker& worker = connection.worker();
    mqtt::Auth packet;
    const Reason decoded = mqtt::decode_auth(frame, connection.version(), packet);
    if (decoded != Reason::success) {
        worker.counters.protocol_errors.add();
        return connection.fail(decoded);
    }
    // 4.12.0-5: the method of CONNECT, in every AUTH.
    if (connection.auth_method.null() ||
        !packet.properties.has(PropertyId::authentication_method) ||
        packet.properties.authentication_method != connection.auth_method.bytes()) {
        worker.counters.protocol_errors.add();
        return connection.fail(Reason::protocol_error);
    }
    if (!connection.established())
        return static_cast<Handshake&>(*connection.handshake)
            .authenticate_further(connection, packet);
    // 4.12.1: the client begins anew, or goes on with what it was asked.
    const bool goes_on = packet.reason == Reason::continue_authentication && connection.challenged;
    if (packet.reason != Reason::reauthenticate && !goes_on) {
        worker.counters.protocol_errors.add();
        return connection.fail(Reason::protocol_error);
    }
    auto job = std::make_unique<ReauthenticationJob>(packet, connection.version());
    if (!admit(connection, job->auth.box)) return;
    const Outcome outcome =
        worker.hooks.auth_packet(connection.session()->info, job->auth.box, true, &connection);
    if (!connection.alive()) return;
    if (outcome.verdict != Verdict::deferred) {
        ReauthenticationJob::answered(connection, outcome);
        return processed(connection, job->auth.box, Reason::success);
    }
    job->auth.box.own_bytes();
    worker.hooks.attach(outcome.ticket, &job->auth.box);
    connection.suspend(std::move(job));
}

}  // namespace grapnel
