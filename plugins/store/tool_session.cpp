#include <unordered_map>

#include "store/key.h"
#include "store/record_json.h"
#include "store/sense.h"
#include "store/tool_command.h"
#include "store/tool_text.h"

namespace grapnel::store {

namespace {

// What is shown of a message that several clients wait for.
struct MessageFacts {
    std::string topic;
    std::uint64_t bytes = 0;
    bool found = false;
};
using FactsByKey = std::unordered_map<std::uint64_t, MessageFacts>;

// Calls visit(rest of the key, value) for each record of the client.
template <class Visit>
void each_of(ToolReader& reader, Kind kind, std::string_view client_id, const Visit& visit) {
    reader.each(kind, [&](std::string_view key, std::string_view value) {
        std::string_view id;
        std::string_view rest;
        if (split_owned(key, id, rest) && id == client_id) visit(key, rest, value);
    });
}

FactsByKey find_messages(ToolReader& reader, std::string_view client_id) {
    FactsByKey facts;
    each_of(reader, Kind::outbound, client_id,
            [&](std::string_view, std::string_view, std::string_view value) {
                OutboundRecord record;
                if (decode(value, record) == Decoded::ok && record.body.data() == nullptr &&
                    record.type == kPublishType)
                    facts.try_emplace(record.message_key);
            });
    if (facts.empty()) return facts;
    reader.each(Kind::body, [&](std::string_view key, std::string_view value) {
        std::uint64_t number = 0;
        if (!read_u64(key, number)) return;
        const auto wanted = facts.find(number);
        MessageRecord message;
        if (wanted == facts.end() || decode(value, message) != Decoded::ok) return;
        wanted->second = {std::string(message.topic), message.payload.size(), true};
    });
    return facts;
}

MessageFacts facts_of(const OutboundRecord& record, const FactsByKey& shared) {
    if (record.type == kPubrelType) return {};
    MessageRecord message;
    if (record.body.data() != nullptr && decode(record.body, message) == Decoded::ok)
        return {std::string(message.topic), message.payload.size(), true};
    const auto found = shared.find(record.message_key);
    return found == shared.end() ? MessageFacts() : found->second;
}

std::string state_of(const OutboundRecord& record, std::int64_t now_ms) {
    if (record.type == kPubrelType) return "waits for PUBCOMP";
    if (record.packet_id == 0) return "queued";
    return "sent " + text_of_duration(now_ms - record.sent_ms) + " ago";
}

void print_client(std::string_view id, const ClientRecord& record, std::ostream& out) {
    out << "client            " << printable(id) << '\n';
    if (record.username.data() != nullptr)
        out << "user name         " << printable(record.username) << '\n';
    out << "protocol          " << int{record.protocol} << '\n'
        << "remote            " << printable(record.remote) << '\n'
        << "listener          " << printable(record.listener) << '\n'
        << "disconnected      "
        << (record.disconnected_ms == 0 ? "no" : "since " + text_of_time(record.disconnected_ms))
        << '\n'
        << "session expiry    " << text_of_expiry(record.session_expiry_s) << '\n'
        << "receive maximum   " << record.receive_maximum << '\n';
    if (!record.has_will) return;
    out << "will              " << printable(record.will.topic) << ", QoS " << int{record.will.qos}
        << (record.will.retain ? ", retained, " : ", ") << text_of_size(record.will.payload.size())
        << ", delay " << text_of_duration(std::int64_t{record.will_delay_s} * 1000) << '\n';
    if (record.will_due_ms != 0)
        out << "will is due       " << text_of_time(record.will_due_ms) << '\n';
}

void print_subscriptions(ToolReader& reader, std::string_view client_id, std::ostream& out) {
    out << "\nsubscriptions\n";
    Table table(out, {{"qos", 3}, {"options", 34}, {"identifier", 10}, {"filter", 0}});
    each_of(reader, Kind::subscription, client_id,
            [&](std::string_view key, std::string_view filter, std::string_view value) {
                SubscriptionRecord record;
                const Decoded decoded = decode(value, record);
                if (decoded != Decoded::ok)
                    return reader.complain(Kind::subscription, key, text_of(decoded));
                std::string options = "retain handling " + std::to_string(record.retain_handling);
                if ((record.flags & GN_SUB_NO_LOCAL) != 0) options += ", no local";
                if ((record.flags & GN_SUB_RETAIN_AS_PUBLISHED) != 0)
                    options += ", retain as published";
                table.row({std::to_string(record.qos), options,
                           record.identifier == 0 ? "-" : std::to_string(record.identifier),
                           printable(filter)});
            });
}

void print_queue(ToolReader& reader, std::string_view client_id, const ToolOutput& output) {
    const FactsByKey shared = find_messages(reader, client_id);
    output.out << "\nmessages to it\n";
    Table table(
        output.out,
        {{"order", 12}, {"qos", 3}, {"size", 10}, {"packet id", 9}, {"state", 20}, {"topic", 0}});
    each_of(reader, Kind::outbound, client_id,
            [&](std::string_view key, std::string_view rest, std::string_view value) {
                OutboundRecord record;
                std::uint64_t order = 0;
                const Decoded decoded = decode(value, record);
                if (decoded != Decoded::ok || !read_u64(rest, order))
                    return reader.complain(Kind::outbound, key, text_of(decoded));
                const MessageFacts facts = facts_of(record, shared);
                const bool needless = record.type == kPubrelType;
                const std::string topic = needless ? "-" : "not there";
                table.row({std::to_string(order), std::to_string(record.qos),
                           facts.found ? text_of_size(facts.bytes) : "-",
                           record.packet_id == 0 ? "-" : std::to_string(record.packet_id),
                           state_of(record, output.now_ms),
                           facts.found ? printable(facts.topic) : topic});
            });
}

void print_received(ToolReader& reader, std::string_view client_id, std::ostream& out) {
    std::string ids;
    each_of(reader, Kind::inbound, client_id,
            [&](std::string_view, std::string_view rest, std::string_view) {
                std::uint16_t packet_id = 0;
                if (read_u16(rest, packet_id)) ids += ' ' + std::to_string(packet_id);
            });
    if (!ids.empty()) out << "\nQoS 2 packet ids received from it and not released:" << ids << '\n';
}

// The records of the client as `export` writes them, with the sizes of payloads for payloads.
void print_json(ToolReader& reader, std::string_view client_id, std::ostream& out) {
    const auto print = [&](Kind kind, std::string_view key, std::string_view value) {
        Json object;
        const Decoded decoded = to_json(kind, key, value, object, Payloads::sizes);
        if (decoded != Decoded::ok) return reader.complain(kind, key, text_of(decoded));
        out << object.dump() << '\n';
    };
    reader.each(Kind::client, [&](std::string_view id, std::string_view value) {
        if (id == client_id) print(Kind::client, id, value);
    });
    for (const Kind kind : {Kind::subscription, Kind::outbound, Kind::inbound})
        each_of(reader, kind, client_id,
                [&](std::string_view key, std::string_view, std::string_view value) {
                    print(kind, key, value);
                });
    const FactsByKey wanted = find_messages(reader, client_id);
    reader.each(Kind::body, [&](std::string_view key, std::string_view value) {
        std::uint64_t number = 0;
        if (read_u64(key, number) && wanted.contains(number)) print(Kind::body, key, value);
    });
}

}  // namespace

int tool_session(const ToolRun& run) {
    const auto backend = run.place.look();
    ToolReader reader(*backend, run.output);
    const std::string_view client_id = run.words.operand();
    bool found = false;
    reader.each(Kind::client, [&](std::string_view id, std::string_view value) {
        if (id != client_id) return;
        found = true;
        ClientRecord record;
        const Decoded decoded = decode(value, record);
        if (decoded != Decoded::ok) return reader.complain(Kind::client, id, text_of(decoded));
        if (!run.words.json) print_client(id, record, run.output.out);
    });
    if (!found) throw std::runtime_error("there is no session \"" + printable(client_id) + '"');
    if (run.words.json) {
        print_json(reader, client_id, run.output.out);
        return reader.status();
    }
    print_subscriptions(reader, client_id, run.output.out);
    print_queue(reader, client_id, run.output);
    print_received(reader, client_id, run.output.out);
    return reader.status();
}

}  // namespace grapnel::store
