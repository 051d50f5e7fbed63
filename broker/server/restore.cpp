#include "server/restore.h"

#include <algorithm>
#include <vector>

#include "base/log.h"
#include "server/core.h"
#include "server/sessions.h"
#include "server/worker.h"
#include "topics/filter.h"

namespace grapnel {

namespace {

Session* restore_client(Worker& worker, const StoredClient& stored) {
    if (stored.id.empty() || worker.sessions.find(stored.id) != nullptr) return nullptr;
    ClientInfo client;
    client.id = Text(stored.id);
    if (stored.has_username) client.username = Text(stored.username);
    client.version = stored.version;
    client.clean_start = stored.clean_start;
    client.session_expiry_s = stored.session_expiry_s;
    client.receive_maximum = stored.receive_maximum;
    // Connected when the broker ended: it left then, and all we know of then is now.
    client.disconnected_ms =
        stored.disconnected_ms != 0 ? stored.disconnected_ms : worker.clock.wall_ms;
    if (stored.has_will) {
        client.will = std::make_unique<StoredWill>(stored.will);
        client.will_due_ms = stored.will_due_ms != 0
                                 ? stored.will_due_ms
                                 : client.disconnected_ms + int64_t{stored.will.delay_s} * 1000;
    }
    return &Sessions(worker).restore(std::move(client));
}

void restore_subscription(Worker& worker, const StoredSubscription& stored) {
    Session* session = worker.sessions.find(stored.client_id);
    Filter filter;
    if (session == nullptr || !parse_filter(stored.filter, SIZE_MAX, filter)) return;
    const SubscriberKey self{session->handle, worker.index};
    bool fresh = false;
    if (filter.shared) {
        if (!session->presence) session->presence = Ref<Presence>::adopt(new Presence);
        fresh = worker.core.index.subscribe_shared(
            filter, {self, stored.options, stored.client_id, session->presence});
    } else {
        fresh = worker.core.index.subscribe(filter, self, stored.options);
    }
    if (!fresh) return;
    session->subscriptions.set(stored.filter, stored.options);
    worker.counters.subscriptions.add();
}

void restore_message(Worker& worker, const StoredMessage& stored) {
    Session* session = worker.sessions.find(stored.client_id);
    if (session == nullptr) return;
    session->next_order = std::max(session->next_order, stored.order + 1);
    if (stored.type == mqtt::PacketType::pubrec) {
        if (stored.packet_id != 0) session->received.insert(stored.packet_id);
        return;
    }
    Delivery delivery;
    delivery.message = stored.message;
    delivery.identifiers = Identifiers(stored.subscription_identifiers);
    delivery.order = stored.order;
    delivery.qos = stored.type == mqtt::PacketType::pubrel ? uint8_t{2} : stored.qos;
    delivery.retain = stored.retain;
    Outbound& outbound = session->ensure_outbound();
    if (stored.packet_id == 0) {
        if (!stored.message) return;
        outbound.queued_bytes += stored.message->footprint();
        outbound.queue.push_back(std::move(delivery));
        return;
    }
    const auto state = stored.type == mqtt::PacketType::pubrel ? Inflight::State::pubrel
                                                               : Inflight::State::publish;
    if (state == Inflight::State::publish && !stored.message) return;
    const uint64_t key = stored.message ? stored.message->key() : 0;
    if (outbound.inflight.restore(stored.packet_id, std::move(delivery), state, stored.sent_ms,
                                  key))
        worker.counters.inflight.add();
}

}  // namespace

void restore_retained(Core& core, const StoredRecords& records) {
    Clock now;
    now.refresh();
    for (const StoredMessage& stored : records.retained)
        if (stored.message && !stored.message->expired(now.wall_ms))
            core.retained.set(stored.message, 0);
}

void restore_sessions(Worker& worker, const StoredRecords& records) {
    const auto mine = [&](const std::string& id) { return &worker.core.home_of(id) == &worker; };
    worker.restart_message_keys();
    std::vector<Session*> restored;
    for (const StoredClient& client : records.clients) {
        if (!mine(client.id)) continue;
        Session* session = restore_client(worker, client);
        if (session != nullptr) restored.push_back(session);
    }
    for (const StoredSubscription& subscription : records.subscriptions)
        if (mine(subscription.client_id)) restore_subscription(worker, subscription);
    for (const StoredMessage& message : records.inflight)
        if (mine(message.client_id)) restore_message(worker, message);
    Sessions sessions(worker);
    for (Session* session : restored) sessions.arm(*session);
    if (!restored.empty())
        log_info("server", "sessions restored",
                 {{"worker", worker.index}, {"sessions", restored.size()}});
}

}  // namespace grapnel
