#include <cerrno>
#include <cstdio>
#include <cstring>

#include "base/base64.h"
#include "config/fault.h"
#include "ctl/commands.h"
#include "ctl/printable.h"

namespace grapnel::ctl {
namespace {

constexpr size_t kPayloadMost = size_t{256} << 20U;  // what MQTT can carry

std::string read_all(std::FILE* file, const std::string& name) {
    std::string out;
    char piece[65536];
    size_t size = 0;
    while ((size = std::fread(piece, 1, sizeof piece, file)) > 0) {
        out.append(piece, size);
        if (out.size() > kPayloadMost) throw Failure(name + " is larger than MQTT can carry");
    }
    if (std::ferror(file) != 0) throw Failure(name + " cannot be read: " + std::strerror(errno));
    return out;
}

std::string read_file(const std::string& path) {
    const std::string name = "the file " + config::quoted(path);
    std::FILE* const file = std::fopen(path.c_str(), "rb");
    if (file == nullptr) throw Failure(name + " cannot be read: " + std::strerror(errno));
    std::string out;
    try {
        out = read_all(file, name);
    } catch (...) {
        std::fclose(file);
        throw;
    }
    std::fclose(file);
    return out;
}

std::string payload_of(const Session& session) {
    const auto file = session.arguments.value("--file");
    const bool has_word = session.words.size() == 2;
    if (file && has_word) throw UsageFailure("there are two payloads: an argument and --file");
    if (file) return read_file(*file);
    if (!has_word) return "";
    return session.words[1] == "-" ? read_all(stdin, "the standard input") : session.words[1];
}

const std::string& text_option(const std::string& value, const char* name) {
    if (!is_utf8(value)) throw UsageFailure(std::string(name) + " is no UTF-8");
    return value;
}

Json user_properties_of(const Arguments& arguments) {
    Json out = Json::array();
    for (const std::string& property : arguments.values("--user-property")) {
        const size_t equals = text_option(property, "--user-property").find('=');
        if (equals == std::string::npos)
            throw UsageFailure("--user-property is " + config::quoted(property) +
                               "; it must be as NAME=VALUE");
        out.push_back(Json::array({property.substr(0, equals), property.substr(equals + 1)}));
    }
    return out;
}

}  // namespace

void publish(const Session& session) {
    const Arguments& arguments = session.arguments;
    Json body;
    body["topic"] = text_option(session.words[0], "the topic");
    const std::string payload = payload_of(session);
    if (is_utf8(payload))
        body["payload"] = payload;
    else
        body["payload_base64"] = to_base64(payload);
    if (const auto qos = arguments.number("--qos", 0, 2)) body["qos"] = *qos;
    if (arguments.has("--retain")) body["retain"] = true;
    if (const auto expiry_ms = arguments.duration_ms("--expiry"))
        body["message_expiry_s"] = (*expiry_ms + 999) / 1000;
    if (const auto type = arguments.value("--content-type"))
        body["content_type"] = text_option(*type, "--content-type");
    if (const auto topic = arguments.value("--response-topic"))
        body["response_topic"] = text_option(*topic, "--response-topic");
    if (const auto data = arguments.value("--correlation-data"))
        body["correlation_data_base64"] = to_base64(*data);
    if (Json properties = user_properties_of(arguments); !properties.empty())
        body["user_properties"] = std::move(properties);
    const Reply reply = session.api.call("POST", "/publish", &body);
    (void)session.printed_as_json(reply);
}

}  // namespace grapnel::ctl
