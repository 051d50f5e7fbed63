#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/address_range.h"
#include "base/log.h"
#include "config/installation.h"
#include "config/tls.h"
#include "config/tree.h"

struct gn_plugin;

namespace grapnel::config {

// The whole configuration as plain values. A field is named as its key, with the unit behind it
// where the key carries none. What the files omit keeps the value written here.
// "0 = none" at a limit says that zero switches the limit off.

enum class ListenerType : uint8_t { tcp, unix_socket, websocket, http };
enum class QueueDropPolicy : uint8_t { newest, oldest, disconnect };
enum class OnTimeout : uint8_t { fail, skip };

struct Broker {
    uint32_t workers = 0;  // event loops; 0 = one per core
    std::string data_dir = "/var/lib/grapnel";
    uint64_t sys_interval_ms = 1000;
    bool inline_client = true;
};

struct Log {
    LogLevel level = LogLevel::info;
    LogFormat format = LogFormat::text;
};

// When an address from which logins fail is banned for a while.
struct LoginLimits {
    uint32_t failures = 0;  // 0 = never
    uint64_t within_ms = 60'000;
    uint64_t ban_ms = 600'000;
    AddressRanges exempt;

    bool operator==(const LoginLimits&) const = default;
};

struct Limits {
    // Connections and their announced capabilities.
    uint32_t maximum_clients = 0;                    // 0 = none
    uint32_t maximum_packet_size_bytes = 1U << 20U;  // 0 = none (the protocol's own limit)
    uint16_t receive_maximum = 1024;                 // 1 … 65535
    uint16_t topic_alias_maximum = 1024;             // 0 = no aliases
    uint16_t maximum_keepalive_s = 0;                // 0 = any
    uint8_t minimum_protocol_version = 3;            // 3 … 5
    uint8_t maximum_qos = 2;
    bool retain_available = true;
    bool wildcard_sub_available = true;
    bool shared_sub_available = true;
    bool sub_id_available = true;
    bool payload_format_check = false;
    std::string response_information;  // prefix; empty = never sent

    // What is kept for a client.
    uint32_t maximum_session_expiry_interval_s = std::numeric_limits<uint32_t>::max();
    uint32_t maximum_message_expiry_interval_s = 0;     // 0 = none
    uint16_t maximum_inflight = 8192;                   // 1 … 65535
    uint32_t maximum_client_writes_pending = 8192;      // messages; 0 = none
    uint64_t maximum_client_bytes_pending = 8U << 20U;  // 0 = none
    uint32_t maximum_queued_messages = 100000;          // 0 = none
    uint64_t maximum_queued_bytes = 64U << 20U;         // 0 = none
    QueueDropPolicy queue_drop_policy = QueueDropPolicy::newest;
    uint32_t maximum_subscriptions_per_client = 0;  // 0 = none

    // The whole broker.
    uint32_t maximum_topic_levels = 128;     // 0 = none
    uint64_t maximum_retained_messages = 0;  // 0 = none
    uint64_t connect_timeout_ms = 10000;     // 0 = none
    uint64_t shutdown_timeout_ms = 5000;

    // Who may come at all.
    uint32_t maximum_connects_per_second = 0;              // 0 = none
    uint32_t maximum_connects_per_address_per_second = 0;  // 0 = none; IPv6 by /64
    LoginLimits login;
};

struct Compatibility {
    bool obscure_not_authorized = false;
    bool passive_client_disconnect = false;
    bool always_return_response_info = false;
    bool restore_sys_info_on_restart = false;
    bool no_inherited_properties_on_ack = false;
};

struct Stats {
    bool plugin_times = false;  // every call of every plugin is timed, not one in 128
};

// Who may use the operator's API. A token that is read from a file is read by who starts or
// reloads.
struct Admin {
    bool there = false;      // the table is
    std::string token;       // may do everything; empty: none
    std::string read_token;  // may look; empty: none
    // Names of client certificates that may do everything, whole or the beginning before a '*'.
    std::vector<std::string> certificates;

    bool enabled() const { return !token.empty() || !read_token.empty() || !certificates.empty(); }
};

struct Plugins {
    std::vector<std::string> search = {kPluginFolder};
};

// Who may say in a PROXY header for whom it connects.
struct Proxy {
    AddressRanges from;
    bool required = true;  // false: clients may connect without one, too

    bool operator==(const Proxy&) const = default;
};

struct Listener {
    std::string id;
    ListenerType type = ListenerType::tcp;
    std::string address;           // as written; unix: a path, from the folder of its file
    std::string host;              // tcp, websocket, http: without brackets
    uint16_t port = 0;             // 0 = any free port
    uint32_t maximum_clients = 0;  // 0 = none
    // websocket
    std::string path = "/mqtt";                // of the request that opens a connection
    std::vector<std::string> origins = {"*"};  // of pages that may connect; "*" = any
    uint32_t maximum_frame_bytes = 1U << 20U;
    // http
    std::optional<bool> admin;  // serves the operator; nothing: see serves_admin()
    // unix
    uint32_t mode = 0660;  // of the file
    std::string owner;     // a user, by name or number; empty = as the process
    std::string group;
    // tcp, unix
    std::optional<Proxy> proxy;
    std::optional<Tls> tls;  // nothing: plain
    Where where;             // of its table
};

struct Plugin {
    std::string name;  // empty when path is given
    std::string path;  // empty when name is given
    // Given by the program that embeds the broker, instead of a name and a path.
    const ::gn_plugin* built_in = nullptr;
    std::string id;  // never empty
    int32_t order = 50;
    bool required = true;
    uint64_t defer_timeout_ms = 2000;
    OnTimeout on_timeout = OnTimeout::fail;
    uint64_t call_budget_us = 0;   // 0 = calls are not measured against a budget
    const Node* config = nullptr;  // a table, never null after reading; owned by Config::tree
    Where where;                   // of its table
};

struct Config {
    Broker broker;
    Log log;
    Limits limits;
    Compatibility compatibility;
    Stats stats;
    Admin admin;
    Plugins plugins;
    std::vector<Listener> listeners;     // in the order of the files
    std::vector<Plugin> plugin_entries;  // in the order of the calls
    std::shared_ptr<const Tree> tree;    // keeps every Plugin::config alive
};

}  // namespace grapnel::config
