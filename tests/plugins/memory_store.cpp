// A store for tests: keeps in memory what the storage events tell, writes all of it to a file at
// every commit, and gives it back at the next start. Configuration: file; defer = true: stored_*
// and on_commit are deferred and completed from libuv's thread pool; fail = true: commits fail once
// a message "fail" was retained.
#include "memory_store_file.h"

#include <cstdio>
#include <cstring>
#include <fstream>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "text.h"

namespace {

std::string own(gn_str text) { return text.ptr == nullptr ? "" : std::string(text.ptr, text.len); }

struct Store {
    const gn_host* host = nullptr;
    gn_hooks hooks{};
    std::string path;
    bool defer = false;
    bool fail = false;
    bool failing = false;
    std::mutex writing;
    uint64_t states = 0;         // that were asked to be written
    uint64_t written_state = 0;  // the newest that was; under `writing`
    std::map<std::string, StoredClient> clients;
    std::map<std::string, StoredMessage> retained;
    gn_sysinfo sysinfo{};

    template <class File>
    void transfer_all(File& file) {
        transfer_records(file, clients, &StoredClient::id);
        transfer_records(file, retained, &StoredMessage::topic);
        file(sysinfo.messages_received);
        file(sysinfo.clients_maximum);
    }

    std::string text() {
        Writer writer;
        transfer_all(writer);
        return writer.out.str();
    }
    void read() {
        std::ifstream in(path, std::ios::binary);
        if (!in) return;
        Reader reader{in};
        transfer_all(reader);
    }
    // Any thread. The pool runs jobs in no order: a state older than the file's is in the file.
    void write(uint64_t state, const std::string& text) {
        const std::lock_guard lock(writing);
        if (state < written_state) return;
        written_state = state;
        const std::string next = path + ".next";
        std::ofstream(next, std::ios::binary | std::ios::trunc) << text;
        std::rename(next.c_str(), path.c_str());
    }

    gn_client_view view(const gn_client* client) const {
        gn_client_view view{};
        view.size = sizeof view;
        host->client->view(client, &view);
        return view;
    }
    StoredClient* find(const gn_client* client) {
        const auto found = clients.find(own(view(client).id));
        return found == clients.end() ? nullptr : &found->second;
    }
    StoredMessage message(const gn_packet* packet) const;
    void remember(const gn_client* client);
};

Store& store_of(gn_call* call) { return *static_cast<Store*>(call->self); }

StoredMessage Store::message(const gn_packet* packet) const {
    StoredMessage m;
    gn_publish_view view{};
    view.size = sizeof view;
    if (host->packet->publish(packet, &view) != GN_OK) return m;
    m.topic = own(view.topic);
    m.payload = own(view.payload);
    m.origin = own(view.origin);
    m.key = view.key;
    m.order = view.order;
    m.created_ms = view.created_ms;
    m.expires_ms = view.expires_ms;
    m.qos = view.qos;
    m.retain = (view.flags & GN_PK_RETAIN) != 0;
    m.dup = (view.flags & GN_PK_DUP) != 0;
    m.packet_id = view.packet_id;
    gn_str value{};
    if (host->packet->prop_str(packet, 0x03, &value) == GN_OK) m.content_type = own(value);
    if (host->packet->prop_str(packet, 0x08, &value) == GN_OK) m.response_topic = own(value);
    if (host->packet->prop_str(packet, 0x09, &value) == GN_OK) m.correlation = own(value);
    uint32_t format = 0;
    if (host->packet->prop_u32(packet, 0x01, &format) == GN_OK)
        m.payload_format = format == 1 ? 1 : 2;
    if (host->packet->prop_u32(packet, 0x02, &m.expiry_s) == GN_OK && m.expiry_s == 0)
        m.expiry_s = 1;
    gn_pair pair{};
    for (uint32_t i = 0; host->packet->user(packet, i, &pair) == GN_OK; ++i)
        m.user.emplace_back(own(pair.key), own(pair.value));
    uint32_t identifier = 0;
    for (uint32_t i = 0; host->packet->prop_u32_at(packet, 0x0b, i, &identifier) == GN_OK; ++i)
        m.identifiers.push_back(identifier);
    return m;
}

void Store::remember(const gn_client* client) {
    const gn_client_view seen = view(client);
    StoredClient& stored = clients[own(seen.id)];
    stored.id = own(seen.id);
    stored.has_username = seen.username.ptr != nullptr;
    stored.username = own(seen.username);
    stored.remote = own(seen.remote);
    stored.listener = own(seen.listener);
    stored.protocol = seen.protocol;
    stored.flags = seen.flags;
    stored.session_expiry_s = seen.session_expiry_s;
    stored.receive_maximum = seen.receive_maximum;
    stored.disconnected_ms = seen.disconnected_ms;
    stored.will_due_ms = seen.will_due_ms;
    const gn_packet* will = host->client->will(client);
    stored.has_will = will != nullptr;
    stored.will = {};
    if (will == nullptr) return;
    stored.will = message(will);
    stored.will_delay_s = 0;
    host->packet->prop_u32(will, 0x18, &stored.will_delay_s);
}

void on_session_establish(gn_call* call, gn_client* client, const gn_packet*) {
    Store& store = store_of(call);
    const gn_client_view seen = store.view(client);
    if ((seen.flags & GN_CL_CLEAN) != 0) store.clients.erase(own(seen.id));
}

void on_session_established(gn_call* call, gn_client* client, const gn_packet*) {
    store_of(call).remember(client);
}

void on_disconnect(gn_call* call, gn_client* client, uint8_t, gn_str, int32_t expire) {
    Store& store = store_of(call);
    if (expire != 0)
        store.clients.erase(own(store.view(client).id));
    else
        store.remember(client);
}

// Calls visit(client's record, filter) for the filters that took effect.
template <class Visit>
void each_filter(gn_call* call, gn_client* client, const gn_packet* packet, Visit visit) {
    Store& store = store_of(call);
    StoredClient* stored = store.find(client);
    if (stored == nullptr) return;
    gn_filter filter{};
    filter.size = sizeof filter;
    for (uint32_t i = 0; store.host->packet->filter(packet, i, &filter) == GN_OK; ++i) {
        if (filter.reason < 0x80) visit(*stored, filter);
        filter.size = sizeof filter;
    }
}

void on_subscribed(gn_call* call, gn_client* client, const gn_packet* packet) {
    each_filter(call, client, packet, [](StoredClient& stored, const gn_filter& filter) {
        stored.filters[own(filter.filter)] = {filter.identifier, filter.reason,
                                              filter.retain_handling, filter.flags};
    });
}

void on_unsubscribed(gn_call* call, gn_client* client, const gn_packet* packet) {
    each_filter(call, client, packet, [](StoredClient& stored, const gn_filter& filter) {
        stored.filters.erase(own(filter.filter));
    });
}

void on_retain_message(gn_call* call, gn_client*, const gn_packet* packet, int32_t change) {
    Store& store = store_of(call);
    StoredMessage message = store.message(packet);
    message.retain = 1;
    store.failing = store.failing || (store.fail && message.payload == "fail");
    if (change > 0)
        store.retained[message.topic] = message;
    else
        store.retained.erase(message.topic);
}

void on_retained_expired(gn_call* call, gn_str topic) { store_of(call).retained.erase(own(topic)); }

gn_packet_view head(const Store& store, const gn_packet* packet) {
    gn_packet_view view{};
    view.size = sizeof view;
    store.host->packet->view(packet, &view);
    return view;
}

void erase_outbound(StoredClient& stored, uint32_t packet_id) {
    for (auto entry = stored.outbound.begin(); entry != stored.outbound.end(); ++entry) {
        if (entry->second.packet_id != packet_id) continue;
        stored.outbound.erase(entry);
        return;
    }
}

void on_qos_publish(gn_call* call, gn_client* client, const gn_packet* packet, int64_t sent_ms,
                    int32_t) {
    Store& store = store_of(call);
    StoredClient* stored = store.find(client);
    if (stored == nullptr) return;
    const gn_packet_view view = head(store, packet);
    if (view.type == 3) {
        StoredMessage message = store.message(packet);
        message.sent_ms = sent_ms;
        stored->outbound[message.order] = message;
    } else if (view.type == 5) {
        stored->inbound.insert(view.packet_id);
    } else if (view.type == 6) {
        for (auto& [order, message] : stored->outbound)
            if (message.packet_id == view.packet_id) message.type = 6;
    }
}

void on_qos_complete(gn_call* call, gn_client* client, const gn_packet* packet) {
    Store& store = store_of(call);
    StoredClient* stored = store.find(client);
    if (stored == nullptr) return;
    const gn_packet_view view = head(store, packet);
    if (view.type == 6)
        stored->inbound.erase(view.packet_id);
    else
        erase_outbound(*stored, view.packet_id);
}

void on_qos_dropped(gn_call* call, gn_client* client, const gn_packet* packet) {
    Store& store = store_of(call);
    StoredClient* stored = store.find(client);
    if (stored == nullptr) return;
    if (head(store, packet).type == 3)
        stored->outbound.erase(store.message(packet).order);
    else
        erase_outbound(*stored, head(store, packet).packet_id);
}

void on_will_sent(gn_call* call, gn_client* client, const gn_packet*) {
    StoredClient* stored = store_of(call).find(client);
    if (stored == nullptr) return;
    stored->has_will = 0;
    stored->will_due_ms = 0;
}

void on_will_dropped(gn_call* call, gn_client* client, const gn_packet* packet) {
    on_will_sent(call, client, packet);
}

void on_client_expired(gn_call* call, gn_str client_id) {
    store_of(call).clients.erase(own(client_id));
}

void on_sys_info_tick(gn_call* call, const gn_sysinfo* info) { store_of(call).sysinfo = *info; }

struct Commit {
    Store* store;
    gn_ticket ticket;
    uint64_t state;
    std::string text;
};

gn_verdict on_commit(gn_call* call) {
    Store& store = store_of(call);
    if (store.failing) return GN_V_DENY;
    if (!store.defer) {
        store.write(++store.states, store.text());
        return GN_V_CONTINUE;
    }
    auto commit = std::make_unique<Commit>();
    commit->store = &store;
    commit->state = ++store.states;
    commit->text = store.text();
    commit->ticket = store.host->core->defer(call);
    if (commit->ticket == 0) return GN_V_DENY;
    const auto work = [](void* argument) {
        auto* job = static_cast<Commit*>(argument);
        job->store->write(job->state, job->text);
    };
    const auto done = [](void* argument) {
        const std::unique_ptr<Commit> job(static_cast<Commit*>(argument));
        job->store->host->core->complete(job->store->host, job->ticket, GN_V_CONTINUE);
    };
    if (store.host->loop->work(call->loop, work, done, commit.get()) != GN_OK) return GN_V_DENY;
    static_cast<void>(commit.release());
    return GN_V_DEFER;
}

// Says how many records are to come: `count` of each client.
template <class Count>
gn_status announce(Store& store, gn_sink* sink, Count count) {
    uint64_t records = 0;
    for (const auto& [id, client] : store.clients) records += count(client);
    return store.host->store->expect(sink, records);
}

gn_status give_clients(Store& store, gn_sink* sink) {
    const auto one = [](const StoredClient&) { return uint64_t{1}; };
    if (const gn_status status = announce(store, sink, one); status != GN_OK) return status;
    for (const auto& [id, client] : store.clients) {
        const Given will(client.will);
        gn_stored_client record{};
        record.size = sizeof record;
        record.session_expiry_s = client.session_expiry_s;
        record.protocol = static_cast<uint8_t>(client.protocol);
        record.flags = static_cast<uint8_t>(client.flags);
        record.receive_maximum = client.receive_maximum;
        record.id = borrow(client.id);
        if (client.has_username != 0) record.username = borrow(client.username);
        record.remote = borrow(client.remote);
        record.listener = borrow(client.listener);
        record.disconnected_ms = client.disconnected_ms;
        record.will_due_ms = client.will_due_ms;
        record.will_delay_s = client.will_delay_s;
        if (client.has_will != 0) record.will = &will.message;
        if (const gn_status status = store.host->store->client(sink, &record); status != GN_OK)
            return status;
    }
    return GN_OK;
}

gn_status give_subscriptions(Store& store, gn_sink* sink) {
    const auto filters = [](const StoredClient& client) { return client.filters.size(); };
    if (const gn_status status = announce(store, sink, filters); status != GN_OK) return status;
    for (const auto& [id, client] : store.clients) {
        for (const auto& [text, options] : client.filters) {
            gn_filter filter{};
            filter.size = sizeof filter;
            filter.identifier = options.identifier;
            filter.filter = borrow(text);
            filter.qos = static_cast<uint8_t>(options.qos);
            filter.retain_handling = static_cast<uint8_t>(options.retain_handling);
            filter.flags = static_cast<uint8_t>(options.flags);
            gn_stored_subscription record{};
            record.size = sizeof record;
            record.client_id = borrow(id);
            record.filter = &filter;
            if (const gn_status status = store.host->store->subscription(sink, &record);
                status != GN_OK)
                return status;
        }
    }
    return GN_OK;
}

gn_status give_inflight(Store& store, gn_sink* sink) {
    const auto messages = [](const StoredClient& client) {
        return client.outbound.size() + client.inbound.size();
    };
    if (const gn_status status = announce(store, sink, messages); status != GN_OK) return status;
    for (const auto& [id, client] : store.clients) {
        for (const auto& [order, message] : client.outbound) {
            Given given(message);
            given.stored.client_id = borrow(id);
            if (const gn_status status = store.host->store->message(sink, &given.stored);
                status != GN_OK)
                return status;
        }
        for (const uint32_t packet_id : client.inbound) {
            gn_stored_message record{};
            record.size = sizeof record;
            record.client_id = borrow(id);
            record.packet_id = static_cast<uint16_t>(packet_id);
            record.type = 5;
            if (const gn_status status = store.host->store->message(sink, &record); status != GN_OK)
                return status;
        }
    }
    return GN_OK;
}

gn_status give_retained(Store& store, gn_sink* sink) {
    const gn_status announced = store.host->store->expect(sink, store.retained.size());
    if (announced != GN_OK) return announced;
    for (const auto& [topic, message] : store.retained) {
        const Given given(message);
        if (const gn_status status = store.host->store->message(sink, &given.stored);
            status != GN_OK)
            return status;
    }
    return GN_OK;
}

gn_status give_sysinfo(Store& store, gn_sink* sink) {
    store.sysinfo.size = sizeof store.sysinfo;
    return store.host->store->sysinfo(sink, &store.sysinfo);
}

using Give = gn_status (*)(Store&, gn_sink*);

struct Giving {
    Store* store;
    gn_sink* sink;
    gn_ticket ticket;
    Give give;
};

// At once, or, deferred, from the main loop after a round trip through the thread pool.
template <Give give>
gn_status stored(gn_call* call, gn_sink* sink) {
    Store& store = store_of(call);
    if (!store.defer) return give(store, sink);
    auto giving =
        std::make_unique<Giving>(Giving{&store, sink, store.host->core->defer(call), give});
    if (giving->ticket == 0) return GN_E_STATE;
    const auto done = [](void* argument) {
        const std::unique_ptr<Giving> job(static_cast<Giving*>(argument));
        const gn_status status = job->give(*job->store, job->sink);
        job->store->host->core->complete(job->store->host, job->ticket, status);
    };
    const auto work = [](void*) {};
    if (store.host->loop->work(call->loop, work, done, giving.get()) != GN_OK) return GN_E_IO;
    static_cast<void>(giving.release());
    return GN_V_DEFER;
}

gn_hooks make_hooks() {
    gn_hooks hooks{};
    hooks.size = sizeof hooks;
    hooks.on_session_establish = on_session_establish;
    hooks.on_session_established = on_session_established;
    hooks.on_disconnect = on_disconnect;
    hooks.on_subscribed = on_subscribed;
    hooks.on_unsubscribed = on_unsubscribed;
    hooks.on_retain_message = on_retain_message;
    hooks.on_retained_expired = on_retained_expired;
    hooks.on_qos_publish = on_qos_publish;
    hooks.on_qos_complete = on_qos_complete;
    hooks.on_qos_dropped = on_qos_dropped;
    hooks.on_will_sent = on_will_sent;
    hooks.on_will_dropped = on_will_dropped;
    hooks.on_client_expired = on_client_expired;
    hooks.on_sys_info_tick = on_sys_info_tick;
    hooks.on_commit = on_commit;
    hooks.stored_clients = stored<give_clients>;
    hooks.stored_subscriptions = stored<give_subscriptions>;
    hooks.stored_inflight_messages = stored<give_inflight>;
    hooks.stored_retained_messages = stored<give_retained>;
    hooks.stored_sys_info = stored<give_sysinfo>;
    return hooks;
}

gn_status create(const gn_host* host, const gn_node* config, void** self, const gn_hooks** hooks) {
    auto store = std::make_unique<Store>();
    gn_str path{};
    if (host->config->str(host->config->get(config, str("file")), &path) != GN_OK) {
        host->core->fail(host, str("file is missing"));
        return GN_E_INVALID;
    }
    store->host = host;
    store->path = own(path);
    store->defer = flag(host, config, "defer") != 0;
    store->fail = flag(host, config, "fail") != 0;
    store->read();
    store->hooks = make_hooks();
    *hooks = &store->hooks;
    *self = store.release();
    return GN_OK;
}

void destroy(void* self) {
    const std::unique_ptr<Store> store(static_cast<Store*>(self));
    if (!store->failing) store->write(++store->states, store->text());
}

}  // namespace

extern "C" GN_EXPORT const gn_plugin gn_plugin_entry = {
    GN_MAGIC, sizeof(gn_plugin), 1,       0,       0,       0,       "memory_store", "1", nullptr,
    create,   nullptr,           nullptr, nullptr, destroy, nullptr,
};
