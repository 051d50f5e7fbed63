#pragma once

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "base/assert.h"
#include "base/bytes.h"

namespace grapnel {

// A short owned string in one pointer (up to 65,535 bytes, the most an MQTT string has). Null and
// empty are told apart.
class Text {
public:
    Text() = default;
    explicit Text(Bytes bytes) { assign(bytes); }
    Text(const Text& other) {
        if (!other.null()) assign(other.bytes());
    }
    Text(Text&& other) noexcept : block_(std::exchange(other.block_, nullptr)) {}
    Text& operator=(Text other) noexcept {
        std::swap(block_, other.block_);
        return *this;
    }
    ~Text() { std::free(block_); }

    void assign(Bytes bytes) {
        GN_ASSERT(bytes.size() <= 65'535);
        char* block = static_cast<char*>(std::malloc(bytes.size() + sizeof(uint16_t)));
        GN_ASSERT(block != nullptr);
        const auto size = static_cast<uint16_t>(bytes.size());
        std::memcpy(block, &size, sizeof size);
        if (size != 0) std::memcpy(block + sizeof size, bytes.data(), size);
        std::free(block_);
        block_ = block;
    }

    bool null() const { return block_ == nullptr; }
    Bytes bytes() const {
        if (block_ == nullptr) return {};
        uint16_t size;
        std::memcpy(&size, block_, sizeof size);
        return {block_ + sizeof size, size};
    }

private:
    char* block_ = nullptr;
};

}  // namespace grapnel
