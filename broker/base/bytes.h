#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace grapnel {

// Borrowed bytes: text or binary. Whoever hands them on says how long they live.
using Bytes = std::string_view;

// For hash tables keyed by owned strings and asked with borrowed ones, without a copy. Keyed
// (base/hash.h): clients choose most of what is hashed here.
struct BytesHash {
    using is_transparent = void;
    size_t operator()(Bytes bytes) const;
};

}  // namespace grapnel

#include "base/hash.h"  // defines BytesHash
