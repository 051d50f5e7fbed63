// Enhanced authentication with SCRAM-SHA-256 (MQTT 5, section 4.12): the client proves that it
// knows the password without sending it, and the broker proves the same to the client. Both may be
// done again on the open connection. The exchange itself is in scram_exchange.h.
//
// A wrong password and an unknown user look the same, at every step and in time, as long as all
// users have salts of one length and one count of iterations: unknown ones are given those of the
// first. Who is not let in gets reason code 0x87. The user name of the session is that of the
// exchange; rights are another plugin's, for example auth-ledger's.
//
//     [[plugin]]
//     name = "scram"
//     [plugin.config]
//     required = true                  # false: other clients are left to other plugins
//     decoy_secret = "some long text"  # makes the salts of unknown users; random unless given, and
//                                      # then a restart shows who is unknown
//     [plugin.config.users.ann]
//     salt = "Y2hhbmdlIHRoaXMgc2FsdA=="
//     iterations = 15000
//     stored_key = "…"
//     server_key = "…"
//
// The lines of a user, for the password on standard input:
//
//     python3 -c '
//     import base64, hashlib, hmac, os, sys
//     salt, count = os.urandom(16), 15000
//     password = sys.stdin.readline().rstrip("\n").encode()
//     salted = hashlib.pbkdf2_hmac("sha256", password, salt, count)
//     key = lambda what: hmac.new(salted, what, "sha256").digest()
//     text = lambda value: "\"" + base64.b64encode(value).decode() + "\""
//     print(f"[plugin.config.users.{sys.argv[1]}]\niterations = {count}")
//     print("salt =", text(salt))
//     print("stored_key =", text(hashlib.sha256(key(b"Client Key")).digest()))
//     print("server_key =", text(key(b"Server Key")))
//     ' ann
//
// Build: g++ -std=c++20 -O2 -shared -fPIC -fvisibility=hidden scram.cpp -o scram.so -lcrypto

#include "scram_exchange.h"

#include <grapnel/plugin.hpp>

#include <openssl/rand.h>

#include <array>
#include <functional>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace {

constexpr std::string_view kMethod = "SCRAM-SHA-256";
constexpr std::uint32_t kAuthenticationMethod = 0x15;
constexpr std::uint32_t kAuthenticationData = 0x16;
constexpr std::uint8_t kContinueAuthentication = 0x18;
constexpr std::uint8_t kReauthenticate = 0x19;
constexpr std::uint8_t kNotAuthorized = 0x87;
constexpr std::uint8_t kBadAuthenticationMethod = 0x8c;
constexpr std::int64_t kIterationsMin = 4096;  // RFC 7677, section 4
constexpr std::int64_t kIterationsMax = 10'000'000;

std::string random_bytes(std::size_t count) {
    std::string out(count, '\0');
    if (RAND_bytes(reinterpret_cast<unsigned char*>(out.data()), static_cast<int>(count)) != 1)
        throw std::runtime_error("libcrypto has no random bytes");
    return out;
}

struct Settings {
    bool required = true;
    std::string decoy_secret;  // empty: not given
    std::map<std::string, scram::Verifier, std::less<>> users;
};

// A key that has to be there.
std::string base64_bytes(const gn::Node& table, std::string_view key) {
    const gn::Node node = table[key];
    if (!node) table.fault(std::string(key) + " is missing");
    const std::optional<std::string> bytes = scram::from_base64(node.str_or(""));
    if (!bytes || bytes->empty()) node.fault("expected base64");
    return *bytes;
}

scram::Verifier read_user(const gn::Node& table) {
    table.expect_keys({"salt", "iterations", "stored_key", "server_key"});
    scram::Verifier out;
    out.salt = base64_bytes(table, "salt");
    out.stored_key = base64_bytes(table, "stored_key");
    out.server_key = base64_bytes(table, "server_key");
    if (out.stored_key.size() != scram::kDigestBytes ||
        out.server_key.size() != scram::kDigestBytes)
        table.fault("the keys of SHA-256 have 32 bytes");
    const std::int64_t iterations = table["iterations"].i64_or(0);
    if (iterations < kIterationsMin || iterations > kIterationsMax)
        table.fault("iterations must be from 4096 to 10000000");
    out.iterations = static_cast<int>(iterations);
    return out;
}

Settings read_settings(const gn::Node& config) {
    config.expect_keys({"required", "decoy_secret", "users"});
    Settings out;
    out.required = config["required"].flag_or(out.required);
    out.decoy_secret = config["decoy_secret"].str_or("");
    const gn::Node users = config["users"];
    for (std::size_t at = 0; at < users.size(); ++at) {
        const std::string_view name = users.key(at);
        out.users.emplace(name, read_user(users[name]));
    }
    if (out.users.empty()) config.fault("no users");
    return out;
}

// Called by one thread at a time, so that reload needs no lock; an exchange costs a few hashes.
class Scram {
public:
    Scram(gn::Host, gn::Node config)
        : settings_(read_settings(config)), random_secret_(random_bytes(scram::kDigestBytes)) {}

    void reload(gn::Node config) { settings_ = read_settings(config); }

    gn_verdict on_connect_authenticate(gn::Call call, gn::Client client, gn::Packet packet) {
        const gn_connect_view connect = packet.connect();
        if (gn::view(connect.auth_method) == kMethod)
            return begin(call, client, gn::view(connect.auth_data), false);
        if (!settings_.required) return GN_V_CONTINUE;
        if (connect.auth_method.ptr == nullptr)
            return call.deny(kNotAuthorized, "enhanced authentication is required");
        return call.deny(kBadAuthenticationMethod, "the method is SCRAM-SHA-256");
    }

    gn_verdict on_auth_packet(gn::Call call, gn::Client client, gn::Packet packet) {
        std::string_view method;
        std::string_view data;
        if (!packet.prop(kAuthenticationMethod, method) || method != kMethod) return GN_V_CONTINUE;
        static_cast<void>(packet.prop(kAuthenticationData, data));
        const std::uint8_t step = packet.header().reason;
        if (step == kReauthenticate) return begin(call, client, data, true);
        if (step == kContinueAuthentication) return finish(call, client, data);
        return refuse(call, client);
    }

private:
    // What is kept of a client between its two messages.
    struct Running {
        scram::Exchange exchange;
        bool again;
    };
    using Slot = gn::Slot<Running>;

    static gn_verdict refuse(const gn::Call& call, const gn::Client& client) {
        Slot::clear(client);
        return call.deny(kNotAuthorized, "authentication failed");
    }

    // An open connection cannot become another user's.
    gn_verdict begin(const gn::Call& call, const gn::Client& client, std::string_view data,
                     bool again) {
        std::optional<scram::ClientFirst> first = scram::ClientFirst::read(data);
        if (!first || (again && first->user != gn::view(client.info().username)))
            return refuse(call, client);
        scram::Verifier verifier = verifier_of(first->user);
        const std::string nonce = scram::to_base64(random_bytes(18));
        const Running* running = Slot::emplace(
            client, Running{scram::Exchange(std::move(*first), nonce, std::move(verifier)), again});
        if (running == nullptr || call.challenge(running->exchange.server_first()) != GN_OK)
            return refuse(call, client);
        return GN_V_CHALLENGE;
    }

    gn_verdict finish(const gn::Call& call, const gn::Client& client, std::string_view data) {
        const Running* running = Slot::get(client);
        if (running == nullptr) return refuse(call, client);
        const std::optional<std::string> proof = running->exchange.finish(data);
        if (!proof || (!running->again && client.set_username(running->exchange.user()) != GN_OK) ||
            call.challenge(*proof) != GN_OK)
            return refuse(call, client);
        Slot::clear(client);
        return GN_V_ALLOW;
    }

    // The decoy is made for known users too, so that both cost the same.
    scram::Verifier verifier_of(std::string_view user) const {
        const std::string& secret =
            settings_.decoy_secret.empty() ? random_secret_ : settings_.decoy_secret;
        scram::Verifier out = scram::decoy(user, secret, settings_.users.begin()->second);
        const auto found = settings_.users.find(user);
        if (found != settings_.users.end()) out = found->second;
        return out;
    }

    Settings settings_;
    const std::string random_secret_;
};

}  // namespace

GN_PLUGIN(Scram, "scram", "1.0")
