#include <cstdio>
#include <optional>
#include <string>
#include <string_view>

#include "config/admin.h"
#include "config/config.h"
#include "config/fault.h"
#include "config/load.h"
#include "config/value.h"
#include "ctl/failure.h"
#include "ctl/place.h"

namespace grapnel::ctl {
namespace {

using config::Node;

std::string text_of(const Node* table, std::string_view key) {
    const Node* const node = table == nullptr ? nullptr : table->find(key);
    return node == nullptr ? "" : std::string(node->as_string().value_or(""));
}

// A relative path counts from the folder of the file that states it.
std::string path_of(const Node* table, std::string_view key) {
    std::string path = text_of(table, key);
    if (path.empty() || path.front() == '/') return path;
    const Node* const node = table->find(key);
    if (node->where().file == nullptr) return path;
    const std::string& file = *node->where().file;
    return file.substr(0, file.rfind('/') + 1) + path;
}

std::optional<bool> word_of(const Node& listener) {
    const Node* const said = listener.find("admin");
    return said == nullptr ? std::nullopt : said->as_bool();
}

// By the broker's own rule. Tokens are looked for later, so there may be one.
bool serves(const Node& listener, const std::string& host) {
    config::Config config;
    config.admin.token = "?";
    config::Listener judged;
    judged.type = config::ListenerType::http;
    judged.host = host;
    judged.admin = word_of(listener);
    return config::serves_admin(config, judged);
}

// The socket file, when the address of the listener is one.
std::string socket_of(const Node& listener) {
    const std::string address = text_of(&listener, "address");
    constexpr std::string_view kPrefix = "unix:";
    if (address.starts_with(kPrefix)) {
        const std::string path = address.substr(kPrefix.size());
        const std::string& file = *listener.where().file;
        return path.starts_with('/') ? path : file.substr(0, file.rfind('/') + 1) + path;
    }
    return address.find('/') == std::string::npos ? "" : path_of(&listener, "address");
}

// What the certificate of a listener with TLS is; empty: it has none.
std::string certificate_of(const Node& listener) {
    const Node* const tls = listener.find("tls");
    if (tls == nullptr) return "";
    const Node* const several = tls->find("certificate");
    const Node* const first =
        several != nullptr && several->kind() == config::Kind::array ? several->at(0) : tls;
    return path_of(first, "cert");
}

// Nothing when it does not serve the API.
std::optional<Place> place_of(const Node& listener) {
    if (text_of(&listener, "type") != "http") return std::nullopt;
    Place out;
    out.endpoint.socket_path = socket_of(listener);
    if (out.endpoint.is_unix())
        return word_of(listener).value_or(true) ? std::optional(out) : std::nullopt;
    const auto address = config::parse_address(text_of(&listener, "address"));
    if (!address || !serves(listener, address->host)) return std::nullopt;
    if (address->port == 0)
        throw Failure("the http listener " + config::quoted(text_of(&listener, "id")) +
                      " has port 0, so only the log of the broker knows its port; name it with "
                      "--url");
    out.endpoint.tls = listener.find("tls") != nullptr;
    out.endpoint.host = address->host;
    out.endpoint.port = address->port;
    if (address->host == "0.0.0.0") out.endpoint.host = "127.0.0.1";
    if (address->host == "::") out.endpoint.host = "::1";
    out.trust.pinned = certificate_of(listener);
    return out;
}

std::string token_of(const Node& admin, const std::string& file) {
    for (const auto* const key : {"token", "read_token"}) {
        if (std::string token = text_of(&admin, key); !token.empty()) return token;
        const std::string path = path_of(&admin, std::string(key) + "_file");
        if (!path.empty()) return read_token(path, "the token file");
    }
    if (admin.find("certificates") != nullptr) return "";
    throw Failure("[admin] of " + config::quoted(file) + " has no token");
}

}  // namespace

Place place_of_config(const std::string& file, bool with_token) {
    config::Tree tree;
    config::Faults faults;
    config::load_file(file, tree, faults);
    if (!faults.empty()) throw UsageFailure(faults.front().line());
    const Node* const admin = tree.root().find("admin");
    if (admin == nullptr)
        throw Failure(config::quoted(file) + " has no [admin], so its broker has no admin API");
    const Node* const listeners = tree.root().find("listener");
    for (size_t i = 0; listeners != nullptr && i < listeners->size(); ++i) {
        auto place = place_of(*listeners->at(i));
        if (!place) continue;
        if (with_token) place->token = token_of(*admin, file);
        return *std::move(place);
    }
    throw Failure(config::quoted(file) +
                  " has no http listener that serves the admin API: one on the loopback address, "
                  "or with admin = true");
}

}  // namespace grapnel::ctl
