#pragma once

#include <zlib.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string>
#include <string_view>
#include <type_traits>

#include "store/record.h"

namespace grapnel::store {

// How the fields of records are measured, written and read: three classes with the same functions,
// so that one list of a record's fields does for all (record.cpp). A value has one way to be
// written: a longer one that would mean the same is damaged.
//
//   text    varint of the length and one, then the bytes; 0: absent
//   number  varint; negative ones as their two's complement of 64 bits
//   fixed   eight bytes, little-endian
//   byte    as it is
//   flag    a byte that is 0 or 1
//   list    varint of the count, then the elements

inline constexpr std::size_t kVarintBytesMax = 10;
inline constexpr std::size_t kFixedBytes = 8;
inline constexpr std::size_t kChecksumBytes = 4;

inline std::uint32_t checksum_of(std::string_view bytes) {
    return static_cast<std::uint32_t>(
        crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

// Do the last four bytes of a value hold the checksum of all before, little-endian? Requires as
// many.
inline bool is_sealed(std::string_view value) {
    std::uint32_t written = 0;
    const std::string_view sealed = value.substr(0, value.size() - kChecksumBytes);
    for (std::size_t at = 0; at < kChecksumBytes; ++at) {
        const auto byte = static_cast<std::uint8_t>(value[sealed.size() + at]);
        written |= std::uint32_t{byte} << (8 * at);
    }
    return written == checksum_of(sealed);
}

// No less than what Writer writes.
class Measure {
public:
    std::size_t size() const { return size_; }

    void text(std::string_view value) { size_ += kVarintBytesMax + value.size(); }
    template <class Number>
    void number(Number /*value*/) {
        size_ += kVarintBytesMax;
    }
    void fixed(std::uint64_t /*value*/) { size_ += kFixedBytes; }
    void byte(std::uint8_t /*value*/) { ++size_; }
    void flag(bool /*value*/) { ++size_; }
    template <class List, class Each>
    void list(const List& elements, std::size_t /*element_bytes_min*/, const Each& each) {
        size_ += kVarintBytesMax;
        for (const auto& element : elements) each(element);
    }

private:
    std::size_t size_ = 0;
};

// Writes to where there is room for what Measure said.
class Writer {
public:
    explicit Writer(char* at) : at_(at) {}

    // Behind the last byte written.
    char* at() const { return at_; }

    void text(std::string_view value) {
        if (value.data() == nullptr) return byte(0);
        varint(std::uint64_t{value.size()} + 1);
        std::memcpy(at_, value.data(), value.size());
        at_ += value.size();
    }
    template <class Number>
    void number(Number value) {
        varint(static_cast<std::uint64_t>(value));
    }
    void fixed(std::uint64_t value) { little_endian(value); }
    void byte(std::uint8_t value) { *at_++ = static_cast<char>(value); }
    void flag(bool value) { byte(value ? 1 : 0); }
    template <class List, class Each>
    void list(const List& elements, std::size_t /*element_bytes_min*/, const Each& each) {
        varint(elements.size());
        for (const auto& element : elements) each(element);
    }
    // Over all that was written since `begin`.
    void checksum(const char* begin) {
        little_endian(checksum_of({begin, static_cast<std::size_t>(at_ - begin)}));
    }

private:
    template <class Number>
    void little_endian(Number value) {
        for (std::size_t at = 0; at < sizeof(Number); ++at) {
            at_[at] = static_cast<char>(value >> (8 * at));
        }
        at_ += sizeof(Number);
    }
    void varint(std::uint64_t value) {
        for (; value >= 0x80; value >>= 7) byte(static_cast<std::uint8_t>(value | 0x80));
        byte(static_cast<std::uint8_t>(value));
    }

    char* at_;
};

// Reads any bytes. After the first fault, which it remembers, all reads as zero, absent or empty.
class Reader {
public:
    explicit Reader(std::string_view bytes) : at_(bytes.data()), end_(at_ + bytes.size()) {}

    // The first fault; what is left unread is one.
    Decoded result() const {
        return result_ == Decoded::ok && at_ != end_ ? Decoded::damaged : result_;
    }

    void text(std::string_view& value) {
        value = {};
        const std::uint64_t length = varint();
        if (length == 0) return;
        if (length - 1 > left()) return fail(Decoded::truncated);
        value = {at_, static_cast<std::size_t>(length - 1)};
        at_ += value.size();
    }
    template <class Number>
    void number(Number& value) {
        const std::uint64_t read = varint();
        constexpr std::uint64_t kMax = std::numeric_limits<std::make_unsigned_t<Number>>::max();
        if (read > kMax) return fail(Decoded::damaged);
        value = static_cast<Number>(read);
    }
    void fixed(std::uint64_t& value) {
        value = 0;
        if (left() < kFixedBytes) return fail(Decoded::truncated);
        for (std::size_t at = 0; at < kFixedBytes; ++at) {
            value |= std::uint64_t{static_cast<std::uint8_t>(at_[at])} << (8 * at);
        }
        at_ += kFixedBytes;
    }
    void byte(std::uint8_t& value) { value = next(); }
    void flag(bool& value) {
        const std::uint8_t read = next();
        if (read > 1) return fail(Decoded::damaged);
        value = read == 1;
    }
    // Allocates for no more elements than the bytes that are left can hold.
    template <class List, class Each>
    void list(List& elements, std::size_t element_bytes_min, const Each& each) {
        const std::uint64_t count = varint();
        if (count > left() / element_bytes_min) return fail(Decoded::truncated);
        elements.resize(static_cast<std::size_t>(count));
        for (auto& element : elements) each(element);
    }

private:
    std::size_t left() const { return static_cast<std::size_t>(end_ - at_); }
    void fail(Decoded fault) {
        if (result_ == Decoded::ok) result_ = fault;
        at_ = end_;
    }
    std::uint8_t next() {
        if (at_ == end_) {
            fail(Decoded::truncated);
            return 0;
        }
        return static_cast<std::uint8_t>(*at_++);
    }
    std::uint64_t varint() {
        constexpr unsigned kLastShift = 63;
        std::uint64_t value = next();
        if (value < 0x80) return value;
        value &= 0x7f;
        for (unsigned shift = 7; shift <= kLastShift; shift += 7) {
            const std::uint8_t byte = next();
            value |= std::uint64_t{byte & 0x7fu} << shift;
            if (byte >= 0x80) continue;
            const bool too_long = byte == 0 || (shift == kLastShift && byte > 1);
            if (too_long) break;
            return value;
        }
        fail(Decoded::damaged);
        return 0;
    }

    const char* at_;
    const char* end_;
    Decoded result_ = Decoded::ok;
};

}  // namespace grapnel::store
