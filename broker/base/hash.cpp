#include "base/hash.h"

#include <random>

namespace grapnel {

uint64_t hash_secret() {
    static const uint64_t secret = [] {
        std::random_device device;
        return ((static_cast<uint64_t>(device()) << 32) | device()) | 1u;
    }();
    return secret;
}

}  // namespace grapnel
