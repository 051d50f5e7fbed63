#pragma once

#include <cstddef>
#include <memory>
#include <utility>

#include "base/assert.h"

namespace grapnel {

// A queue in one growing block: push at the back, pop at the front, no allocation in steady state.
// T is default constructible and movable. One thread.
template <class T>
class Ring {
public:
    bool empty() const { return size_ == 0; }
    size_t size() const { return size_; }

    T& front() {
        GN_ASSERT(size_ != 0);
        return items_[head_];
    }
    T& operator[](size_t index) {
        GN_ASSERT(index < size_);
        return items_[(head_ + index) & (capacity_ - 1)];
    }
    void push_back(T value) {
        if (size_ == capacity_) grow();
        items_[(head_ + size_) & (capacity_ - 1)] = std::move(value);
        ++size_;
    }
    T pop_front() {
        GN_ASSERT(size_ != 0);
        T value = std::exchange(items_[head_], T{});
        head_ = (head_ + 1) & (capacity_ - 1);
        --size_;
        return value;
    }
    void clear() {
        items_.reset();
        capacity_ = head_ = size_ = 0;
    }

private:
    void grow() {
        const size_t capacity = capacity_ == 0 ? 4 : capacity_ * 2;
        auto items = std::make_unique<T[]>(capacity);
        for (size_t i = 0; i < size_; ++i) items[i] = std::move((*this)[i]);
        items_ = std::move(items);
        capacity_ = capacity;
        head_ = 0;
    }

    std::unique_ptr<T[]> items_;
    size_t capacity_ = 0;  // 0 or a power of two
    size_t head_ = 0;
    size_t size_ = 0;
};

}  // namespace grapnel
