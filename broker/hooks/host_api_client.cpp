#include <optional>

#include "hooks/abi.h"
#include "hooks/call.h"
#include "hooks/host.h"
#include "hooks/host_api.h"
#include "hooks/message_packet.h"
#include "mqtt/utf8.h"

namespace grapnel {

namespace {

constexpr size_t kTextBytesMax = 65'535;  // MQTT 5.0, 1.5.4

const ClientInfo* client_of(const gn_client* client) {
    return reinterpret_cast<const ClientInfo*>(client);
}

gn_status on_loop(const gn_client* client) {
    if (client == nullptr) return GN_E_INVALID;
    return current_thread.dispatcher == nullptr ? GN_E_THREAD : GN_OK;
}

// For what may change only while the connection is being decided on: the client of the running
// call.
gn_status before_connack(const gn_client* client) {
    if (const gn_status status = on_loop(client); status != GN_OK) return status;
    const Call* call = current_thread.call;
    const bool may = call != nullptr && call->before_connack && call->client == client_of(client);
    return may ? GN_OK : GN_E_STATE;
}

bool name_in(gn_str name, Bytes& out) {
    return from_abi(name, out) && out.size() <= kTextBytesMax && mqtt::is_mqtt_string(out);
}

}  // namespace

struct HostApi::Client {
    static gn_status view(const gn_client* argument, gn_client_view* out) {
        if (const gn_status status = on_loop(argument); status != GN_OK) return status;
        static thread_local std::string remote;
        const ClientInfo& client = *client_of(argument);
        remote = client.peer.text();
        gn_client_view view{};
        view.keepalive_s = client.keepalive_s;
        view.protocol = static_cast<uint8_t>(client.version);
        view.flags = static_cast<uint8_t>(
            (client.is_inline ? GN_CL_INLINE : 0) | (client.clean_start ? GN_CL_CLEAN : 0) |
            (client.is_tls ? GN_CL_TLS : 0) | (client.session_present ? GN_CL_PRESENT : 0));
        view.key = client.key;
        view.id = to_abi(client.id.bytes());
        if (!client.username.null()) view.username = to_abi(client.username.bytes());
        view.remote = to_abi(remote);
        if (client.listener_id != nullptr) view.listener = to_abi(*client.listener_id);
        if (!client.tls_subject.null()) view.tls_subject = to_abi(client.tls_subject.bytes());
        view.session_expiry_s = client.session_expiry_s;
        view.receive_maximum = client.receive_maximum;
        view.disconnected_ms = client.disconnected_ms();
        view.will_due_ms = client.will_due_ms;
        return copy_out(view, out);
    }

    static gn_status set_username(gn_client* argument, gn_str name) {
        if (const gn_status status = before_connack(argument); status != GN_OK) return status;
        Bytes text;
        if (!name_in(name, text)) return GN_E_INVALID;
        auto& client = *reinterpret_cast<ClientInfo*>(argument);
        client.username = name.ptr == nullptr ? Text() : Text(text);
        return GN_OK;
    }

    static gn_status set_id(gn_client* argument, gn_str id) {
        if (const gn_status status = before_connack(argument); status != GN_OK) return status;
        Bytes text;
        if (!name_in(id, text) || text.empty()) return GN_E_INVALID;
        reinterpret_cast<ClientInfo*>(argument)->id.assign(text);
        return GN_OK;
    }

    static void* slot(const gn_host* host, const gn_client* client) {
        if (host == nullptr || on_loop(client) != GN_OK) return nullptr;
        return client_of(client)->slot(PluginHost::from(host)->plugin->index()).value;
    }

    static gn_status set_slot(const gn_host* host, gn_client* argument, void* value,
                              void (*drop)(void*)) {
        if (host == nullptr) return GN_E_INVALID;
        if (const gn_status status = on_loop(argument); status != GN_OK) return status;
        auto& client = *reinterpret_cast<ClientInfo*>(argument);
        client.set_slot(PluginHost::from(host)->plugin->index(), {value, drop});
        return GN_OK;
    }

    static gn_status disconnect(const gn_host* host, gn_str id, uint8_t reason,
                                int32_t drop_session) {
        Bytes text;
        if (host == nullptr || PluginHost::from(host)->hooks == nullptr || !from_abi(id, text) ||
            text.empty() || text.size() > kTextBytesMax)
            return GN_E_INVALID;
        return PluginHost::from(host)->hooks->port_.disconnect(
            text, static_cast<mqtt::Reason>(reason), drop_session != 0);
    }

    static const gn_packet* will(const gn_client* argument) {
        if (on_loop(argument) != GN_OK) return nullptr;
        const ClientInfo& client = *client_of(argument);
        if (!client.will) return nullptr;
        static thread_local std::optional<MessagePacket> packet;
        packet.emplace(*client.will, client.id.bytes());
        return packet->box().handle();
    }
};

const gn_client_api HostApi::client{
    sizeof(gn_client_api), 0,
    Client::view,          Client::set_username,
    Client::set_id,        Client::slot,
    Client::set_slot,      Client::disconnect,
    Client::will,
};

}  // namespace grapnel
