#pragma once

#include <cstdint>
#include <span>
#include <utility>

namespace grapnel {

// The subscription identifiers that go with one delivery: none and one cost no allocation.
class Identifiers {
public:
    Identifiers() = default;
    explicit Identifiers(std::span<const uint32_t> identifiers) {
        if (identifiers.empty()) return;
        if (identifiers.size() == 1) {
            one_ = identifiers[0];
            count_ = 1;
            return;
        }
        many_ = new uint32_t[identifiers.size()];
        count_ = static_cast<uint32_t>(identifiers.size());
        for (size_t i = 0; i < identifiers.size(); ++i) many_[i] = identifiers[i];
    }
    Identifiers(Identifiers&& other) noexcept
        : many_(std::exchange(other.many_, nullptr)),
          one_(other.one_),
          count_(std::exchange(other.count_, 0)) {}
    Identifiers& operator=(Identifiers&& other) noexcept {
        std::swap(many_, other.many_);
        std::swap(one_, other.one_);
        std::swap(count_, other.count_);
        return *this;
    }
    ~Identifiers() { delete[] many_; }

    std::span<const uint32_t> span() const {
        if (count_ == 0) return {};
        return {count_ == 1 ? &one_ : many_, count_};
    }

private:
    uint32_t* many_ = nullptr;
    uint32_t one_ = 0;
    uint32_t count_ = 0;
};

}  // namespace grapnel
