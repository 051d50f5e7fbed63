#include "ctl/place.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <optional>

#include "config/fault.h"
#include "ctl/failure.h"

namespace grapnel::ctl {
namespace {

constexpr size_t kTokenMost = 1024;

std::string checked_token(std::string token, const std::string& what) {
    while (!token.empty() && (token.back() == '\r' || token.back() == ' ')) token.pop_back();
    const bool plain =
        std::all_of(token.begin(), token.end(), [](char c) { return c > 0x20 && c < 0x7F; });
    if (token.empty()) throw Failure(what + " is empty; a token is needed");
    if (!plain || token.size() > kTokenMost)
        throw Failure(what + " holds no token: one line of printable characters");
    return token;
}

std::string environment(const char* name) {
    const char* const value = std::getenv(name);
    return value == nullptr ? "" : value;
}

}  // namespace

std::string read_token(const std::string& file, const std::string& what) {
    const std::string name = what + " " + config::quoted(file);
    std::FILE* const opened = std::fopen(file.c_str(), "r");
    if (opened == nullptr)
        throw Failure(name + " cannot be read: " + std::strerror(errno) +
                      (errno == EACCES ? "; run it as root or as the broker's user" : ""));
    char line[kTokenMost + 64];
    const size_t size = std::fread(line, 1, sizeof line, opened);
    const bool failed = std::ferror(opened) != 0;
    std::fclose(opened);
    if (failed) throw Failure(name + " cannot be read");
    const std::string_view text(line, size);
    return checked_token(std::string(text.substr(0, text.find('\n'))), name);
}

Place find_place(const Arguments& arguments) {
    const auto url = arguments.value("--url");
    const auto token_file = arguments.value("--token-file");
    const auto config_file = arguments.value("--config");
    Place out;
    if (config_file) out = place_of_config(*config_file, !token_file);
    const std::string default_url =
        environment("GRAPNEL_URL").empty() ? std::string(kDefaultUrl) : environment("GRAPNEL_URL");
    if (url || !config_file) {
        out.endpoint = parse_url(url.value_or(default_url));
        out.trust = {};
    }
    if (token_file)
        out.token = read_token(*token_file, "the token file");
    else if (!config_file && !environment("GRAPNEL_TOKEN").empty())
        out.token = checked_token(environment("GRAPNEL_TOKEN"), "GRAPNEL_TOKEN");
    if (const auto ca = arguments.value("--ca")) {
        out.trust.ca = *ca;
        out.trust.pinned.clear();
    }
    out.trust.cert = arguments.value("--cert").value_or("");
    out.trust.key = arguments.value("--key").value_or("");
    out.trust.insecure = arguments.has("--insecure");
    if (!out.trust.key.empty() && out.trust.cert.empty()) throw UsageFailure("--key needs --cert");
    return out;
}

}  // namespace grapnel::ctl
