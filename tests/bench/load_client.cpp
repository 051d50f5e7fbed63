#include "load_client.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace grapnel::load {

namespace {

constexpr uint8_t kConnack = 0x20;
constexpr uint8_t kPublish = 0x30;
constexpr uint8_t kPuback = 0x40;
constexpr uint8_t kPubrec = 0x50;
constexpr uint8_t kPubrel = 0x62;
constexpr uint8_t kPubcomp = 0x70;
constexpr uint8_t kSuback = 0x90;
constexpr size_t kReadSize = 256 * 1024;

void put_16(std::string& out, size_t value) {
    out.push_back(static_cast<char>(value >> 8));
    out.push_back(static_cast<char>(value & 0xff));
}

void put_text(std::string& out, std::string_view text) {
    put_16(out, text.size());
    out.append(text);
}

void put_variable(std::string& out, size_t value) {
    do {
        const size_t rest = value >> 7;
        out.push_back(static_cast<char>((value & 0x7f) | (rest != 0 ? 0x80 : 0)));
        value = rest;
    } while (value != 0);
}

// Reads a variable byte integer at `at` and moves behind it; false if it is not whole yet.
bool take_variable(std::string_view bytes, size_t& at, size_t& value) {
    value = 0;
    for (unsigned shift = 0; shift < 28; shift += 7) {
        if (at == bytes.size()) return false;
        const auto byte = static_cast<uint8_t>(bytes[at++]);
        value |= static_cast<size_t>(byte & 0x7f) << shift;
        if ((byte & 0x80) == 0) return true;
    }
    fail("a length of more than four bytes");
}

size_t get_16(std::string_view bytes, size_t at) {
    if (at + 2 > bytes.size()) fail("a packet that is too short");
    return static_cast<size_t>(static_cast<uint8_t>(bytes[at])) << 8 |
           static_cast<uint8_t>(bytes[at + 1]);
}

}  // namespace

void fail(const std::string& words) {
    std::fprintf(stderr, "load: %s\n", words.c_str());
    std::exit(1);
}

Client::Client(size_t index, uint16_t port) : index_(index) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    descriptor_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (descriptor_ < 0 ||
        ::connect(descriptor_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
        fail(std::string("cannot connect: ") + std::strerror(errno));
    const int on = 1;
    ::setsockopt(descriptor_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    ::fcntl(descriptor_, F_SETFL, O_NONBLOCK);

    std::string body;
    put_text(body, "MQTT");
    body.append("\x05\x02", 2);  // version 5, clean start
    put_16(body, 0);             // no keep alive
    body.push_back('\0');        // no properties
    put_text(body, "load-" + std::to_string(index));
    output_.push_back('\x10');
    put_variable(output_, body.size());
    output_ += body;
}

Client::~Client() { ::close(descriptor_); }

void Client::subscribe(std::string_view topic, uint8_t qos) {
    output_.push_back('\x82');
    put_variable(output_, 2 + 1 + 2 + topic.size() + 1);
    put_16(output_, 1);
    output_.push_back('\0');
    put_text(output_, topic);
    output_.push_back(static_cast<char>(qos));
}

void Client::publish(std::string_view topic, std::string_view payload, uint8_t qos) {
    output_.push_back(static_cast<char>(kPublish | qos << 1));
    put_variable(output_, 2 + topic.size() + (qos != 0 ? 2 : 0) + 1 + payload.size());
    put_text(output_, topic);
    if (qos != 0) {
        // Far more ids than messages are ever unacknowledged at once.
        if (++next_packet_id_ == 0) next_packet_id_ = 1;
        put_16(output_, next_packet_id_);
    }
    output_.push_back('\0');
    output_.append(payload);
}

void Client::answer(uint8_t first, std::string_view packet_id) {
    output_.push_back(static_cast<char>(first));
    output_.push_back('\x02');
    output_.append(packet_id);
}

void Client::take_publish(uint8_t first, std::string_view body, ClientEvents& events) {
    const uint8_t qos = (first >> 1) & 3;
    size_t at = 2 + get_16(body, 0);
    if (qos != 0) {
        get_16(body, at);
        answer(qos == 1 ? kPuback : kPubrec, body.substr(at, 2));
        at += 2;
    }
    size_t properties = 0;
    if (at > body.size() || !take_variable(body, at, properties) || at + properties > body.size())
        fail("a PUBLISH that is too short");
    events.on_message(index_, body.substr(at + properties));
}

void Client::take_packet(uint8_t first, std::string_view body, ClientEvents& events) {
    if ((first & 0xf0) == kPublish) return take_publish(first, body, events);
    if (first == kConnack || first == kSuback) {
        const size_t reason_at = first == kConnack ? 1 : body.size() - 1;
        if (body.size() < 3 || static_cast<uint8_t>(body[reason_at]) >= 0x80)
            fail("the broker refused a connection or a subscription");
        return events.on_ready(index_);
    }
    get_16(body, 0);
    if (body.size() > 2 && static_cast<uint8_t>(body[2]) >= 0x80) fail("a message was refused");
    const std::string_view packet_id = body.substr(0, 2);
    switch (first) {
        case kPuback:
        case kPubcomp: return events.on_acknowledged(index_);
        case kPubrec: return answer(kPubrel, packet_id);
        case kPubrel: return answer(kPubcomp, packet_id);
        default: fail("packet " + std::to_string(first) + ", which nobody waits for");
    }
}

void Client::receive(ClientEvents& events) {
    static char buffer[kReadSize];
    const ssize_t count = ::recv(descriptor_, buffer, sizeof buffer, 0);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (count <= 0) fail("the broker closed a connection");
    std::string_view bytes(buffer, static_cast<size_t>(count));
    if (!input_.empty()) {
        input_.append(bytes);
        bytes = input_;
    }
    for (;;) {
        size_t at = 1;
        size_t size = 0;
        if (bytes.size() < 2 || !take_variable(bytes, at, size) || bytes.size() - at < size) break;
        take_packet(static_cast<uint8_t>(bytes[0]), bytes.substr(at, size), events);
        bytes.remove_prefix(at + size);
    }
    input_ = std::string(bytes);
}

bool Client::flush() {
    while (written_ < output_.size()) {
        const ssize_t count =
            ::send(descriptor_, output_.data() + written_, output_.size() - written_, MSG_NOSIGNAL);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0 && errno == EAGAIN) return false;
        if (count < 0) fail("the broker closed a connection");
        written_ += static_cast<size_t>(count);
    }
    output_.clear();
    written_ = 0;
    return true;
}

}  // namespace grapnel::load
