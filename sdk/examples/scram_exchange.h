// SCRAM-SHA-256 as a server speaks it (RFC 5802, RFC 7677), without channel binding. Knows nothing
// of MQTT: messages in, messages out. Names and passwords are compared as the bytes that came; a
// client that wants SASLprep applies it.
#ifndef SCRAM_EXCHANGE_H
#define SCRAM_EXCHANGE_H

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace scram {

constexpr std::size_t kMessageBytesMax = 2048;
constexpr std::size_t kDigestBytes = 32;

// Bytes are strings all over: keys, salts and digests are concatenated and encoded.
using Bytes = std::string;

// What is kept of a password: it does not let anyone log in elsewhere, nor here.
struct Verifier {
    Bytes salt;
    int iterations = 0;
    Bytes stored_key;
    Bytes server_key;
};

// In a time that depends on the lengths alone.
inline bool equal(std::string_view left, std::string_view right) noexcept {
    return left.size() == right.size() &&
           CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0;
}

inline const unsigned char* octets(std::string_view text) noexcept {
    return reinterpret_cast<const unsigned char*>(text.data());
}

// Throws std::runtime_error where libcrypto fails, as do all that follow.
inline Bytes hmac(std::string_view key, std::string_view text) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> out;
    unsigned int length = 0;
    if (HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), octets(text), text.size(),
             out.data(), &length) == nullptr)
        throw std::runtime_error("HMAC-SHA-256 failed");
    return {reinterpret_cast<const char*>(out.data()), length};
}

inline Bytes hash(std::string_view text) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> out;
    unsigned int length = 0;
    if (EVP_Digest(text.data(), text.size(), out.data(), &length, EVP_sha256(), nullptr) != 1)
        throw std::runtime_error("SHA-256 failed");
    return {reinterpret_cast<const char*>(out.data()), length};
}

inline Bytes exclusive_or(Bytes left, std::string_view right) noexcept {
    for (std::size_t at = 0; at < left.size() && at < right.size(); ++at)
        left[at] = static_cast<char>(left[at] ^ right[at]);
    return left;
}

inline std::string to_base64(std::string_view bytes) {
    std::string out((bytes.size() + 2) / 3 * 4 + 1, '\0');
    const int length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()), octets(bytes),
                                       static_cast<int>(bytes.size()));
    out.resize(static_cast<std::size_t>(length));
    return out;
}

// Nothing where this is not the one right spelling.
inline std::optional<Bytes> from_base64(std::string_view text) {
    if (text.size() % 4 != 0) return std::nullopt;
    std::string out(text.size() / 4 * 3, '\0');
    const int length = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(out.data()), octets(text),
                                       static_cast<int>(text.size()));
    if (length < 0) return std::nullopt;
    out.resize(static_cast<std::size_t>(length));
    for (std::size_t back = 1; back <= 2 && back <= text.size(); ++back) {
        if (text[text.size() - back] == '=') out.pop_back();
    }
    if (to_base64(out) != text) return std::nullopt;
    return out;
}

// The verifier of somebody who does not exist: the same for the same name, shaped like that of a
// real user, and nobody knows a password for it.
inline Verifier decoy(std::string_view user, std::string_view secret, const Verifier& like) {
    const std::string name(user);
    Verifier out;
    for (int block = 0; out.salt.size() < like.salt.size(); ++block)
        out.salt += hmac(secret, "salt " + std::to_string(block) + " " + name);
    out.salt.resize(like.salt.size());
    out.iterations = like.iterations;
    out.stored_key = hmac(secret, "stored key " + name);
    out.server_key = hmac(secret, "server key " + name);
    return out;
}

// Takes the next attribute `letter=value` off a message; nothing where another one stands there.
inline std::optional<std::string_view> take(std::string_view& message, char letter) noexcept {
    if (message.size() < 2 || message[0] != letter || message[1] != '=') return std::nullopt;
    const std::size_t end = std::min(message.find(','), message.size());
    const std::string_view value = message.substr(2, end - 2);
    message.remove_prefix(std::min(end + 1, message.size()));
    return value;
}

// A name as it is sent, in which "=2C" is a comma and "=3D" an equals sign.
inline std::optional<std::string> from_saslname(std::string_view sent) {
    std::string out;
    for (std::size_t at = 0; at < sent.size(); ++at) {
        if (sent[at] != '=') {
            out += sent[at];
            continue;
        }
        const std::string_view code = sent.substr(at, 3);
        if (code != "=2C" && code != "=3D") return std::nullopt;
        out += code == "=2C" ? ',' : '=';
        at += 2;
    }
    if (out.empty()) return std::nullopt;
    return out;
}

// What a client says first.
struct ClientFirst {
    std::string header;  // the GS2 header, which the client repeats later
    std::string bare;    // the rest, as it goes into what is signed
    std::string user;
    std::string nonce;

    // Nothing where it is malformed, asks for channel binding, or to act as another user.
    static std::optional<ClientFirst> read(std::string_view message) {
        if (message.size() > kMessageBytesMax) return std::nullopt;
        const std::string_view header = message.substr(0, 3);
        if (header != "n,," && header != "y,,") return std::nullopt;
        std::string_view rest = message.substr(header.size());
        ClientFirst out{std::string(header), std::string(rest), {}, {}};
        const auto name = take(rest, 'n');
        const auto nonce = take(rest, 'r');
        if (!name || !nonce || !is_nonce(*nonce)) return std::nullopt;
        const auto user = from_saslname(*name);
        if (!user) return std::nullopt;
        out.user = *user;
        out.nonce = *nonce;
        return out;
    }

private:
    static bool is_nonce(std::string_view text) noexcept {
        return !text.empty() && std::all_of(text.begin(), text.end(), [](char each) {
            return each >= 0x21 && each <= 0x7e && each != ',';
        });
    }
};

// One exchange, from the client's first message to the server's last.
class Exchange {
public:
    // `server_nonce` is fresh and printable, without a comma. It follows the client's.
    Exchange(ClientFirst first, std::string_view server_nonce, Verifier verifier)
        : first_(std::move(first)),
          verifier_(std::move(verifier)),
          nonce_(first_.nonce + std::string(server_nonce)),
          server_first_("r=" + nonce_ + ",s=" + to_base64(verifier_.salt) +
                        ",i=" + std::to_string(verifier_.iterations)) {}

    // Who the client says it is.
    const std::string& user() const noexcept { return first_.user; }
    // The server's first message.
    const std::string& server_first() const noexcept { return server_first_; }

    // The server's last message, which proves that it knows the user too. Nothing: the client does
    // not know the password, or the message belongs to no exchange that began like this one.
    std::optional<std::string> finish(std::string_view client_final) const {
        if (client_final.size() > kMessageBytesMax) return std::nullopt;
        const std::size_t signed_bytes = client_final.rfind(",p=");
        if (signed_bytes == std::string_view::npos) return std::nullopt;
        std::string_view rest = client_final.substr(0, signed_bytes);
        const auto header = take(rest, 'c');
        const auto nonce = take(rest, 'r');
        const auto proof = from_base64(client_final.substr(signed_bytes + 3));
        if (!header || *header != to_base64(first_.header) || !nonce || !equal(*nonce, nonce_) ||
            !proof || proof->size() != kDigestBytes)
            return std::nullopt;
        const std::string text = first_.bare + "," + server_first_ + "," +
                                 std::string(client_final.substr(0, signed_bytes));
        const Bytes client_key = exclusive_or(*proof, hmac(verifier_.stored_key, text));
        if (!equal(hash(client_key), verifier_.stored_key)) return std::nullopt;
        return "v=" + to_base64(hmac(verifier_.server_key, text));
    }

private:
    ClientFirst first_;
    Verifier verifier_;
    std::string nonce_;
    std::string server_first_;
};

}  // namespace scram

#endif
