#include "net/proxy_header.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <string>

namespace grapnel {

namespace {

using Family = PeerAddress::Family;

constexpr Bytes kLineStart = "PROXY ";
constexpr Bytes kSignature{"\r\n\r\n\0\r\nQUIT\n", 12};
constexpr size_t kFixedPart = 16;  // signature, version and command, family, length

// Of the family in version 2: how many bytes both addresses and ports take.
constexpr size_t kIpv4Part = 12;
constexpr size_t kIpv6Part = 36;
constexpr size_t kUnixPart = 216;

uint8_t byte_at(const char* bytes, size_t index) { return static_cast<uint8_t>(bytes[index]); }

uint16_t number_at(const char* bytes, size_t index) {
    return static_cast<uint16_t>(byte_at(bytes, index) << 8U | byte_at(bytes, index + 1));
}

// Up to the next blank; `text` goes on behind it.
Bytes next_word(Bytes& text) {
    const size_t blank = std::min(text.find(' '), text.size());
    const Bytes word = text.substr(0, blank);
    text.remove_prefix(std::min(blank + 1, text.size()));
    return word;
}

bool parse_port(Bytes text, uint16_t& port) {
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), port);
    return fault == std::errc{} && end == text.data() + text.size();
}

bool parse_ip(Family family, Bytes text, PeerAddress& out) {
    out.family = family;
    const std::string terminated(text);
    return inet_pton(family == Family::ipv4 ? AF_INET : AF_INET6, terminated.c_str(),
                     out.ip.data()) == 1;
}

}  // namespace

size_t ProxyHeader::take(Bytes bytes) {
    size_t taken = 0;
    while (taken < bytes.size() && state_ == State::more) state_ = push(bytes[taken++]);
    return taken;
}

ProxyHeader::State ProxyHeader::push(char byte) {
    if (size_ < kept_.size()) kept_[size_] = byte;
    ++size_;
    return kept_[0] == kLineStart[0] ? push_line(byte) : push_binary(byte);
}

ProxyHeader::State ProxyHeader::push_line(char byte) {
    if (size_ <= kLineStart.size() && byte != kLineStart[size_ - 1]) return State::broken;
    if (byte == '\n') return finish_line();
    return size_ == kLineMax ? State::broken : State::more;
}

ProxyHeader::State ProxyHeader::push_binary(char byte) {
    if (size_ <= kSignature.size() && byte != kSignature[size_ - 1]) return State::broken;
    if (size_ == kFixedPart && !begin_binary()) return State::broken;
    return size_ == end_ ? finish_binary() : State::more;
}

bool ProxyHeader::begin_binary() {
    end_ = kFixedPart + number_at(kept_.data(), 14);
    return byte_at(kept_.data(), 12) >> 4U == 2 && end_ <= kBytesMax;
}

// `TCP4 1.2.3.4 5.6.7.8 1111 2222` between "PROXY " and "\r\n".
ProxyHeader::State ProxyHeader::finish_line() {
    Bytes text(kept_.data(), size_ - 1);
    if (!text.ends_with('\r') || text.find('\0') != Bytes::npos) return State::broken;
    text.remove_suffix(1);
    text.remove_prefix(kLineStart.size());
    const Bytes protocol = next_word(text);
    if (protocol == "UNKNOWN") return State::complete;
    if (protocol != "TCP4" && protocol != "TCP6") return State::broken;
    const Family family = protocol == "TCP4" ? Family::ipv4 : Family::ipv6;
    PeerAddress source;
    PeerAddress destination;
    if (!parse_ip(family, next_word(text), source) ||
        !parse_ip(family, next_word(text), destination) ||
        !parse_port(next_word(text), source.port) || !parse_port(text, destination.port))
        return State::broken;
    client_ = source;
    return State::complete;
}

ProxyHeader::State ProxyHeader::finish_binary() {
    constexpr uint8_t kLocal = 0x20;
    constexpr uint8_t kProxied = 0x21;
    const uint8_t command = byte_at(kept_.data(), 12);
    if (command == kLocal) return State::complete;
    if (command != kProxied) return State::broken;
    const size_t given = end_ - kFixedPart;
    const char* const part = kept_.data() + kFixedPart;
    PeerAddress source;
    switch (byte_at(kept_.data(), 13)) {
        case 0x00: return State::complete;  // not known
        case 0x11:
            if (given < kIpv4Part) return State::broken;
            source.family = Family::ipv4;
            source.port = number_at(part, 8);
            std::memcpy(source.ip.data(), part, 4);
            break;
        case 0x21:
            if (given < kIpv6Part) return State::broken;
            source.family = Family::ipv6;
            source.port = number_at(part, 32);
            std::memcpy(source.ip.data(), part, 16);
            break;
        case 0x31:
            if (given < kUnixPart) return State::broken;
            source.family = Family::unix_socket;
            break;
        default: return State::broken;  // datagrams come on no listener
    }
    client_ = source;
    return State::complete;
}

}  // namespace grapnel
