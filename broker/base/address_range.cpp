#include "base/address_range.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

namespace grapnel {

namespace {

using Family = PeerAddress::Family;

constexpr std::array<uint8_t, 12> kMappedPrefix = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
constexpr unsigned kMappedBits = 96;

unsigned width_of(Family family) { return family == Family::ipv4 ? 32 : 128; }

bool is_mapped(const PeerAddress& address) {
    return address.family == Family::ipv6 &&
           std::equal(kMappedPrefix.begin(), kMappedPrefix.end(), address.ip.begin());
}

std::optional<PeerAddress> parse_ip(std::string_view text) {
    PeerAddress address;
    const std::string terminated(text);
    if (inet_pton(AF_INET, terminated.c_str(), address.ip.data()) == 1) {
        address.family = Family::ipv4;
    } else if (inet_pton(AF_INET6, terminated.c_str(), address.ip.data()) == 1) {
        address.family = Family::ipv6;
    } else {
        return std::nullopt;
    }
    return address;
}

// The bit at `index`, counted from the front, of the byte it is in.
uint8_t bit(unsigned index) { return static_cast<uint8_t>(0x80U >> (index % 8)); }

PeerAddress masked(PeerAddress address, unsigned bits) {
    for (unsigned i = bits; i < width_of(address.family); ++i)
        address.ip[i / 8] = static_cast<uint8_t>(address.ip[i / 8] & ~bit(i));
    return address;
}

std::string ip_text(const PeerAddress& address) {
    char buffer[INET6_ADDRSTRLEN];
    const int family = address.family == Family::ipv4 ? AF_INET : AF_INET6;
    return inet_ntop(family, address.ip.data(), buffer, sizeof buffer);
}

std::optional<unsigned> parse_bits(std::string_view digits, unsigned most) {
    unsigned bits = 0;
    const auto [end, fault] = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
    if (fault != std::errc{} || end != digits.data() + digits.size() || bits > most)
        return std::nullopt;
    return bits;
}

}  // namespace

PeerAddress unmapped(const PeerAddress& address) {
    if (!is_mapped(address)) return address;
    PeerAddress plain;
    plain.family = Family::ipv4;
    plain.port = address.port;
    std::copy_n(address.ip.begin() + kMappedPrefix.size(), 4, plain.ip.begin());
    return plain;
}

std::optional<AddressRange> AddressRange::parse(std::string_view text, std::string& why) {
    AddressRange range;
    if (text == "unix") {
        range.base_.family = Family::unix_socket;
        return range;
    }
    const size_t slash = text.find('/');
    const auto base = parse_ip(text.substr(0, slash));
    if (!base) {
        why = "it must be an IP address, a range as \"10.0.0.0/8\", or \"unix\"";
        return std::nullopt;
    }
    const unsigned width = width_of(base->family);
    const auto bits = slash == std::string_view::npos ? std::optional(width)
                                                      : parse_bits(text.substr(slash + 1), width);
    if (!bits) {
        why = "the length behind '/' must be from 0 to " + std::to_string(width);
        return std::nullopt;
    }
    const PeerAddress network = masked(*base, *bits);
    if (network.ip != base->ip) {
        why = "bits behind the first " + std::to_string(*bits) + " are set; did you mean \"" +
              ip_text(network) + "/" + std::to_string(*bits) + "\"?";
        return std::nullopt;
    }
    const bool mapped = is_mapped(*base) && *bits >= kMappedBits;
    range.base_ = mapped ? unmapped(*base) : *base;
    range.bits_ = mapped ? *bits - kMappedBits : *bits;
    return range;
}

bool AddressRange::contains(const PeerAddress& address) const {
    const PeerAddress plain = unmapped(address);
    if (plain.family != base_.family) return false;
    return base_.family == Family::unix_socket || masked(plain, bits_).ip == base_.ip;
}

bool contains(const AddressRanges& ranges, const PeerAddress& address) {
    return std::any_of(ranges.begin(), ranges.end(),
                       [&](const AddressRange& range) { return range.contains(address); });
}

}  // namespace grapnel
