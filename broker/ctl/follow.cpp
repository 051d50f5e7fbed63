#include <optional>

#include "ctl/commands.h"
#include "ctl/endpoint.h"
#include "ctl/interrupt.h"
#include "ctl/printable.h"
#include "ctl/rates.h"
#include "ctl/units.h"

namespace grapnel::ctl {
namespace {

// Hands the data of every event of that name to `print`, until the user or the reader of the
// output has enough.
void follow(const Session& session, const std::string& path, const std::string& event,
            bool may_be_silent, const Interrupt& interrupt,
            const std::function<void(const std::string& data)>& print) {
    const auto stopped = [&] { return interrupt.arrived() || session.output.ended(); };
    const auto on_event = [&](const std::string& name, const std::string& data) {
        if (name == event) print(data);
        return !stopped();
    };
    try {
        session.api.follow(path, on_event, stopped, may_be_silent);
    } catch (const OutputEnded&) {
    }
}

void follow_events(const Session& session, const std::string& event,
                   const std::function<void(const std::string& data)>& print) {
    const Interrupt interrupt;
    // It has a sample every second.
    follow(session, "/events", event, false, interrupt, print);
}

void print_packet(const Session& session, const std::string& data) {
    const Json packet = parse_object(data);
    if (session.json) return session.output.write_json(data);
    const bool is_in = text_at(packet, "direction") == "in";
    session.output.write(time_of_day_text(count_at(packet, "time_ms")) + (is_in ? "  → " : "  ← ") +
                         printable(text_at(packet, "packet")) + " (" +
                         size_text(count_at(packet, "size_bytes")) + ") " +
                         printable(text_at(packet, "text")) + "\n");
}

}  // namespace

void trace_client(const Session& session) {
    const std::string& client = session.words[0];
    if (session.arguments.has("--off")) {
        session.api.call("DELETE", "/client/trace?id=" + percent_encoded(client));
        return;
    }
    const Interrupt interrupt;
    follow(session, "/client/trace?id=" + percent_encoded(client), "packet", true, interrupt,
           [&session](const std::string& data) { print_packet(session, data); });
}

void follow_log(const Session& session) {
    follow_events(session, "log", [&session](const std::string& data) {
        const Json record = parse_object(data);
        if (session.json) return session.output.write_json(data);
        session.output.write(time_text(count_at(record, "time_ms")) + " " +
                             printable(text_at(record, "level")) + " " +
                             printable(text_at(record, "module")) + ": " +
                             printable(text_at(record, "text")) + "\n");
    });
}

void watch(const Session& session) {
    std::optional<Totals> before;
    uint64_t lines = 0;
    follow_events(session, "sample", [&](const std::string& data) {
        const Json sample = parse_object(data);
        if (session.json) return session.output.write_json(data);
        const Totals totals = totals_of(sample);
        constexpr uint64_t kTitlesEvery = 20;
        if (before && (session.output.is_terminal() ? lines % kTitlesEvery == 0 : lines == 0))
            session.output.write(rate_titles());
        if (before && totals.time_ms > before->time_ms) {
            session.output.write(rate_line(*before, totals, sample));
            ++lines;
        }
        before = totals;
    });
}

}  // namespace grapnel::ctl
