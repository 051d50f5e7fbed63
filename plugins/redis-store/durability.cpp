#include "durability.h"

namespace grapnel::redis {

Fault ask_durability(Connection& connection, Durability& out) {
    const auto ask = [&connection](std::string_view name, std::optional<std::string>& value) {
        Reply reply;
        Fault fault = connection.call({"CONFIG", "GET", name}, reply);
        if (!fault.empty()) return connection.is_open() ? Fault() : fault;
        if (is_array(*reply) && reply->elements == 2) value = text_of(*reply->element[1]);
        return Fault();
    };
    Fault fault = ask("appendonly", out.appendonly);
    if (fault.empty()) fault = ask("appendfsync", out.appendfsync);
    if (fault.empty()) fault = ask("maxmemory", out.maxmemory);
    if (fault.empty()) fault = ask("maxmemory-policy", out.maxmemory_policy);
    return fault;
}

std::vector<std::string> warnings_of(const Durability& durability) {
    const auto& [appendonly, appendfsync, maxmemory, policy] = durability;
    std::vector<std::string> lines;
    if (!appendonly || !appendfsync || !maxmemory || !policy)
        lines.emplace_back(
            "it could not be checked how Redis keeps its data, since it does not answer CONFIG GET;"
            " needed is: appendonly yes, appendfsync always, maxmemory-policy noeviction");
    if (appendonly && *appendonly != "yes")
        lines.push_back("Redis has appendonly " + *appendonly +
                        ": what was acknowledged is lost when it ends");
    else if (appendonly && appendfsync && *appendfsync != "always")
        lines.push_back("Redis has appendfsync " + *appendfsync +
                        ": what was acknowledged last is lost when its machine ends");
    if (maxmemory && policy && *maxmemory != "0" && *policy != "noeviction")
        lines.push_back("Redis has maxmemory-policy " + *policy +
                        ": it drops records when maxmemory is reached");
    return lines;
}

}  // namespace grapnel::redis
