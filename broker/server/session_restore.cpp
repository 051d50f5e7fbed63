#include "server/session_restore.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "server/core.h"
#include "server/sender.h"
#include "server/sessions.h"
#include "server/worker.h"
#include "topics/filter.h"

namespace grapnel {

namespace {

Delivery delivery_of(StoredMessage& stored) {
    Delivery delivery;
    delivery.message = std::move(stored.message);
    delivery.identifiers = Identifiers(stored.subscription_identifiers);
    delivery.order = stored.order;
    delivery.qos = stored.type == mqtt::PacketType::pubrel ? uint8_t{2} : stored.qos;
    delivery.retain = stored.retain;
    return delivery;
}

void sort(Ring<Delivery>& queue) {
    std::vector<Delivery> all;
    all.reserve(queue.size());
    while (!queue.empty()) all.push_back(queue.pop_front());
    std::ranges::stable_sort(all, {}, &Delivery::order);
    for (Delivery& each : all) queue.push_back(std::move(each));
}

}  // namespace

void RestoreTotals::add(const RestoreTotals& other) {
    clients += other.clients;
    subscriptions += other.subscriptions;
    messages += other.messages;
    retained += other.retained;
    unknown += other.unknown;
    twice += other.twice;
}

void SessionRestore::apply(RestoreBatch& batch) {
    for (StoredClient& client : batch.clients) apply(client);
    for (const StoredSubscription& subscription : batch.subscriptions) apply(subscription);
    for (StoredMessage& message : batch.messages) apply(message);
}

void SessionRestore::apply(StoredClient& stored) {
    if (worker_.sessions.find(stored.id) != nullptr) {
        ++totals_.twice;
        return;
    }
    ClientInfo client;
    client.id = Text(stored.id);
    if (stored.has_username) client.username = Text(stored.username);
    // Access rules may ask from where a client came.
    client.peer = PeerAddress::parse(stored.remote);
    client.listener_id = worker_.core.listener_id(stored.listener);
    client.version = stored.version;
    client.clean_start = stored.clean_start;
    client.session_expiry_s =
        std::min(stored.session_expiry_s, worker_.limits.maximum_session_expiry_interval_s);
    client.receive_maximum = stored.receive_maximum;
    // Connected when the broker ended: it left then, and all we know of then is now.
    client.end_connection(stored.disconnected_ms != 0 ? stored.disconnected_ms
                                                      : worker_.clock.wall_ms);
    if (stored.has_will) {
        client.will = std::make_unique<StoredWill>(std::move(stored.will));
        client.will_due_ms = stored.will_due_ms != 0
                                 ? stored.will_due_ms
                                 : client.disconnected_ms() + int64_t{client.will->delay_s} * 1000;
    }
    Sessions(worker_).restore(std::move(client));
    ++totals_.clients;
}

void SessionRestore::apply(const StoredSubscription& stored) {
    Session* session = worker_.sessions.find(stored.client_id);
    if (session == nullptr) {
        ++totals_.unknown;
        return;
    }
    Filter filter;
    GN_ASSERT(parse_filter(stored.filter, 0, filter));  // as it was read
    const SubscriberKey self{session->handle, worker_.index};
    bool fresh = false;
    if (filter.shared) {
        if (!session->presence) session->presence = Ref<Presence>::adopt(new Presence);
        fresh = worker_.core.index.subscribe_shared(
            filter, {self, stored.options, stored.client_id, session->presence});
    } else {
        fresh = worker_.core.index.subscribe(filter, self, stored.options);
    }
    session->subscriptions.set(stored.filter, stored.options);
    if (!fresh) return;
    worker_.counters.subscriptions.add();
    ++totals_.subscriptions;
}

void SessionRestore::apply(StoredMessage& stored) {
    Session* session = worker_.sessions.find(stored.client_id);
    if (session == nullptr) {
        ++totals_.unknown;
        return;
    }
    session->next_order = std::max(session->next_order, stored.order + 1);
    bool placed = false;
    if (stored.type == mqtt::PacketType::pubrec) {
        placed = stored.packet_id != 0 && session->received.insert(stored.packet_id);
    } else if (stored.packet_id == 0) {
        placed = queue(*session, stored);
    } else {
        placed = place_in_flight(*session, stored);
    }
    ++(placed ? totals_.messages : totals_.twice);
}

bool SessionRestore::queue(Session& session, StoredMessage& stored) {
    if (!stored.message) return false;
    Outbound& outbound = session.ensure_outbound();
    Ring<Delivery>& queue = outbound.queue;
    if (!queue.empty() && stored.order < queue[queue.size() - 1].order)
        disordered_.insert(session.handle);
    outbound.enqueue(delivery_of(stored));
    worker_.counters.queued.add();
    return true;
}

bool SessionRestore::place_in_flight(Session& session, StoredMessage& stored) {
    const auto state = stored.type == mqtt::PacketType::pubrel ? Inflight::State::pubrel
                                                               : Inflight::State::publish;
    if (state == Inflight::State::publish && !stored.message) return false;
    Inflight& inflight = session.ensure_outbound().inflight;
    const Inflight::Entry* last = inflight.find(inflight.last());
    const bool disordered = last != nullptr && stored.order < last->delivery.order;
    if (!inflight.restore(stored.packet_id, delivery_of(stored), state, stored.sent_ms, stored.key))
        return false;
    if (disordered) disordered_.insert(session.handle);
    worker_.counters.inflight.add();
    return true;
}

void SessionRestore::finish() {
    for (const Handle handle : std::exchange(disordered_, {})) {
        Session* session = worker_.session_of(handle);
        if (session == nullptr) continue;
        sort(session->outbound->queue);
        session->outbound->inflight.sort();
    }
    worker_.restart_message_keys();
}

void SessionRestore::arm() {
    Sessions sessions(worker_);
    Sender sender(worker_);
    worker_.sessions.for_each([&](Session& session) {
        if (session.outbound) sender.drop_expired(session);
        sessions.arm(session);
    });
}

}  // namespace grapnel
