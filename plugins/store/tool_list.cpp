#include <algorithm>
#include <map>

#include "store/json_fields.h"
#include "store/key.h"
#include "store/mqtt_text.h"
#include "store/text_hash.h"
#include "store/tool_command.h"
#include "store/tool_text.h"

namespace grapnel::store {

namespace {

struct Counts {
    std::uint64_t subscriptions = 0;
    std::uint64_t queued = 0;
    std::uint64_t in_flight = 0;
};
using CountsById = TextMap<Counts>;

CountsById count_all(ToolReader& reader) {
    CountsById counts;
    const auto of = [&counts](std::string_view id) -> Counts& {
        const auto found = counts.find(id);
        return found == counts.end() ? counts[std::string(id)] : found->second;
    };
    std::string_view id;
    std::string_view rest;
    reader.each(Kind::subscription, [&](std::string_view key, std::string_view) {
        if (split_owned(key, id, rest)) ++of(id).subscriptions;
    });
    reader.each_record<OutboundRecord>(Kind::outbound,
                                       [&](std::string_view key, const OutboundRecord& record) {
                                           if (!split_owned(key, id, rest)) return;
                                           Counts& one = of(id);
                                           ++(record.packet_id == 0 ? one.queued : one.in_flight);
                                       });
    return counts;
}

Counts counts_of(const CountsById& counts, std::string_view id) {
    const auto found = counts.find(id);
    return found == counts.end() ? Counts() : found->second;
}

Json json_of(std::string_view id, const ClientRecord& record, const Counts& counts) {
    Json object = Json::object();
    JsonWriter(object).text("client", id);
    object["connected"] = record.disconnected_ms == 0;
    object["disconnected_ms"] = record.disconnected_ms;
    object["session_expiry_s"] = record.session_expiry_s;
    object["subscriptions"] = counts.subscriptions;
    object["queued"] = counts.queued;
    object["in_flight"] = counts.in_flight;
    if (record.has_will) JsonWriter(object).text("will", record.will.topic);
    return object;
}

std::string state_of(const ClientRecord& record) {
    return record.disconnected_ms == 0 ? "connected" : text_of_time(record.disconnected_ms);
}

}  // namespace

int tool_sessions(const ToolRun& run) {
    const auto backend = run.place.look();
    ToolReader reader(*backend, run.output);
    std::ostream& out = run.output.out;
    const CountsById counts = count_all(reader);
    if (run.words.json) {
        reader.each_record<ClientRecord>(
            Kind::client, [&](std::string_view id, const ClientRecord& record) {
                out << json_of(id, record, counts_of(counts, id)).dump() << '\n';
            });
        return reader.status();
    }
    Table table(out, {{"client", 24},
                      {"disconnected since", 20},
                      {"expiry", 10},
                      {"subscriptions", 13},
                      {"queued", 8},
                      {"in flight", 9},
                      {"will", 0}});
    reader.each_record<ClientRecord>(
        Kind::client, [&](std::string_view id, const ClientRecord& record) {
            const Counts one = counts_of(counts, id);
            table.row({printable(id), state_of(record), text_of_expiry(record.session_expiry_s),
                       std::to_string(one.subscriptions), std::to_string(one.queued),
                       std::to_string(one.in_flight),
                       record.has_will ? printable(record.will.topic) : "-"});
        });
    return reader.status();
}

int tool_queues(const ToolRun& run) {
    const auto backend = run.place.look();
    ToolReader reader(*backend, run.output);
    std::ostream& out = run.output.out;
    const CountsById counts = count_all(reader);
    std::vector<std::pair<std::string_view, Counts>> queues;
    for (const auto& [id, one] : counts)
        if (one.queued + one.in_flight != 0) queues.emplace_back(id, one);
    std::sort(queues.begin(), queues.end(), [](const auto& left, const auto& right) {
        if (left.second.queued != right.second.queued)
            return left.second.queued > right.second.queued;
        return left.first < right.first;
    });
    if (queues.size() > run.words.limit) queues.resize(static_cast<std::size_t>(run.words.limit));
    if (run.words.json) {
        for (const auto& [id, one] : queues) {
            Json object = Json::object();
            JsonWriter(object).text("client", id);
            object["queued"] = one.queued;
            object["in_flight"] = one.in_flight;
            out << object.dump() << '\n';
        }
        return reader.status();
    }
    Table table(out, {{"queued", 10}, {"in flight", 10}, {"client", 0}});
    for (const auto& [id, one] : queues)
        table.row({std::to_string(one.queued), std::to_string(one.in_flight), printable(id)});
    return reader.status();
}

int tool_retained(const ToolRun& run) {
    const std::string_view filter = run.words.operand();
    if (!run.words.operands.empty() && !is_filter(filter))
        throw UsageError('"' + printable(filter) + "\" is no topic filter");
    const auto backend = run.place.look();
    ToolReader reader(*backend, run.output);
    std::ostream& out = run.output.out;
    const std::int64_t now_ms = run.output.now_ms;
    const auto print_json = [&out](std::string_view topic, const MessageRecord& record) {
        Json object = Json::object();
        JsonWriter(object).text("topic", topic);
        object["qos"] = record.qos;
        object["bytes"] = record.payload.size();
        object["created_ms"] = record.created_ms;
        object["expires_ms"] = record.expires_ms;
        out << object.dump() << '\n';
    };
    const auto each = [&](const auto& print) {
        reader.each_record<MessageRecord>(Kind::retained,
                                          [&](std::string_view topic, const MessageRecord& record) {
                                              if (filter.empty() || filter_matches(filter, topic))
                                                  print(topic, record);
                                          });
        return reader.status();
    };
    if (run.words.json) return each(print_json);
    Table table(out, {{"qos", 3}, {"size", 10}, {"age", 8}, {"expires in", 10}, {"topic", 0}});
    return each([&](std::string_view topic, const MessageRecord& record) {
        std::string expiry = "never";
        if (record.expires_ms != 0)
            expiry = record.expires_ms <= now_ms ? "expired"
                                                 : text_of_duration(record.expires_ms - now_ms);
        table.row({std::to_string(record.qos), text_of_size(record.payload.size()),
                   text_of_duration(now_ms - record.created_ms), expiry, printable(topic)});
    });
}

}  // namespace grapnel::store
