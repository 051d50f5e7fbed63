#include "password.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include <array>
#include <charconv>
#include <memory>
#include <vector>

namespace grapnel::ledger {

namespace {

// What `grapnel passwd` uses: 16 MiB and about 50 ms.
constexpr std::uint32_t kLogN = 14;
constexpr std::uint32_t kBlockSize = 8;
constexpr std::uint32_t kParallel = 1;
constexpr std::size_t kSaltBytes = 16;
constexpr std::size_t kScryptHashBytes = 32;

// Ceilings, so that a ledger cannot ask for a minute or a gigabyte per login.
constexpr std::uint64_t kScryptMemoryMax = 64u << 20;
constexpr std::uint32_t kLogNMax = 20;
constexpr std::uint32_t kBlockSizeMax = 32;
constexpr std::uint32_t kParallelMax = 16;
constexpr std::uint32_t kRoundsMax = 5'000'000;
constexpr std::size_t kSaltBytesMin = 8;
constexpr std::size_t kSaltBytesMax = 64;
constexpr std::size_t kHashBytesMin = 16;
constexpr std::size_t kHashBytesMax = 64;
constexpr std::size_t kSha512Bytes = 64;

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

// Without padding, as the $scrypt$ form has it.
std::string encode_base64(std::string_view bytes) {
    std::string out;
    std::uint32_t bits = 0;
    unsigned count = 0;
    for (const char byte : bytes) {
        bits = (bits << 8) | static_cast<std::uint8_t>(byte);
        for (count += 8; count >= 6; count -= 6) out += kAlphabet[(bits >> (count - 6)) & 63];
    }
    if (count > 0) out += kAlphabet[(bits << (6 - count)) & 63];
    return out;
}

// With or without padding; empty for anything else.
std::optional<std::string> decode_base64(std::string_view text) {
    while (text.ends_with('=')) text.remove_suffix(1);
    if (text.size() % 4 == 1) return std::nullopt;
    std::string out;
    std::uint32_t bits = 0;
    unsigned count = 0;
    for (const char symbol : text) {
        const std::size_t value = kAlphabet.find(symbol);
        if (value == std::string_view::npos) return std::nullopt;
        bits = (bits << 6) | static_cast<std::uint32_t>(value);
        count += 6;
        if (count >= 8) {
            count -= 8;
            out += static_cast<char>((bits >> count) & 0xff);
        }
    }
    return out;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    while (true) {
        const std::size_t end = text.find(separator);
        parts.push_back(text.substr(0, end));
        if (end == std::string_view::npos) return parts;
        text.remove_prefix(end + 1);
    }
}

bool read_number(std::string_view text, std::uint32_t& out) noexcept {
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, out);
    return error == std::errc{} && stop == end;
}

// "ln=14" and the like.
bool read_named(std::string_view text, std::string_view name, std::uint32_t& out) noexcept {
    return text.starts_with(name) && read_number(text.substr(name.size()), out);
}

// What OpenSSL will ask for; log_n is at most kLogNMax, so nothing overflows.
std::uint64_t scrypt_memory(const PasswordHash& hash) noexcept {
    const std::uint64_t blocks = (std::uint64_t{1} << hash.log_n) + hash.parallel + 2;
    return blocks * 128u * hash.block_size;
}

// "ln=14,r=8,p=1", all three and in this order.
bool read_scrypt(std::string_view parameters, PasswordHash& hash) {
    const auto parts = split(parameters, ',');
    return parts.size() == 3 && read_named(parts[0], "ln=", hash.log_n) &&
           read_named(parts[1], "r=", hash.block_size) && read_named(parts[2], "p=", hash.parallel);
}

// Checked before anything is computed with the parameters.
bool within_ceilings(const PasswordHash& hash) noexcept {
    if (hash.scheme == PasswordHash::Scheme::pbkdf2_sha512) {
        return hash.rounds >= 1 && hash.rounds <= kRoundsMax;
    }
    if (hash.scheme == PasswordHash::Scheme::sha512) return true;
    return hash.log_n >= 1 && hash.log_n <= kLogNMax && hash.block_size >= 1 &&
           hash.block_size <= kBlockSizeMax && hash.parallel >= 1 &&
           hash.parallel <= kParallelMax && scrypt_memory(hash) <= kScryptMemoryMax;
}

bool sound_lengths(const PasswordHash& hash) noexcept {
    if (hash.salt.size() < kSaltBytesMin || hash.salt.size() > kSaltBytesMax) return false;
    if (hash.scheme != PasswordHash::Scheme::scrypt) return hash.hash.size() == kSha512Bytes;
    return hash.hash.size() >= kHashBytesMin && hash.hash.size() <= kHashBytesMax;
}

const unsigned char* bytes_of(std::string_view text) noexcept {
    return reinterpret_cast<const unsigned char*>(text.data());
}

// Mosquitto's $6$: the digest of the password followed by the salt.
bool salted_sha512(std::string_view password, std::string_view salt, unsigned char* out) noexcept {
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                          &EVP_MD_CTX_free);
    unsigned length = 0;
    return context && EVP_DigestInit_ex(context.get(), EVP_sha512(), nullptr) == 1 &&
           EVP_DigestUpdate(context.get(), password.data(), password.size()) == 1 &&
           EVP_DigestUpdate(context.get(), salt.data(), salt.size()) == 1 &&
           EVP_DigestFinal_ex(context.get(), out, &length) == 1 && length == kSha512Bytes;
}

// Fills `out` with stored.hash.size() bytes. An absent password has no data pointer; OpenSSL would
// read that as "only check the parameters", so an empty text stands in.
bool derive(const PasswordHash& stored, std::string_view password, unsigned char* out) noexcept {
    if (password.data() == nullptr) password = "";
    switch (stored.scheme) {
        case PasswordHash::Scheme::sha512: return salted_sha512(password, stored.salt, out);
        case PasswordHash::Scheme::pbkdf2_sha512:
            return PKCS5_PBKDF2_HMAC(password.data(), static_cast<int>(password.size()),
                                     bytes_of(stored.salt), static_cast<int>(stored.salt.size()),
                                     static_cast<int>(stored.rounds), EVP_sha512(),
                                     static_cast<int>(stored.hash.size()), out) == 1;
        case PasswordHash::Scheme::scrypt:
            return EVP_PBE_scrypt(password.data(), password.size(), bytes_of(stored.salt),
                                  stored.salt.size(), std::uint64_t{1} << stored.log_n,
                                  stored.block_size, stored.parallel, 2 * kScryptMemoryMax, out,
                                  stored.hash.size()) == 1;
    }
    return false;
}

}  // namespace

std::optional<PasswordHash> parse_password_hash(std::string_view text, std::string& why) {
    PasswordHash out;
    why = "not a password hash; plain text is not accepted, make a hash with \"grapnel passwd\"";
    const auto parts = split(text, '$');
    if (parts.size() < 4 || !parts[0].empty()) return std::nullopt;
    if (parts[1] == "scrypt" && parts.size() == 5) {
        if (!read_scrypt(parts[2], out)) return std::nullopt;
    } else if (parts[1] == "7" && parts.size() == 5) {
        out.scheme = PasswordHash::Scheme::pbkdf2_sha512;
        if (!read_number(parts[2], out.rounds)) return std::nullopt;
    } else if (parts[1] == "6" && parts.size() == 4) {
        out.scheme = PasswordHash::Scheme::sha512;
    } else {
        return std::nullopt;
    }
    const auto salt = decode_base64(parts[parts.size() - 2]);
    const auto hash = decode_base64(parts[parts.size() - 1]);
    if (!salt || !hash) {
        why = "salt or hash of the password is not base64";
        return std::nullopt;
    }
    out.salt = *salt;
    out.hash = *hash;
    if (!within_ceilings(out)) {
        why = "the cost parameters of the password hash are out of range";
        return std::nullopt;
    }
    if (!sound_lengths(out)) {
        why = "salt or hash of the password has a wrong length";
        return std::nullopt;
    }
    why.clear();
    return out;
}

std::optional<std::string> hash_password(std::string_view password) {
    PasswordHash made;
    made.log_n = kLogN;
    made.block_size = kBlockSize;
    made.parallel = kParallel;
    std::array<unsigned char, kSaltBytes> salt{};
    std::array<unsigned char, kScryptHashBytes> hash{};
    if (RAND_bytes(salt.data(), static_cast<int>(salt.size())) != 1) return std::nullopt;
    made.salt.assign(salt.begin(), salt.end());
    made.hash.resize(hash.size());
    if (!derive(made, password, hash.data())) return std::nullopt;
    made.hash.assign(hash.begin(), hash.end());
    return "$scrypt$ln=" + std::to_string(kLogN) + ",r=" + std::to_string(kBlockSize) +
           ",p=" + std::to_string(kParallel) + "$" + encode_base64(made.salt) + "$" +
           encode_base64(made.hash);
}

bool verify_password(const PasswordHash& stored, std::string_view password) noexcept {
    std::array<unsigned char, kHashBytesMax> derived{};
    if (stored.hash.empty() || stored.hash.size() > derived.size()) return false;
    if (!derive(stored, password, derived.data())) return false;
    const bool same = CRYPTO_memcmp(derived.data(), stored.hash.data(), stored.hash.size()) == 0;
    OPENSSL_cleanse(derived.data(), derived.size());
    return same;
}

void wipe(std::string& secret) noexcept {
    OPENSSL_cleanse(secret.data(), secret.size());
    secret.clear();
}

}  // namespace grapnel::ledger
