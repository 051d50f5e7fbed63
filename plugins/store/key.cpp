#include "store/key.h"

#include <cstddef>

namespace grapnel::store {

namespace {

constexpr std::size_t kLengthBytes = 2;

template <class Number>
void put(std::string& out, Number value) {
    char bytes[sizeof(Number)];
    for (std::size_t at = sizeof(Number); at-- > 0;) {
        bytes[at] = static_cast<char>(value);
        value = static_cast<Number>(value >> 8);
    }
    out.append(bytes, sizeof(Number));
}

template <class Number>
bool read(std::string_view bytes, Number& out) {
    if (bytes.size() != sizeof(Number)) return false;
    out = 0;
    for (const char byte : bytes) {
        out = static_cast<Number>(out << 8 | static_cast<unsigned char>(byte));
    }
    return true;
}

}  // namespace

void put_owner(std::string& out, std::string_view client_id) {
    put_u16(out, static_cast<std::uint16_t>(client_id.size()));
    out.append(client_id);
}

void put_u16(std::string& out, std::uint16_t value) { put(out, value); }

void put_u64(std::string& out, std::uint64_t value) { put(out, value); }

bool split_owned(std::string_view key, std::string_view& client_id, std::string_view& rest) {
    std::uint16_t length = 0;
    if (!read_u16(key.substr(0, kLengthBytes), length)) return false;
    const std::string_view behind = key.substr(kLengthBytes);
    if (behind.size() < length) return false;
    client_id = behind.substr(0, length);
    rest = behind.substr(length);
    return true;
}

bool read_u16(std::string_view bytes, std::uint16_t& out) { return read(bytes, out); }

bool read_u64(std::string_view bytes, std::uint64_t& out) { return read(bytes, out); }

}  // namespace grapnel::store
