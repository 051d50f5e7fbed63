#pragma once

#include <string>
#include <utility>
#include <variant>

#include "base/assert.h"

namespace grapnel {

// Why something outside the data path failed, in words for the person who starts the broker.
struct Error {
    std::string text;
};

// A value or an Error, by value.
template <class T>
class [[nodiscard]] Result {
public:
    Result(T value) : state_(std::move(value)) {}
    Result(Error error) : state_(std::move(error)) {}

    explicit operator bool() const { return std::holds_alternative<T>(state_); }
    // Requires: holds a value.
    T& value() {
        GN_ASSERT(std::holds_alternative<T>(state_));
        return std::get<T>(state_);
    }
    // Requires: holds an error.
    const Error& error() const {
        GN_ASSERT(std::holds_alternative<Error>(state_));
        return std::get<Error>(state_);
    }

private:
    std::variant<T, Error> state_;
};

}  // namespace grapnel
