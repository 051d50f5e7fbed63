#include "server/eviction.h"

#include "server/connection.h"
#include "server/sessions.h"
#include "server/worker.h"

namespace grapnel {

namespace {

// Also where clients at fault are left to close the connection themselves.
void close(Connection& connection, mqtt::Reason reason) {
    connection.fail(reason);
    if (!connection.alive()) return;
    connection.flush();
    connection.lost(reason);
}

}  // namespace

bool disconnect_client(Worker& worker, Bytes client_id, mqtt::Reason reason) {
    Session* const session = worker.sessions.find(client_id);
    if (session == nullptr || session->connection == nullptr) return false;
    close(*session->connection, reason);
    return true;
}

bool drop_session(Worker& worker, Bytes client_id, mqtt::Reason reason) {
    Session* const session = worker.sessions.find(client_id);
    if (session == nullptr) return false;
    session->info.session_expiry_s = 0;
    if (session->connection != nullptr)
        close(*session->connection, reason);
    else
        Sessions(worker).end(*session, true);  // as if its time were up: stores hear of that
    return true;
}

}  // namespace grapnel
