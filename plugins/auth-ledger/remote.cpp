#include "remote.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <cstring>

namespace grapnel::ledger {

namespace {

constexpr std::array<std::uint8_t, 12> kMappedPrefix = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
constexpr unsigned kMappedBits = 96;
constexpr std::size_t kAddressTextMax = 64;

// The bits of an address of its family.
unsigned width_of(const Address& address) noexcept {
    if (address.family == Address::Family::local) return 0;
    return address.family == Address::Family::v4 ? 32 : 128;
}

// A bare address without port, brackets or zone; a mapped one stays IPv6.
std::optional<Address> parse_bare(std::string_view text) noexcept {
    std::array<char, kAddressTextMax> buffer{};
    if (text.empty() || text.size() >= buffer.size()) return std::nullopt;
    std::memcpy(buffer.data(), text.data(), text.size());
    Address address;
    if (inet_pton(AF_INET, buffer.data(), address.bytes.data()) == 1) {
        address.family = Address::Family::v4;
        return address;
    }
    if (inet_pton(AF_INET6, buffer.data(), address.bytes.data()) == 1) {
        address.family = Address::Family::v6;
        return address;
    }
    return std::nullopt;
}

// An IPv4 address written as ::ffff:a.b.c.d.
bool is_mapped(const Address& address) noexcept {
    return address.family == Address::Family::v6 &&
           std::equal(kMappedPrefix.begin(), kMappedPrefix.end(), address.bytes.begin());
}

Address unmapped(const Address& address) noexcept {
    if (!is_mapped(address)) return address;
    Address out;
    out.family = Address::Family::v4;
    std::copy_n(address.bytes.begin() + kMappedPrefix.size(), 4, out.bytes.begin());
    return out;
}

// Do the first `bits` agree? Requires addresses of one family and bits within its width.
bool same_bits(const Address& left, const Address& right, unsigned bits) noexcept {
    const std::size_t whole = bits / 8;
    if (!std::equal(left.bytes.begin(), left.bytes.begin() + static_cast<std::ptrdiff_t>(whole),
                    right.bytes.begin())) {
        return false;
    }
    const unsigned rest = bits % 8;
    if (rest == 0) return true;
    return ((left.bytes[whole] ^ right.bytes[whole]) >> (8 - rest)) == 0;
}

// The address with all behind the first `bits` set to zero.
Address masked(Address address, unsigned bits) noexcept {
    for (unsigned bit = bits; bit < width_of(address); ++bit) {
        address.bytes[bit / 8] =
            static_cast<std::uint8_t>(address.bytes[bit / 8] & ~(0x80u >> (bit % 8)));
    }
    return address;
}

std::string text_of(const Address& address) {
    std::array<char, kAddressTextMax> buffer{};
    const int family = address.family == Address::Family::v4 ? AF_INET : AF_INET6;
    inet_ntop(family, address.bytes.data(), buffer.data(), buffer.size());
    return buffer.data();
}

}  // namespace

std::optional<Address> parse_address(std::string_view text) noexcept {
    if (text == "unix") return Address{};
    if (text.starts_with('[')) {
        const std::size_t close = text.find(']');
        if (close == std::string_view::npos) return std::nullopt;
        text = text.substr(1, close - 1);
    } else if (std::count(text.begin(), text.end(), ':') == 1) {
        text = text.substr(0, text.find(':'));
    }
    const std::optional<Address> address = parse_bare(text.substr(0, text.find('%')));
    if (!address) return std::nullopt;
    return unmapped(*address);
}

std::optional<RemoteRange> RemoteRange::parse(std::string_view text, std::string& why) {
    RemoteRange range;
    if (text == "unix") return range;
    const std::size_t slash = text.find('/');
    const std::optional<Address> base = parse_bare(text.substr(0, slash));
    if (!base) {
        why = "expected an IP address, a CIDR range or \"unix\"";
        return std::nullopt;
    }
    range.base_ = *base;
    range.bits_ = width_of(*base);
    if (slash != std::string_view::npos) {
        const std::string_view digits = text.substr(slash + 1);
        const auto [end, error] =
            std::from_chars(digits.data(), digits.data() + digits.size(), range.bits_);
        if (error != std::errc{} || end != digits.data() + digits.size() ||
            range.bits_ > width_of(*base)) {
            why = "the prefix length must be 0 to " + std::to_string(width_of(*base));
            return std::nullopt;
        }
    }
    const Address network = masked(range.base_, range.bits_);
    if (network.bytes != range.base_.bytes) {
        why = "bits behind the prefix are set, did you mean \"" + text_of(network) + "/" +
              std::to_string(range.bits_) + "\"?";
        return std::nullopt;
    }
    if (is_mapped(range.base_) && range.bits_ >= kMappedBits) {
        range.base_ = unmapped(range.base_);
        range.bits_ -= kMappedBits;
    }
    return range;
}

bool RemoteRange::contains(const Address& address) const noexcept {
    return address.family == base_.family && same_bits(address, base_, bits_);
}

}  // namespace grapnel::ledger
