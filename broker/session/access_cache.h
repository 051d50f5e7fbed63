#pragma once

#include <cstdint>
#include <memory>

namespace grapnel {

// Access answers that a plugin called cacheable, for one client: keyed hash of topic and kind of
// access → allowed. The hash is keyed with a secret, so that nobody can make two topics meet. Home
// worker only. Invariant: an answer given under an older epoch is not an answer.
class AccessCache {
public:
    enum class Answer : uint8_t { unknown, allowed, denied };

    // Empties itself when `epoch` differs from the one of the last call.
    Answer find(uint64_t key, uint64_t epoch);
    void store(uint64_t key, uint64_t epoch, bool allowed);

private:
    struct Entry {
        uint64_t key = 0;
        uint64_t answer = 0;
    };
    void reset(uint64_t epoch);

    std::unique_ptr<Entry[]> entries_;
    uint32_t capacity_ = 0;
    uint32_t used_ = 0;
    uint64_t epoch_ = 0;
};

}  // namespace grapnel
