#pragma once

#include <concepts>
#include <utility>

namespace grapnel {

// A counted pointer to an object that carries its own count: T has add_reference() and
// drop_reference(). Copies may live on any thread when T's count is atomic.
template <class T>
class Ref {
public:
    Ref() = default;
    // Shares `pointer`, which may be null.
    explicit Ref(T* pointer) : pointer_(pointer) {
        if (pointer_ != nullptr) pointer_->add_reference();
    }
    // Takes over one count that the caller already holds.
    static Ref adopt(T* pointer) {
        Ref ref;
        ref.pointer_ = pointer;
        return ref;
    }
    Ref(const Ref& other) : Ref(other.pointer_) {}
    Ref(Ref&& other) noexcept : pointer_(std::exchange(other.pointer_, nullptr)) {}
    // From a Ref to what T is a base or a const of.
    template <class U>
    requires(std::convertible_to<U*, T*> && !std::same_as<U, T>) Ref(Ref<U> other)
        : pointer_(other.release()) {}
    Ref& operator=(Ref other) noexcept {
        std::swap(pointer_, other.pointer_);
        return *this;
    }
    ~Ref() {
        if (pointer_ != nullptr) pointer_->drop_reference();
    }

    // Gives the count up to the caller; null from here on.
    [[nodiscard]] T* release() { return std::exchange(pointer_, nullptr); }

    T* get() const { return pointer_; }
    T& operator*() const { return *pointer_; }
    T* operator->() const { return pointer_; }
    explicit operator bool() const { return pointer_ != nullptr; }

private:
    T* pointer_ = nullptr;
};

}  // namespace grapnel
