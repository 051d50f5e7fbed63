#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace grapnel::ledger {

// A stored password. Made by parse_password_hash; verification may run on any thread.
//   $scrypt$ln=14,r=8,p=1$<salt>$<hash>   base64 without padding; `grapnel passwd` makes it
//   $6$<salt>$<hash>                      Mosquitto, salted SHA-512
//   $7$<rounds>$<salt>$<hash>             Mosquitto, PBKDF2 with SHA-512
struct PasswordHash {
    enum class Scheme : std::uint8_t { scrypt, sha512, pbkdf2_sha512 };
    Scheme scheme = Scheme::scrypt;
    std::uint32_t log_n = 0;       // scrypt: log2 of the cost
    std::uint32_t block_size = 0;  // scrypt: r
    std::uint32_t parallel = 0;    // scrypt: p
    std::uint32_t rounds = 0;      // PBKDF2
    std::string salt;
    std::string hash;
};

// Empty where the text is none of the forms above or asks for more work or memory than the
// ceilings in password.cpp; `why` then says so without repeating the text.
std::optional<PasswordHash> parse_password_hash(std::string_view text, std::string& why);

// A new "$scrypt$" text with a random salt; empty where OpenSSL refuses. Takes about 50 ms.
std::optional<std::string> hash_password(std::string_view password);

// Compares in constant time. False also where OpenSSL fails. Takes about 50 ms for scrypt.
bool verify_password(const PasswordHash& stored, std::string_view password) noexcept;

// Overwrites a password that is no longer needed.
void wipe(std::string& secret) noexcept;

}  // namespace grapnel::ledger
