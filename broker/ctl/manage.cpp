#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "config/fault.h"
#include "ctl/commands.h"
#include "ctl/printable.h"
#include "mqtt/reason.h"

namespace grapnel::ctl {
namespace {

constexpr std::string_view kLevels[] = {"error", "warn", "info", "debug"};

std::string folded(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '-' || c == '_' || c == ' ')
            out += ' ';
        else
            out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    return out;
}

// "ok", "refused: …", or "never" of a plugin that cannot.
std::string outcome_text(const Json& plugin) {
    const Json* const reload = find_object(plugin, "reload");
    if (reload == nullptr) return "";
    const std::string why = find_text(*reload, "why").value_or("");
    return text_at(*reload, "result") + (why.empty() ? "" : ": " + why);
}

}  // namespace

unsigned disconnect_reason(const std::string& text) {
    char* end = nullptr;
    const unsigned long number = std::strtoul(text.c_str(), &end, 0);
    const bool is_number = !text.empty() && text[0] >= '0' && text[0] <= '9' && *end == '\0';
    if (is_number && number <= 0xFF) return static_cast<unsigned>(number);
    std::vector<std::string_view> names;
    for (unsigned code = 0x80; !is_number && code <= 0xA2; ++code) {
        const std::string_view name = mqtt::reason_text(static_cast<mqtt::Reason>(code));
        if (folded(name) == folded(text)) return code;
        names.push_back(name);
    }
    throw UsageFailure("--reason is " + config::quoted(text) +
                       "; it must be a reason code of DISCONNECT, as 0x98 or server-busy" +
                       config::did_you_mean(folded(text), names));
}

void reload(const Session& session) {
    const Reply reply = [&session] {
        try {
            return session.api.call("POST", "/reload");
        } catch (const ApiFailure& failure) {
            for (const std::string& fault : failure.faults())
                std::fprintf(stderr, "%s\n", fault.c_str());
            throw;
        }
    }();
    if (session.printed_as_json(reply)) return;
    Table table({"PLUGIN", "OUTCOME"});
    for (const Json* each : objects_at(reply.json, "plugins"))
        table.add({text_at(*each, "id"), outcome_text(*each)});
    session.output.write("reloaded\n");
    if (!table.empty()) session.output.write(table);
}

void log_level(const Session& session) {
    if (session.words.empty()) {
        const Reply reply = session.api.get("/log/level");
        if (session.printed_as_json(reply)) return;
        session.output.write(printable(text_at(reply.json, "level")) + "\n");
        return;
    }
    const std::string& level = session.words[0];
    if (std::find(std::begin(kLevels), std::end(kLevels), level) == std::end(kLevels))
        throw UsageFailure("unknown level " + config::quoted(level) +
                           config::did_you_mean(level, {std::begin(kLevels), std::end(kLevels)}));
    const Json body = {{"level", level}};
    (void)session.printed_as_json(session.api.call("PUT", "/log/level", &body));
}

}  // namespace grapnel::ctl
