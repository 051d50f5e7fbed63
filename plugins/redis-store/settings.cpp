#include "settings.h"

#include <charconv>

namespace grapnel::redis {

namespace {

constexpr std::int64_t kTimeoutMost_ms = 3'600'000;
constexpr int kPortMost = 65535;

std::int64_t read_timeout(gn::Node node, std::int64_t fallback, std::int64_t least) {
    const std::int64_t value = node.duration_ms_or(fallback);
    if (value < least) node.fault("must be " + std::to_string(least) + "ms or more");
    if (value > kTimeoutMost_ms) node.fault("must be 1h or less");
    return value;
}

}  // namespace

bool parse_address(std::string_view text, Address& out) {
    out = {};
    if (text.starts_with('/')) {
        out.path = text;
        return text.size() > 1;
    }
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos) return false;
    std::string_view host = text.substr(0, colon);
    if (host.starts_with('[') && host.ends_with(']'))
        host = host.substr(1, host.size() - 2);
    else if (host.find(':') != std::string_view::npos)
        return false;
    const std::string_view port = text.substr(colon + 1);
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), out.port);
    if (error != std::errc() || end != port.data() + port.size()) return false;
    out.host = host;
    return !host.empty() && out.port >= 1 && out.port <= kPortMost;
}

Settings read_settings(gn::Node config) {
    config.expect_keys({"address", "username", "password", "database", "prefix", "connect_timeout",
                        "command_timeout", "loading_timeout", "hold", "keep_sys_info"});
    Settings settings;
    settings.name = config["address"].str_or("127.0.0.1:6379");
    if (!parse_address(settings.name, settings.address))
        config["address"].fault("address is \"HOST:PORT\", or \"/PATH\" of a Unix socket");
    settings.username = config["username"].str_or("");
    settings.password = config["password"].str_or("");
    if (!settings.username.empty() && settings.password.empty())
        config["username"].fault("username needs a password");
    settings.database = config["database"].i64_or(settings.database);
    if (settings.database < 0) config["database"].fault("must be 0 or more");
    settings.prefix = config["prefix"].str_or(settings.prefix);
    if (settings.prefix.empty()) config["prefix"].fault("must not be empty");
    const auto timeout = [&config](std::string_view name, std::int64_t& value, std::int64_t least) {
        value = read_timeout(config[name], value, least);
    };
    timeout("connect_timeout", settings.connect_timeout_ms, 1);
    timeout("command_timeout", settings.command_timeout_ms, 1);
    timeout("loading_timeout", settings.loading_timeout_ms, 0);
    timeout("hold", settings.hold_ms, 0);
    return settings;
}

}  // namespace grapnel::redis
