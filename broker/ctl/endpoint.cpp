#include "ctl/endpoint.h"

#include <charconv>

#include "config/fault.h"
#include "ctl/failure.h"

namespace grapnel::ctl {
namespace {

constexpr size_t kSocketPathMost = 107;  // of sockaddr_un

[[noreturn]] void refuse(std::string_view url) {
    throw UsageFailure("the URL " + config::quoted(url) +
                       " is not as \"http://127.0.0.1:8080\", \"https://host:8443\" or "
                       "\"unix:/path.sock\"");
}

bool take(std::string_view& text, std::string_view prefix) {
    if (!text.starts_with(prefix)) return false;
    text.remove_prefix(prefix.size());
    return true;
}

uint16_t port_of(std::string_view text, std::string_view url) {
    uint16_t port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (error != std::errc() || end != text.data() + text.size() || port == 0) refuse(url);
    return port;
}

bool is_host(std::string_view text) {
    for (const char c : text)
        if (static_cast<unsigned char>(c) <= ' ' || static_cast<unsigned char>(c) >= 0x7F ||
            std::string_view("/?#@\"\\[]").find(c) != std::string_view::npos)
            return false;
    return !text.empty();
}

}  // namespace

std::string Endpoint::host_header() const {
    if (is_unix()) return "localhost";
    const std::string name = host.find(':') == std::string::npos ? host : "[" + host + "]";
    return name + ":" + std::to_string(port);
}

std::string Endpoint::url() const {
    if (is_unix()) return "unix:" + socket_path;
    return (tls ? "https://" : "http://") + host_header();
}

Endpoint parse_url(std::string_view url) {
    std::string_view rest = url;
    Endpoint out;
    if (take(rest, "unix:")) {
        take(rest, "//");
        if (!rest.starts_with('/') || rest.size() > kSocketPathMost ||
            rest.find('\0') != std::string_view::npos)
            refuse(url);
        out.socket_path = rest;
        return out;
    }
    out.tls = take(rest, "https://");
    if (!out.tls && !take(rest, "http://")) refuse(url);
    if (rest.ends_with('/')) rest.remove_suffix(1);
    out.port = out.tls ? 443 : 80;
    if (take(rest, "[")) {
        const size_t end = rest.find(']');
        if (end == std::string_view::npos) refuse(url);
        out.host = rest.substr(0, end);
        rest.remove_prefix(end + 1);
        if (take(rest, ":"))
            out.port = port_of(rest, url);
        else if (!rest.empty())
            refuse(url);
    } else {
        const size_t colon = rest.find(':');
        out.host = rest.substr(0, colon);
        if (colon != std::string_view::npos) out.port = port_of(rest.substr(colon + 1), url);
    }
    if (!is_host(out.host)) refuse(url);
    return out;
}

std::string percent_encoded(std::string_view text) {
    constexpr std::string_view kPlain =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    constexpr char kDigits[] = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        if (kPlain.find(c) != std::string_view::npos) {
            out += c;
            continue;
        }
        const auto byte = static_cast<unsigned char>(c);
        out += {'%', kDigits[byte >> 4U], kDigits[byte & 15U]};
    }
    return out;
}

}  // namespace grapnel::ctl
