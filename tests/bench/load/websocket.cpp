#include "websocket.h"

#include <algorithm>
#include <cstring>

namespace grapnel::load {

namespace {

constexpr uint8_t kFinal = 0x80;
constexpr uint8_t kMasked = 0x80;
constexpr uint8_t kOpcode = 0x0f;
constexpr uint8_t kContinued = 0;
constexpr uint8_t kBinary = 2;
constexpr uint8_t kClose = 8;
constexpr uint8_t kTwoBytes = 126;  // of length follow
constexpr uint8_t kEightBytes = 127;

uint8_t byte_of(char c) { return static_cast<uint8_t>(c); }

}  // namespace

std::string_view WebSocket::request() {
    return "GET /mqtt HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
           "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n"
           "Sec-WebSocket-Protocol: mqtt\r\n\r\n";
}

void WebSocket::wrap(std::string_view bytes, std::string& out) const {
    const uint64_t size = bytes.size();
    const int length_bytes = size < kTwoBytes ? 0 : size <= 0xffff ? 2 : 8;
    out += static_cast<char>(kFinal | kBinary);
    if (length_bytes == 0)
        out += static_cast<char>(kMasked | size);
    else
        out += static_cast<char>(kMasked | (length_bytes == 2 ? kTwoBytes : kEightBytes));
    for (int i = length_bytes - 1; i >= 0; --i) out += static_cast<char>((size >> (8 * i)) & 0xff);
    out.append(4, '\0');
    out.append(bytes);
}

// True when the head at the front of the bytes is whole; it is taken away then.
bool WebSocket::take_head(std::string_view& bytes) {
    const auto wanted = [this]() -> size_t {
        if (head_.size() < 2) return 2;
        const uint8_t length = byte_of(head_[1]) & 0x7f;
        return length == kEightBytes ? 10 : length == kTwoBytes ? 4 : 2;
    };
    while (head_.size() < wanted() && !bytes.empty()) {
        head_ += bytes.front();
        bytes.remove_prefix(1);
    }
    if (head_.size() < wanted()) return false;
    left_ = byte_of(head_[1]) & 0x7f;
    if (head_.size() > 2) left_ = 0;
    for (size_t i = 2; i < head_.size(); ++i) left_ = left_ << 8 | byte_of(head_[i]);
    const uint8_t opcode = byte_of(head_[0]) & kOpcode;
    skips_ = opcode != kBinary && opcode != kContinued;
    closed_ = closed_ || opcode == kClose;
    head_.clear();
    return true;
}

size_t WebSocket::unwrap(char* bytes, size_t size) {
    std::string_view rest(bytes, size);
    char* out = bytes;
    while (!rest.empty()) {
        if (left_ == 0 && !take_head(rest)) break;
        const size_t part = std::min<uint64_t>(left_, rest.size());
        if (!skips_) {
            std::memmove(out, rest.data(), part);
            out += part;
        }
        rest.remove_prefix(part);
        left_ -= part;
    }
    return static_cast<size_t>(out - bytes);
}

}  // namespace grapnel::load
