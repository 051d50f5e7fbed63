#include "ctl/base64.h"
#include "ctl/commands.h"
#include "ctl/endpoint.h"
#include "ctl/printable.h"
#include "ctl/units.h"

namespace grapnel::ctl {
namespace {

void list(const Session& session) {
    std::string path = "/retained?";
    if (!session.words.empty()) path += "filter=" + percent_encoded(session.words[0]) + "&";
    const uint64_t limit = session.arguments.number("--limit", 1, UINT32_MAX).value_or(0);
    const Reply reply = session.api.pages(path, "retained", limit);
    if (session.printed_as_json(reply)) return;
    Table table({"TOPIC", ">QOS", ">SIZE", "STORED", "EXPIRES"});
    for (const Json* each : objects_at(reply.json, "retained")) {
        const auto time = [&](const char* key) {
            const auto value = find_count(*each, key);
            return value ? time_text(*value) : "";
        };
        table.add({text_at(*each, "topic"), std::to_string(count_at(*each, "qos")),
                   size_text(count_at(*each, "size_bytes")), time("stored_ms"),
                   time("expires_ms")});
    }
    session.output.write(table);
}

std::string value_text(const Json& value) {
    return value.is_string() ? value.get<std::string>() : line_of(value);
}

Sheet sheet_of(const Json& message) {
    const std::string payload = base64_bytes(text_at(message, "payload_base64"));
    const auto time = [&](const char* key) {
        const auto value = find_count(message, key);
        return value ? time_text(*value) : "";
    };
    Sheet sheet;
    sheet.add("topic", text_at(message, "topic"));
    sheet.add("QoS", std::to_string(count_at(message, "qos")));
    sheet.add("size", size_text(find_count(message, "size_bytes").value_or(payload.size())));
    sheet.add("stored", time("stored_ms"));
    sheet.add("expires", time("expires_ms"));
    sheet.add("published by", find_text(message, "client_id").value_or(""));
    if (const Json* const properties = find_object(message, "properties"))
        for (const auto& each : properties->items())
            sheet.add(printable(each.key()), value_text(each.value()));
    sheet.add("payload", payload + (find_bool(message, "truncated").value_or(false) ? "…" : ""));
    return sheet;
}

void get(const Session& session, const std::string& topic) {
    if (session.arguments.has("--payload") && session.output.is_terminal())
        throw Failure("--payload writes bytes as they are: into a file or a pipe, not a terminal");
    const Reply reply = session.api.get("/retained/message?topic=" + percent_encoded(topic));
    const Json& message = reply.json;
    if (session.arguments.has("--payload")) {
        if (find_bool(message, "truncated").value_or(false))
            throw Failure("the payload is larger than what the broker shows of it");
        session.output.write(base64_bytes(text_at(message, "payload_base64")));
        return;
    }
    if (session.printed_as_json(reply)) return;
    session.output.write(sheet_of(message).text());
}

void remove(const Session& session, const std::string& query) {
    const Reply reply = session.api.call("DELETE", "/retained?" + query);
    if (session.printed_as_json(reply)) return;
    session.output.write("deleted " + std::to_string(count_at(reply.json, "deleted")) + "\n");
}

}  // namespace

void retained(const Session& session) {
    const std::vector<std::string>& words = session.words;
    const std::string verb = words.empty() ? "" : words[0];
    const auto filter = session.arguments.value("--filter");
    if (filter && verb != "delete") throw UsageFailure("--filter belongs to retained delete");
    if (session.arguments.has("--payload") && verb != "get")
        throw UsageFailure("--payload belongs to retained get");
    if (verb == "get") {
        if (words.size() != 2) throw UsageFailure("retained get needs one topic");
        return get(session, words[1]);
    }
    if (verb == "delete") {
        if (words.size() != (filter ? 1U : 2U))
            throw UsageFailure("retained delete needs one topic, or --filter FILTER");
        return remove(session, filter ? "filter=" + percent_encoded(*filter)
                                      : "topic=" + percent_encoded(words[1]));
    }
    if (words.size() > 1) throw UsageFailure("retained takes one filter, get or delete");
    list(session);
}

}  // namespace grapnel::ctl
