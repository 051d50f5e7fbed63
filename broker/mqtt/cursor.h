#pragma once

#include <cstring>

#include "base/assert.h"
#include "base/bytes.h"
#include "mqtt/types.h"
#include "mqtt/utf8.h"

namespace grapnel::mqtt {

// Longest string or binary field: its length has two bytes (1.5.4, 1.5.6).
inline constexpr size_t kFieldMaximum = 65'535;

// Bytes that a variable byte integer takes (1.5.5). Requires: value <= kVariableIntegerMaximum.
constexpr size_t variable_size(size_t value) {
    if (value < 0x80) return 1;
    if (value < 0x4000) return 2;
    return value < 0x20'0000 ? 3 : 4;
}

// Reads fields off the front of borrowed bytes. Every read is checked against the end first; false
// means that the bytes are malformed there, and leaves the position undefined.
class Reader {
public:
    explicit Reader(Bytes bytes) : at_(bytes.data()), end_(bytes.data() + bytes.size()) {}

    size_t left() const { return static_cast<size_t>(end_ - at_); }
    bool done() const { return at_ == end_; }
    const char* position() const { return at_; }

    // Takes everything that is left.
    Bytes rest() {
        const Bytes bytes(at_, left());
        at_ = end_;
        return bytes;
    }

    bool u8(uint8_t& out) {
        if (left() < 1) return false;
        out = byte(0);
        at_ += 1;
        return true;
    }

    bool u16(uint16_t& out) {
        if (left() < 2) return false;
        out = static_cast<uint16_t>((byte(0) << 8) | byte(1));
        at_ += 2;
        return true;
    }

    bool u32(uint32_t& out) {
        if (left() < 4) return false;
        out = (uint32_t{byte(0)} << 24) | (uint32_t{byte(1)} << 16) | (uint32_t{byte(2)} << 8) |
              uint32_t{byte(3)};
        at_ += 4;
        return true;
    }

    // A variable byte integer: at most four bytes and no more than needed (1.5.5-1).
    bool variable(uint32_t& out) {
        uint32_t value = 0;
        for (unsigned shift = 0; shift < 28; shift += 7) {
            uint8_t part = 0;
            if (!u8(part)) return false;
            value |= uint32_t{part & 0x7fu} << shift;
            if (part < 0x80) {
                out = value;
                return part != 0 || shift == 0;
            }
        }
        return false;
    }

    // The next `size` bytes.
    bool take(size_t size, Bytes& out) {
        if (left() < size) return false;
        out = Bytes(at_, size);
        at_ += size;
        return true;
    }

    // Binary data with its two byte length (1.5.6).
    bool binary(Bytes& out) {
        uint16_t size = 0;
        return u16(size) && take(size, out);
    }

    // A UTF-8 string (1.5.4), checked.
    bool string(Bytes& out) { return binary(out) && is_mqtt_string(out); }

private:
    uint8_t byte(size_t offset) const { return static_cast<uint8_t>(at_[offset]); }

    const char* at_;
    const char* end_;
};

// Writes fields into room of an exact size at the end of a string. The one who writes computed the
// size before; finish() asserts that both agree.
class Writer {
public:
    Writer(std::string& out, size_t size) {
        const size_t before = out.size();
        out.resize(before + size);
        start_ = out.data();
        at_ = start_ + before;
        end_ = at_ + size;
    }
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;

    void u8(uint8_t value) { *at_++ = static_cast<char>(value); }

    void u16(uint16_t value) {
        u8(static_cast<uint8_t>(value >> 8));
        u8(static_cast<uint8_t>(value));
    }

    void u32(uint32_t value) {
        u16(static_cast<uint16_t>(value >> 16));
        u16(static_cast<uint16_t>(value));
    }

    void variable(size_t value) {
        GN_ASSERT(value <= kVariableIntegerMaximum);
        while (value >= 0x80) {
            u8(static_cast<uint8_t>(value | 0x80));
            value >>= 7;
        }
        u8(static_cast<uint8_t>(value));
    }

    void bytes(Bytes value) {
        if (value.empty()) return;
        std::memcpy(at_, value.data(), value.size());
        at_ += value.size();
    }

    // A string or binary field. Requires: at most kFieldMaximum bytes.
    void field(Bytes value) {
        GN_ASSERT(value.size() <= kFieldMaximum);
        u16(static_cast<uint16_t>(value.size()));
        bytes(value);
    }

    // First byte and remaining length.
    void fixed_header(PacketType type, unsigned flags, size_t remaining) {
        u8(static_cast<uint8_t>((static_cast<unsigned>(type) << 4) | flags));
        variable(remaining);
    }

    // The offset in the whole string that is written next.
    size_t offset() const { return static_cast<size_t>(at_ - start_); }

    void finish() const { GN_ASSERT(at_ == end_); }

private:
    char* start_;
    char* at_;
    char* end_;
};

// The size of a packet with `remaining` bytes after its fixed header.
constexpr size_t packet_size(size_t remaining) { return 1 + variable_size(remaining) + remaining; }

}  // namespace grapnel::mqtt
