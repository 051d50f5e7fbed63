#include <algorithm>
#include <chrono>

#include "ctl/commands.h"
#include "ctl/endpoint.h"
#include "ctl/units.h"

namespace grapnel::ctl {
namespace {

constexpr uint64_t kForever_s = 0xFFFFFFFF;

std::string protocol_text(const Json& client) {
    switch (count_at(client, "version")) {
        case 3: return "3.1";
        case 4: return "3.1.1";
        default: return std::to_string(count_at(client, "version"));
    }
}

std::string since_text(const Json& client) {
    using namespace std::chrono;
    const bool connected = bool_at(client, "connected");
    const auto since_ms = find_count(client, connected ? "connected_ms" : "disconnected_ms");
    if (!since_ms) return "";
    const auto now_ms = static_cast<uint64_t>(
        duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count());
    return duration_text(now_ms - std::min(now_ms, *since_ms));
}

std::string expiry_text(uint64_t expiry_s) {
    if (expiry_s == 0) return "ends with the connection";
    return expiry_s >= kForever_s ? "never ends" : duration_text(expiry_s * 1000) + " after it";
}

std::string will_text(const Json& client) {
    const Json* const will = find_object(client, "will");
    if (will == nullptr) return "";
    std::string out = text_at(*will, "topic") + ", QoS " + std::to_string(count_at(*will, "qos"));
    if (find_bool(*will, "retain").value_or(false)) out += ", retained";
    const uint64_t delay_s = find_count(*will, "delay_s").value_or(0);
    return delay_s == 0 ? out : out + ", after " + duration_text(delay_s * 1000);
}

std::string traffic_text(const Json& client, const char* key) {
    const Json* const traffic = find_object(client, key);
    if (traffic == nullptr) return "";
    return std::to_string(count_at(*traffic, "packets")) + " packets, " +
           std::to_string(count_at(*traffic, "messages")) + " messages, " +
           size_text(count_at(*traffic, "bytes"));
}

std::string rates_text(const Json& client) {
    const Json* const rates = find_object(client, "rates");
    if (rates == nullptr) return "";
    const auto rate = [&](const char* key) {
        return rate_text(find_number(*rates, key).value_or(0));
    };
    const auto size = [&](const char* key) {
        return size_text(static_cast<uint64_t>(
            std::max(0.0, std::min(1e18, find_number(*rates, key).value_or(0)))));
    };
    return "in " + rate("messages_received_per_s") + "/s, " + size("bytes_received_per_s") +
           "/s; out " + rate("messages_sent_per_s") + "/s, " + size("bytes_sent_per_s") + "/s";
}

std::string flags_text(const Json& subscription) {
    std::string out;
    for (const auto& [key, name] : {std::pair("no_local", "no local"),
                                    std::pair("retain_as_published", "retain as published")})
        if (find_bool(subscription, key).value_or(false))
            out += (out.empty() ? "" : ", ") + std::string(name);
    return out;
}

void print_subscriptions(const Session& session, const Json& client) {
    Table table({"FILTER", ">QOS", ">RETAIN HANDLING", ">IDENTIFIER", "OPTIONS"});
    for (const Json* each : objects_at(client, "subscription_list")) {
        const auto identifier = find_count(*each, "identifier");
        table.add({text_at(*each, "filter"), std::to_string(count_at(*each, "qos")),
                   std::to_string(find_count(*each, "retain_handling").value_or(0)),
                   identifier ? std::to_string(*identifier) : "", flags_text(*each)});
    }
    if (!table.empty())
        session.output.write("\nsubscriptions\n" + table.text(session.output.style()));
}

void print_messages(const Session& session, const Json& client, const char* key,
                    const std::string& title) {
    Table table({">PACKET ID", "TOPIC", ">QOS", "STATE", ">SIZE"});
    for (const Json* each : objects_at(client, key)) {
        const auto packet_id = find_count(*each, "packet_id");
        const auto size_bytes = find_count(*each, "size_bytes");
        table.add({packet_id ? std::to_string(*packet_id) : "",
                   find_text(*each, "topic").value_or(""), std::to_string(count_at(*each, "qos")),
                   find_text(*each, "state").value_or(""),
                   size_bytes ? size_text(*size_bytes) : ""});
    }
    if (!table.empty())
        session.output.write("\n" + title + "\n" + table.text(session.output.style()));
}

Sheet sheet_of(const Json& client) {
    Sheet sheet;
    const bool connected = bool_at(client, "connected");
    const auto since_ms = find_count(client, connected ? "connected_ms" : "disconnected_ms");
    sheet.add("client", text_at(client, "id"));
    sheet.add("username", find_text(client, "username").value_or(""));
    sheet.add("state", std::string(connected ? "connected" : "away") +
                           (since_ms ? " since " + time_text(*since_ms) : ""));
    sheet.add("address", find_text(client, "address").value_or(""));
    sheet.add("listener", find_text(client, "listener").value_or(""));
    sheet.add("MQTT", protocol_text(client));
    sheet.add("keepalive", duration_text(count_at(client, "keepalive_s") * 1000));
    sheet.add("session", expiry_text(count_at(client, "session_expiry_s")));
    sheet.add("will", will_text(client));
    sheet.add("inflight", std::to_string(count_at(client, "inflight")));
    sheet.add("queued", std::to_string(count_at(client, "queued")) + ", " +
                            size_text(count_at(client, "queued_bytes")));
    sheet.add("received", traffic_text(client, "received"));
    sheet.add("sent", traffic_text(client, "sent"));
    sheet.add("rates", rates_text(client));
    sheet.add("dropped", std::to_string(sum_at(client, "dropped")));
    sheet.add("unwritten", size_text(find_count(client, "output_bytes").value_or(0)));
    if (const Json* const tls = find_object(client, "tls")) sheet.add("TLS", line_of(*tls));
    sheet.add("trace", find_bool(client, "trace").value_or(false) ? "on" : "off");
    return sheet;
}

}  // namespace

void list_clients(const Session& session) {
    const Arguments& arguments = session.arguments;
    if (arguments.has("--connected") && arguments.has("--away"))
        throw UsageFailure("--connected and --away exclude each other");
    std::string path = "/clients?";
    const auto add = [&path](const char* name, const std::optional<std::string>& value) {
        if (value) path += std::string(name) + "=" + percent_encoded(*value) + "&";
    };
    add("search", arguments.value("--search"));
    add("username", arguments.value("--user"));
    add("listener", arguments.value("--listener"));
    if (arguments.has("--connected")) path += "connected=true&";
    if (arguments.has("--away")) path += "connected=false&";
    const uint64_t limit = arguments.number("--limit", 1, UINT32_MAX).value_or(0);
    const Reply reply = session.api.pages(path, "clients", limit);
    if (session.printed_as_json(reply)) return;
    Table table({"CLIENT", "USER", "STATE", ">FOR", "ADDRESS", "LISTENER", "MQTT", ">SUBSCRIPTIONS",
                 ">INFLIGHT", ">QUEUED", ">SIZE"});
    for (const Json* each : objects_at(reply.json, "clients")) {
        const auto count = [&](const char* key) { return std::to_string(count_at(*each, key)); };
        table.add({text_at(*each, "id"), find_text(*each, "username").value_or(""),
                   bool_at(*each, "connected") ? "connected" : "away", since_text(*each),
                   find_text(*each, "address").value_or(""),
                   find_text(*each, "listener").value_or(""), protocol_text(*each),
                   count("subscriptions"), count("inflight"), count("queued"),
                   size_text(count_at(*each, "queued_bytes"))});
    }
    session.output.write(table);
}

void show_client(const Session& session) {
    const Reply reply = session.api.get("/client?id=" + percent_encoded(session.words[0]));
    if (session.printed_as_json(reply)) return;
    session.output.write(sheet_of(reply.json).text());
    print_subscriptions(session, reply.json);
    print_messages(session, reply.json, "inflight_list", "inflight (at most 100)");
    print_messages(session, reply.json, "queue_list", "queued (at most 100)");
}

void disconnect_client(const Session& session) {
    Json body = Json::object();
    if (const auto reason = session.arguments.value("--reason"))
        body["reason"] = disconnect_reason(*reason);
    session.api.call("POST", "/client/disconnect?id=" + percent_encoded(session.words[0]), &body);
}

void drop_session(const Session& session) {
    session.api.call("DELETE", "/client?id=" + percent_encoded(session.words[0]));
}

}  // namespace grapnel::ctl
