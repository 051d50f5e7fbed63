#pragma once

#include <grapnel/plugin.h>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <type_traits>

#include "base/bytes.h"

namespace grapnel {

// How values cross the border to a plugin, in both directions. Every struct begins with the size
// that its writer knows.

inline gn_str to_abi(Bytes bytes) { return {bytes.data(), bytes.size()}; }

// False for what is no string: a null pointer with a length.
inline bool from_abi(gn_str text, Bytes& out) {
    if (text.ptr == nullptr && text.len != 0) return false;
    out = Bytes{text.ptr, text.len};
    return true;
}

// Hands `view` out to a caller that set out->size: at most that much, with the size really filled.
template <class View>
gn_status copy_out(View view, View* out) {
    static_assert(std::is_trivially_copyable_v<View>);
    if (out == nullptr || out->size < sizeof(uint32_t)) return GN_E_INVALID;
    const size_t size = std::min<size_t>(out->size, sizeof(View));
    view.size = static_cast<uint32_t>(size);
    std::memcpy(out, &view, size);
    return GN_OK;
}

// Takes a struct of a plugin in: what it did not write is zero. False: null, or shorter than
// `least`, the size up to the last field that cannot be done without.
template <class Struct>
bool copy_in(const Struct* in, size_t least, Struct& out) {
    static_assert(std::is_trivially_copyable_v<Struct>);
    if (in == nullptr || in->size < least) return false;
    out = Struct{};
    std::memcpy(&out, in, std::min<size_t>(in->size, sizeof(Struct)));
    return true;
}

// The size of a struct up to and including a field.
#define GN_SIZE_THROUGH(type, field) (offsetof(type, field) + sizeof(type::field))

// The entry of an event; null: the plugin does not implement it. `hooks` is as long as ours.
inline void (*hook_of(const gn_hooks& hooks, size_t event))() {
    void (*function)() = nullptr;
    std::memcpy(&function,
                reinterpret_cast<const char*>(&hooks) + offsetof(gn_hooks, on_started) +
                    event * sizeof function,
                sizeof function);
    return function;
}

}  // namespace grapnel
