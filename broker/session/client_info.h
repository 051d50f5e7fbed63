#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/peer_address.h"
#include "base/ref.h"
#include "base/text.h"
#include "mqtt/types.h"
#include "session/access_cache.h"
#include "topics/message.h"

namespace grapnel {

// A will as accepted with CONNECT, with all its properties (MQTT 5.0, 3.1.3.2).
struct StoredWill {
    Ref<Message>
        message;  // qos and retain as the client asked; created and expires are set when it is sent
    uint32_t delay_s = 0;
    uint32_t message_expiry_s = 0;
    bool has_message_expiry = false;
};

// What one plugin keeps for one client, with the function that frees it.
struct PluginSlot {
    void* value = nullptr;
    void (*drop)(void*) = nullptr;
};

// Who a client is: what plugins see as gn_client. Lives with the connection until its session is
// established, then with the session, also while the client is away. Home worker only.
class ClientInfo {
public:
    ClientInfo() = default;
    ClientInfo(ClientInfo&&) noexcept = default;
    ClientInfo& operator=(ClientInfo&& other) noexcept;
    ~ClientInfo() { drop_slots(); }

    Text id;
    Text username;     // null: none was sent
    Text tls_subject;  // of its certificate; null: none
    const std::string* listener_id =
        nullptr;                  // outlives every client; null: inline, or not there now
    uint64_t key = 0;             // names the connection; 0: offline since start
    uint64_t connect_number = 0;  // of its CONNECT among all of the broker; 0: none since start
    int64_t since_ms = 0;         // wall clock: connected or away; 0: its CONNECT is looked at
    int64_t will_due_ms = 0;      // wall clock; 0: no delayed will waits
    PeerAddress peer;
    uint32_t session_expiry_s = 0;  // 0xffffffff: never
    uint16_t receive_maximum = 65535;
    uint16_t keepalive_s = 0;
    mqtt::Version version = mqtt::Version::v5;
    bool clean_start = false;
    bool is_inline = false;
    bool is_tls = false;
    bool connected = false;
    bool session_present = false;  // an earlier connection's session goes on
    std::unique_ptr<StoredWill> will;
    std::unique_ptr<AccessCache> access;  // created on first use

    void begin_connection(int64_t now_ms) {
        since_ms = now_ms;
        connected = true;
    }
    void end_connection(int64_t now_ms) {
        since_ms = now_ms;
        connected = false;
    }
    // Wall clock; 0: it is not.
    int64_t connected_ms() const { return connected ? since_ms : 0; }
    int64_t disconnected_ms() const { return connected ? 0 : since_ms; }

    PluginSlot slot(size_t plugin) const;
    // Drops the earlier value of that plugin's slot first.
    void set_slot(size_t plugin, PluginSlot slot);
    // Takes over what plugins kept for an earlier connection of the session that goes on. What was
    // set anew stays, and its earlier value stays with `earlier`.
    void inherit_slots(ClientInfo& earlier);
    void drop_slot(size_t plugin) {
        if (slots_) set_slot(plugin, {});
    }
    void drop_slots();

private:
    std::unique_ptr<std::vector<PluginSlot>> slots_;
};

}  // namespace grapnel
