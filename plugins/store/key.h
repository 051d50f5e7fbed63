#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace grapnel::store {

// Keys of records that belong to a client: two bytes of length, big-endian, the client id, then the
// rest. So no client id and rest can make the key of another pair, all keys of a client are
// neighbours, and numbers sort by value. Client ids are at most 65,535 bytes.

// Appends.
void put_owner(std::string& out, std::string_view client_id);
void put_u16(std::string& out, std::uint16_t value);  // big-endian
void put_u64(std::string& out, std::uint64_t value);  // big-endian

inline std::string owned_key(std::string_view client_id, std::string_view rest) {
    std::string key;
    put_owner(key, client_id);
    key.append(rest);
    return key;
}

inline std::string inbound_key(std::string_view client_id, std::uint16_t packet_id) {
    std::string key;
    put_owner(key, client_id);
    put_u16(key, packet_id);
    return key;
}

inline std::string body_key(std::uint64_t message_key) {
    std::string key;
    put_u64(key, message_key);
    return key;
}

// Takes a key apart; false for bytes that no function above made. What comes out borrows from it.
bool split_owned(std::string_view key, std::string_view& client_id, std::string_view& rest);
bool read_u16(std::string_view bytes, std::uint16_t& out);  // exactly two bytes
bool read_u64(std::string_view bytes, std::uint64_t& out);  // exactly eight bytes

}  // namespace grapnel::store
