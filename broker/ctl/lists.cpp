#include "ctl/commands.h"
#include "ctl/endpoint.h"
#include "ctl/units.h"

namespace grapnel::ctl {
namespace {

// Of calls that were measured; empty where they are not.
std::string time_of(const Json* time, const char* key) {
    const auto value = time == nullptr ? std::nullopt : find_rounded(*time, key);
    return value ? short_time_text(*value) : "";
}

std::string mean_of(const Json* time) {
    if (time == nullptr) return "";
    const uint64_t calls = count_at(*time, "calls");
    return calls == 0 ? "" : short_time_text(find_rounded(*time, "total_ns").value_or(0) / calls);
}

// A percentile of few says nothing.
std::string percentile_of(const Json* time, const char* key) {
    constexpr uint64_t kCallsLeast = 20;
    return time == nullptr || count_at(*time, "calls") < kCallsLeast ? "" : time_of(time, key);
}

std::string state_of(const Json& plugin) {
    const auto failure = find_text(plugin, "failure");
    const std::string phase = find_text(plugin, "phase").value_or("");
    return failure && !failure->empty() ? phase + ": " + *failure : phase;
}

}  // namespace

void list_listeners(const Session& session) {
    const Reply reply = session.api.get("/listeners");
    if (session.printed_as_json(reply)) return;
    Table table({"LISTENER", "TYPE", "ADDRESS", "TLS", ">CONNECTIONS", ">MOST", "STATE"});
    for (const Json* each : objects_at(reply.json, "listeners")) {
        const auto clients = find_count(*each, "clients");
        const uint64_t most = find_count(*each, "maximum_clients").value_or(0);
        table.add({text_at(*each, "id"), text_at(*each, "type"), text_at(*each, "address"),
                   find_bool(*each, "tls").value_or(false) ? "yes" : "no",
                   clients ? std::to_string(*clients) : "", most == 0 ? "" : std::to_string(most),
                   text_at(*each, "state")});
    }
    session.output.write(table);
}

void list_subscriptions(const Session& session) {
    std::string path = "/subscriptions?";
    if (const auto search = session.arguments.value("--search"))
        path += "search=" + percent_encoded(*search) + "&";
    const uint64_t limit = session.arguments.number("--limit", 1, UINT32_MAX).value_or(0);
    const Reply reply = session.api.pages(path, "subscriptions", limit);
    if (session.printed_as_json(reply)) return;
    Table table({"FILTER", ">SUBSCRIBERS", "SHARED BY"});
    for (const Json* each : objects_at(reply.json, "subscriptions"))
        table.add({text_at(*each, "filter"), std::to_string(count_at(*each, "subscribers")),
                   find_text(*each, "shared_group").value_or("")});
    session.output.write(table);
}

void list_plugins(const Session& session) {
    const Reply reply = session.api.get("/plugins");
    if (session.printed_as_json(reply)) return;
    Table plugins({"PLUGIN", "NAME", "VERSION", "STATE", ">CALLS", ">TIME", ">FAILURES",
                   ">TIMEOUTS", ">DEFERRED", ">WAITING"});
    Table events({"PLUGIN", "EVENT", ">CALLS", ">MEAN", ">P50", ">P99", ">MOST"});
    for (const Json* each : objects_at(reply.json, "plugins")) {
        const auto count = [&](const char* key) {
            return std::to_string(find_count(*each, key).value_or(0));
        };
        const std::string id = text_at(*each, "id");
        plugins.add({id, find_text(*each, "name").value_or(""),
                     find_text(*each, "version").value_or(""), state_of(*each), count("calls"),
                     time_of(each, "time_ns"), count("failures"), count("timeouts"),
                     count("deferred"), count("outstanding")});
        for (const Json* event : objects_at(*each, "events")) {
            const Json* const time = find_object(*event, "time");
            events.add({id, text_at(*event, "event"), std::to_string(count_at(*event, "calls")),
                        mean_of(time), percentile_of(time, "p50_ns"), percentile_of(time, "p99_ns"),
                        time_of(time, "max_ns")});
        }
    }
    session.output.write(plugins);
    if (!events.empty()) session.output.write("\n" + events.text(session.output.style()));
}

void list_bans(const Session& session) {
    const Reply reply = session.api.get("/bans");
    if (session.printed_as_json(reply)) return;
    Table table({"ADDRESS", "UNTIL", ">FAILURES"});
    for (const Json* each : objects_at(reply.json, "bans"))
        table.add({text_at(*each, "address"), time_text(count_at(*each, "until_ms")),
                   std::to_string(count_at(*each, "failures"))});
    session.output.write(table);
}

void unban(const Session& session) {
    session.api.call("DELETE", "/bans?address=" + percent_encoded(session.words[0]));
}

}  // namespace grapnel::ctl
