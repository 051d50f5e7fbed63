#include <algorithm>

#include "ctl/commands.h"
#include "ctl/units.h"

namespace grapnel::ctl {
namespace {

std::string dropped_text(const Json& status) {
    const Json* const dropped = find_object(status, "dropped");
    std::string out;
    if (dropped != nullptr) {
        for (const auto& each : dropped->items()) {
            const uint64_t count = count_at(*dropped, each.key());
            if (count != 0)
                out += (out.empty() ? "" : ", ") + std::to_string(count) + " " + each.key();
        }
    }
    return out.empty() ? "0" : out;
}

}  // namespace

void show_status(const Session& session) {
    const Reply reply = session.api.get("/status");
    if (session.printed_as_json(reply)) return;
    const Json& status = reply.json;
    const auto count = [&](const char* key) {
        const auto value = find_count(status, key);
        return value ? std::to_string(*value) : "";
    };
    const uint64_t now_ms = count_at(status, "now_ms");
    const uint64_t started_ms = std::min(count_at(status, "started_ms"), now_ms);
    Sheet sheet;
    sheet.add("version", text_at(status, "version"));
    sheet.add("up for", duration_text(now_ms - started_ms) + ", since " + time_text(started_ms));
    sheet.add("workers", count("workers"));
    if (find_count(status, "plugins")) sheet.add("plugins", count("plugins"));
    sheet.add("clients", count("clients_connected"));
    sheet.add("sessions", count("sessions"));
    sheet.add("subscriptions", count("subscriptions"));
    sheet.add("retained", count("retained"));
    sheet.add("queued", count("queued"));
    sheet.add("inflight", count("inflight"));
    sheet.add("received", count("messages_received") + " messages, " +
                              size_text(count_at(status, "bytes_received")));
    sheet.add("sent",
              count("messages_sent") + " messages, " + size_text(count_at(status, "bytes_sent")));
    sheet.add("dropped", dropped_text(status));
    sheet.add("memory", size_text(count_at(status, "memory_bytes")));
    sheet.add("store", bool_at(status, "store_failing") ? "FAILING" : "ok");
    sheet.add("log level", text_at(status, "log_level"));
    if (find_bool(status, "read_only").value_or(false)) sheet.add("this token", "may only read");
    session.output.write(sheet.text());
}

}  // namespace grapnel::ctl
