#include "config/read.h"

#include <algorithm>
#include <charconv>
#include <initializer_list>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/read_admin.h"
#include "config/read_tls.h"
#include "config/table_reader.h"
#include "config/value.h"

namespace grapnel::config {
namespace {

constexpr uint64_t kMicrosecondUs = 1;
constexpr uint64_t kMillisecondUs = 1000;
constexpr uint64_t kSecondUs = 1000000;
constexpr uint64_t kDayMs = 86400000;
constexpr uint64_t kHourMs = 3600000;
constexpr int64_t kWorkersMax = 256;
constexpr int64_t kUint32Max = std::numeric_limits<uint32_t>::max();
constexpr int64_t kInt64Max = std::numeric_limits<int64_t>::max();
constexpr uint64_t kPacketSizeMax = 268435460;  // the largest frame of MQTT
constexpr int64_t kRateMax = 1000000000;
constexpr int64_t kLoginFailuresMax = 1000;
constexpr size_t kIdBytesMax = 64;
constexpr size_t kSocketPathBytesMax = 107;

void read_broker(TableReader table, Broker& out) {
    table.integer("workers", out.workers, 0, kWorkersMax);
    table.path("data_dir", out.data_dir);
    table.duration("sys_interval", out.sys_interval_ms, kMillisecondUs, 10, kDayMs);
    table.boolean("inline_client", out.inline_client);
    table.finish();
}

void read_log(TableReader table, Log& out) {
    table.choice("level", out.level,
                 {{"debug", LogLevel::debug},
                  {"info", LogLevel::info},
                  {"warn", LogLevel::warn},
                  {"error", LogLevel::error}});
    table.choice("format", out.format, {{"text", LogFormat::text}, {"json", LogFormat::json}});
    table.finish();
}

void read_connection_limits(TableReader& table, Limits& out) {
    table.integer("maximum_clients", out.maximum_clients, 0, kUint32Max);
    table.size("maximum_packet_size", out.maximum_packet_size_bytes, kPacketSizeMax);
    table.integer("receive_maximum", out.receive_maximum, 1, 65535);
    table.integer("topic_alias_maximum", out.topic_alias_maximum, 0, 65535);
    table.duration("maximum_keepalive", out.maximum_keepalive_s, kSecondUs, 0);
    table.integer("minimum_protocol_version", out.minimum_protocol_version, 3, 5);
    table.integer("maximum_qos", out.maximum_qos, 0, 2);
    table.boolean("retain_available", out.retain_available);
    table.boolean("wildcard_sub_available", out.wildcard_sub_available);
    table.boolean("shared_sub_available", out.shared_sub_available);
    table.boolean("sub_id_available", out.sub_id_available);
    table.boolean("payload_format_check", out.payload_format_check);
    table.text("response_information", out.response_information);
}

void read_session_limits(TableReader& table, Limits& out) {
    table.duration("maximum_session_expiry_interval", out.maximum_session_expiry_interval_s,
                   kSecondUs, 0);
    table.duration("maximum_message_expiry_interval", out.maximum_message_expiry_interval_s,
                   kSecondUs, 0);
    table.integer("maximum_inflight", out.maximum_inflight, 1, 65535);
    table.integer("maximum_client_writes_pending", out.maximum_client_writes_pending, 0,
                  kUint32Max);
    table.size("maximum_client_bytes_pending", out.maximum_client_bytes_pending);
    table.integer("maximum_queued_messages", out.maximum_queued_messages, 0, kUint32Max);
    table.size("maximum_queued_bytes", out.maximum_queued_bytes);
    table.choice("queue_drop_policy", out.queue_drop_policy,
                 {{"newest", QueueDropPolicy::newest},
                  {"oldest", QueueDropPolicy::oldest},
                  {"disconnect", QueueDropPolicy::disconnect}});
    table.integer("maximum_subscriptions_per_client", out.maximum_subscriptions_per_client, 0,
                  kUint32Max);
}

// An array of addresses and ranges.
void read_ranges(TableReader& table, std::string_view key, AddressRanges& out) {
    const Node* node = table.child(key, Kind::array);
    if (node == nullptr) return;
    for (size_t i = 0; i < node->size(); ++i) {
        const Node& element = *node->at(i);
        const auto text = element.as_string();
        std::string why = "it must be a string";
        const auto range = text ? AddressRange::parse(*text, why) : std::nullopt;
        if (range) {
            out.push_back(*range);
        } else {
            table.fault(element,
                        "an element of " + node->key() + " is " +
                            (text ? quoted(*text) : std::string(kind_name(element.kind()))) + "; " +
                            why);
        }
    }
}

void read_login_limits(TableReader table, LoginLimits& out) {
    table.integer("failures", out.failures, 0, kLoginFailuresMax);
    table.duration("within", out.within_ms, kMillisecondUs, 1, kDayMs);
    table.duration("ban", out.ban_ms, kMillisecondUs, 1, 365 * kDayMs);
    read_ranges(table, "exempt", out.exempt);
    table.finish();
}

void read_limits(TableReader table, Limits& out, Faults& faults) {
    read_connection_limits(table, out);
    read_session_limits(table, out);
    table.integer("maximum_topic_levels", out.maximum_topic_levels, 0, 65535);
    table.integer("maximum_retained_messages", out.maximum_retained_messages, 0, kInt64Max);
    table.duration("connect_timeout", out.connect_timeout_ms, kMillisecondUs, 0, kDayMs);
    table.duration("shutdown_timeout", out.shutdown_timeout_ms, kMillisecondUs, 0, kHourMs);
    table.integer("maximum_connects_per_second", out.maximum_connects_per_second, 0, kRateMax);
    table.integer("maximum_connects_per_address_per_second",
                  out.maximum_connects_per_address_per_second, 0, kRateMax);
    read_login_limits(TableReader(table.child("login"), "[limits.login]", faults), out.login);
    table.finish();
}

void read_compatibility(TableReader table, Compatibility& out) {
    table.boolean("obscure_not_authorized", out.obscure_not_authorized);
    table.boolean("passive_client_disconnect", out.passive_client_disconnect);
    table.boolean("always_return_response_info", out.always_return_response_info);
    table.boolean("restore_sys_info_on_restart", out.restore_sys_info_on_restart);
    table.boolean("no_inherited_properties_on_ack", out.no_inherited_properties_on_ack);
    table.finish();
}

constexpr const char* kPlainName =
    "1 to 64 letters, digits, '-', '_' or '.', and not start with '.'";

// An id stands in logs, metrics and topics, so it is plain.
bool is_plain_name(std::string_view text) {
    const auto plain = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_' || c == '-' || c == '.';
    };
    return !text.empty() && text.size() <= kIdBytesMax && text.front() != '.' &&
           std::all_of(text.begin(), text.end(), plain);
}

void read_name(TableReader& table, std::string_view key, std::string& out) {
    const Node* node = table.child(key, Kind::string);
    if (node == nullptr) return;
    if (is_plain_name(*node->as_string())) {
        out = *node->as_string();
        return;
    }
    table.fault(*node,
                node->key() + " is " + quoted(*node->as_string()) + "; it must be " + kPlainName);
}

void read_listener_path(TableReader& table, Listener& out) {
    table.path("address", out.address);
    if (out.address.size() <= kSocketPathBytesMax) return;
    table.fault(*table.child("address"), "address is " + quoted(out.address) +
                                             "; the path of a socket has at most " +
                                             std::to_string(kSocketPathBytesMax) + " bytes");
}

void read_listener_address(TableReader& table, Listener& out) {
    if (out.type == ListenerType::unix_socket) return read_listener_path(table, out);
    const Node* node = table.child("address", Kind::string);
    if (node == nullptr) return;
    out.address = *node->as_string();
    if (const auto address = parse_address(out.address)) {
        out.host = address->host;
        out.port = address->port;
        return;
    }
    table.fault(*node, "address is " + quoted(out.address) +
                           "; it must be \"host:port\" or \"[v6]:port\", with a port up to 65535");
}

// "0660", or an integer, which TOML writes as 0o660.
void read_file_mode(TableReader& table, uint32_t& out) {
    const Node* node = table.child("mode");
    if (node == nullptr) return;
    std::optional<int64_t> mode = node->as_int();
    if (const auto text = node->as_string()) {
        uint32_t number = 0;
        const auto [end, fault] =
            std::from_chars(text->data(), text->data() + text->size(), number, 8);
        if (fault == std::errc{} && end == text->data() + text->size()) mode = number;
    }
    if (mode && *mode >= 0 && *mode <= 0777) {
        out = static_cast<uint32_t>(*mode);
    } else {
        table.fault(*node, "mode must be an octal number up to \"0777\" in quotes, as \"0660\"");
    }
}

// Keys that listeners of this type have no use for.
void refuse_keys(TableReader& table, std::initializer_list<std::string_view> keys,
                 std::string_view types) {
    for (const std::string_view key : keys) {
        if (const Node* node = table.child(key))
            table.fault(*node, std::string(key) + " is for listeners of type " +
                                   std::string(types) + "; remove it");
    }
}

void read_socket_file(TableReader& table, Listener& out) {
    if (out.type == ListenerType::unix_socket) {
        read_file_mode(table, out.mode);
        table.text("owner", out.owner);
        table.text("group", out.group);
        return;
    }
    refuse_keys(table, {"mode", "owner", "group"}, "\"unix\"");
}

void read_proxy(TableReader& listener, Listener& out, Faults& faults) {
    const Node* node = listener.child("proxy", Kind::table);
    if (node == nullptr) return;
    TableReader table(node, "proxy", faults);
    table.require("from", "[\"10.0.0.0/8\"]");
    out.proxy.emplace();
    read_ranges(table, "from", out.proxy->from);
    table.boolean("required", out.proxy->required);
    table.finish();
}

bool is_origin(std::string_view text) {
    const size_t host = text.find("://");
    return text == "*" || (host != std::string::npos && host != 0 && host + 3 < text.size() &&
                           text.find('/', host + 3) == std::string::npos);
}

void read_origins(TableReader& table, std::vector<std::string>& out) {
    const Node* node = table.child("origins", Kind::array);
    if (node == nullptr) return;
    out.clear();
    for (size_t i = 0; i < node->size(); ++i) {
        const Node& element = *node->at(i);
        if (element.kind() == Kind::string && is_origin(*element.as_string()))
            out.emplace_back(*element.as_string());
        else
            table.fault(element, "an element of origins must be \"*\" or as \"https://host:port\"");
    }
}

// Whether a request asks for this path and no other: it has no query, nothing that is escaped, and
// no segment that is resolved on the way (RFC 3986, 3.3 and 6.2.2).
bool is_plain_path(std::string_view path) {
    constexpr std::string_view kSigns = "/-_.~!$'()*,=:@";
    const bool plain = std::all_of(path.begin(), path.end(), [&](char each) {
        const bool letter = (each >= 'a' && each <= 'z') || (each >= 'A' && each <= 'Z');
        return letter || (each >= '0' && each <= '9') || kSigns.find(each) != kSigns.npos;
    });
    const std::string closed = std::string(path) + "/";
    const auto has = [&](const char* part) { return closed.find(part) != std::string::npos; };
    return plain && path.find("//") == path.npos && !has("/./") && !has("/../");
}

void read_websocket(TableReader& table, Listener& out) {
    table.text("path", out.path);
    const Node* path = table.child("path");
    if (path != nullptr && out.path.rfind('/', 0) != 0)
        table.fault(*path, "path is " + quoted(out.path) + "; it must begin with '/'");
    else if (path != nullptr && !is_plain_path(out.path))
        table.fault(*path, "path is " + quoted(out.path) +
                               ", which no request can name; use letters, digits, '-', '_' and "
                               "single '/', as \"/mqtt\"");
    read_origins(table, out.origins);
    table.size("maximum_frame", out.maximum_frame_bytes, kPacketSizeMax);
}

// What may stand between a socket and MQTT.
void read_layers(TableReader& table, Listener& out, Faults& faults) {
    if (out.type == ListenerType::tcp || out.type == ListenerType::unix_socket)
        read_proxy(table, out, faults);
    else
        refuse_keys(table, {"proxy"}, "\"tcp\" and \"unix\"");
    const Node* tls = table.child("tls");
    if (tls == nullptr) return;
    out.tls = read_tls(*tls, faults);
    if (out.type == ListenerType::http && out.tls->identity != TlsIdentity::none)
        table.fault(*tls->find("identity"), "identity is the username of MQTT; remove it");
}

// Said of a listener that only an operator may look at; by default its address decides.
void read_admin_key(TableReader& table, Listener& out, bool has_admin) {
    if (out.type != ListenerType::http) return refuse_keys(table, {"admin"}, "\"http\"");
    const Node* node = table.child("admin", Kind::boolean);
    if (node == nullptr) return;
    out.admin = *node->as_bool();
    if (*out.admin && !has_admin)
        table.fault(*node, "admin is true, and there is no [admin] that says who may use it");
}

Listener read_listener(const Node& node, bool has_admin, Faults& faults) {
    TableReader table(&node, "[[listener]]", faults);
    Listener out;
    out.where = node.where();
    table.require("id", "\"tcp\"");
    read_name(table, "id", out.id);
    table.require("type", "\"tcp\"");
    table.choice("type", out.type,
                 {{"tcp", ListenerType::tcp},
                  {"unix", ListenerType::unix_socket},
                  {"ws", ListenerType::websocket},
                  {"http", ListenerType::http}});
    table.require("address", "\"127.0.0.1:1883\"");
    read_listener_address(table, out);
    if (out.type != ListenerType::http)
        table.integer("maximum_clients", out.maximum_clients, 0, kUint32Max);
    read_socket_file(table, out);
    if (out.type == ListenerType::websocket) read_websocket(table, out);
    read_admin_key(table, out, has_admin);
    read_layers(table, out, faults);
    table.finish();
    return out;
}

void read_plugin_file(TableReader& table, const Node& node, Plugin& out) {
    read_name(table, "name", out.name);
    table.path("path", out.path);
    const bool has_name = node.find("name") != nullptr;
    const Node* path = node.find("path");
    if (has_name && path != nullptr) {
        table.fault(*path, "[[plugin]] has both a name and a path; remove one of them");
    } else if (!has_name && path == nullptr) {
        table.fault(node, "[[plugin]] needs a name, as \"auth-ledger\", or a path to a .so file");
    }
    out.id = out.name;
    if (out.id.empty() && !out.path.empty()) {
        std::string_view stem = out.path;
        stem.remove_prefix(std::min(stem.size(), stem.rfind('/') + 1));
        if (stem.ends_with(".so")) stem.remove_suffix(3);
        out.id = stem;
        if (!is_plain_name(stem) && node.find("id") == nullptr) {
            table.fault(*path,
                        "the name of this file makes no plugin id; write one, as id = "
                        "\"mine\"");
        }
    }
    read_name(table, "id", out.id);
}

void read_plugin_options(TableReader& table, Plugin& out) {
    table.integer("order", out.order, -1000000, 1000000);
    table.boolean("required", out.required);
    table.duration("defer_timeout", out.defer_timeout_ms, kMillisecondUs, 1, kHourMs);
    table.choice("on_timeout", out.on_timeout,
                 {{"fail", OnTimeout::fail}, {"skip", OnTimeout::skip}});
    table.duration("call_budget", out.call_budget_us, kMicrosecondUs, 0, kHourMs * 1000);
    if (const Node* config = table.child("config", Kind::table)) out.config = config;
    table.finish();
}

Plugin read_plugin(const Node& node, Tree& tree, Faults& faults) {
    TableReader table(&node, "[[plugin]]", faults);
    Plugin out;
    out.where = node.where();
    out.config = tree.make(Kind::table, "config", node.where());
    if (node.kind() == Kind::table) read_plugin_file(table, node, out);
    read_plugin_options(table, out);
    return out;
}

// The tables of [[name]], each read by `read_one`.
template <typename Entry, typename Function>
void read_entries(TableReader& root, std::string_view name, std::vector<Entry>& out,
                  Function read_one) {
    const Node* node = root.child(name);
    if (node == nullptr) return;
    if (node->kind() != Kind::array) {
        root.fault(*node, std::string(name) + " must be an array of tables; write [[" +
                              std::string(name) + "]]");
        return;
    }
    for (size_t i = 0; i < node->size(); ++i) out.push_back(read_one(*node->at(i)));
}

// Names of certificates that nobody can have shown are a mistake.
void check_certificates(const Node* admin, const Config& out, Faults& faults) {
    const auto verifies = [](const Listener& listener) {
        return listener.type == ListenerType::http && listener.tls &&
               listener.tls->verify != TlsVerify::none;
    };
    const Node* const names = admin == nullptr ? nullptr : admin->find("certificates");
    if (names == nullptr || std::any_of(out.listeners.begin(), out.listeners.end(), verifies))
        return;
    TableReader(admin, "[admin]", faults)
        .fault(*names,
               "certificates needs an http listener whose tls has verify = \"required\" or "
               "\"optional\", and ca");
}

}  // namespace

Config read_config(std::shared_ptr<Tree> tree, Faults& faults, bool has_token) {
    Config out;
    TableReader root(&tree->root(), "the file", faults);
    const auto section = [&](std::string_view key) {
        return TableReader(root.child(key), "[" + std::string(key) + "]", faults);
    };
    root.child("include");
    read_broker(section("broker"), out.broker);
    read_log(section("log"), out.log);
    read_limits(section("limits"), out.limits, faults);
    read_compatibility(section("compatibility"), out.compatibility);
    out.admin = read_admin(root.child("admin"), faults);
    TableReader stats = section("stats");
    stats.boolean("plugin_times", out.stats.plugin_times);
    stats.finish();
    TableReader plugins = section("plugins");
    plugins.paths("search", out.plugins.search);
    plugins.finish();
    const bool has_admin = out.admin.there || has_token;
    read_entries(root, "listener", out.listeners,
                 [&](const Node& node) { return read_listener(node, has_admin, faults); });
    check_certificates(root.child("admin"), out, faults);
    read_entries(root, "plugin", out.plugin_entries,
                 [&](const Node& node) { return read_plugin(node, *tree, faults); });
    root.finish();
    // A table that names no plugin is a fault, and no entry.
    std::erase_if(out.plugin_entries, [](const Plugin& entry) { return entry.id.empty(); });
    std::stable_sort(
        out.plugin_entries.begin(), out.plugin_entries.end(),
        [](const Plugin& left, const Plugin& right) { return left.order < right.order; });
    out.tree = std::move(tree);
    return out;
}

Plugin read_given_plugin(Tree& tree, std::string_view id, Faults& faults) {
    Plugin out;
    out.id = id;
    out.where = tree.root().where();
    out.config = tree.make(Kind::table, "config", out.where);
    if (!is_plain_name(id)) {
        add_fault(faults, out.where, "the id is " + quoted(id) + "; it must be " + kPlainName);
    }
    TableReader table(&tree.root(), "the plugin's table", faults);
    read_plugin_options(table, out);
    return out;
}

}  // namespace grapnel::config
