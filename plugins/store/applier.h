#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>

#include "store/backend.h"
#include "store/changes.h"
#include "store/known.h"

namespace grapnel::store {

// Turns what the loops were told under one commit into puts and erases. Keeps count of messages:
// one that several receivers wait for is written once, apart from their entries, and erased with
// the last of them. One thread.
class Applier {
public:
    explicit Applier(Known& known) : known_(known) {}

    // The parts of one commit; commits in the order of their numbers.
    void apply(std::span<const Changes> parts, Batch& batch);
    // The same for what is of no commit: it comes between two, which remain neighbours.
    void apply_aside(std::span<const Changes> parts, Batch& batch);

    // A message that only one receiver waits for lies in that one's entry up to this size: as it
    // is written again with every change of the entry.
    static constexpr std::size_t kWithinMost = 4096;

private:
    void count(const Changes::Change& change);
    void change(const Changes::Change& change, Batch& batch);
    void deliver(const Changes::Change& change, Batch& batch);
    void settle(const Changes::Change& change, Batch& batch);
    void retain(const Changes::Change& change, Batch& batch);
    void end_client(std::string_view id, Batch& batch);
    void release(std::uint64_t message_key, Batch& batch);
    std::string_view outbound_key(std::string_view client_id, std::uint64_t order);

    Known& known_;
    // New entries of this commit by message; what was said of a topic in this commit and the one
    // before, which a slower loop may still have been told of.
    std::unordered_map<std::uint64_t, std::uint32_t> fresh_;
    std::unordered_map<std::string, std::uint64_t> retained_;
    std::unordered_map<std::string, std::uint64_t> retained_before_;
    std::string key_;
    std::string value_;
};

}  // namespace grapnel::store
