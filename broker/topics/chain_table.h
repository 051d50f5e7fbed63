#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/assert.h"
#include "topics/table_scan.h"

namespace grapnel {

// A hash table of nodes that it does not own, chained through Node::chain and placed by Node::hash.
// It is cut into shards that grow and shrink on their own, so that no single insertion pays for
// moving all of a big table.
template <class Node>
class ChainTable {
public:
    // The first node with this hash that `is_wanted` accepts, or null.
    template <class Predicate>
    Node* find(uint32_t hash, Predicate is_wanted) const {
        const Shard& shard = shard_of(hash);
        if (shard.buckets.empty()) return nullptr;
        for (Node* node = shard.buckets[shard.bucket_of(hash)]; node != nullptr; node = node->chain)
            if (node->hash == hash && is_wanted(*node)) return node;
        return nullptr;
    }

    // Requires: not in a table.
    void insert(Node* node) {
        Shard& shard = shard_of(node->hash);
        if (shard.count == shard.buckets.size())
            resize(shard, shard.count == 0 ? 1 : shard.count * 2);
        Node*& head = shard.buckets[shard.bucket_of(node->hash)];
        node->chain = head;
        head = node;
        ++shard.count;
    }

    // Requires: is in this table.
    void erase(Node* node) {
        Shard& shard = shard_of(node->hash);
        Node** link = &shard.buckets[shard.bucket_of(node->hash)];
        while (*link != node) {
            GN_ASSERT(*link != nullptr);
            link = &(*link)->chain;
        }
        *link = node->chain;
        node->chain = nullptr;
        --shard.count;
        if (shard.count * 8 < shard.buckets.size()) resize(shard, shard.buckets.size() / 4);
    }

    // Calls fn(Node*) for each; fn may free it. The table is empty afterwards.
    template <class Fn>
    void drain(Fn fn) {
        for (Shard& shard : shards_) {
            for (Node* head : shard.buckets) {
                while (head != nullptr) {
                    Node* next = head->chain;
                    fn(head);
                    head = next;
                }
            }
            shard = {};
        }
    }

    // Calls fn(const Node&) for the next `count` nodes or so; one that is in the table from the
    // first slice to the last comes at least once, and maybe again where the table was resized.
    template <class Fn>
    void scan(TableScan& at, size_t count, Fn fn) const {
        while (!at.ended && count > 0) {
            const Shard& shard = shards_[at.shard];
            size_t cost = 1;  // an empty bucket has one too
            if (!shard.buckets.empty()) {
                const size_t bucket = shard.bucket_of(at.bucket);
                for (const Node* node = shard.buckets[bucket]; node != nullptr;
                     node = node->chain, ++cost)
                    fn(*node);
                at.bucket = bucket_after(at.bucket, shard.buckets.size());
            }
            if (shard.buckets.empty() || at.bucket == 0) {
                at.bucket = 0;
                ++at.shard;
                at.ended = at.shard == shards_.size();
            }
            count -= std::min(count, cost);
        }
    }

private:
    static constexpr uint32_t kShardBits = 6;

    struct Shard {
        std::vector<Node*> buckets;  // a power of two of them, or none
        size_t count = 0;

        size_t bucket_of(uint32_t hash) const { return hash & (buckets.size() - 1); }
    };

    const Shard& shard_of(uint32_t hash) const { return shards_[hash >> (32 - kShardBits)]; }
    Shard& shard_of(uint32_t hash) { return shards_[hash >> (32 - kShardBits)]; }

    static uint32_t reversed(uint32_t bits) {
        uint32_t turned = 0;
        for (int i = 0; i < 32; ++i, bits >>= 1U) turned = (turned << 1U) | (bits & 1U);
        return turned;
    }

    // The bucket that a scan visits next, of a power of two of them; 0 behind the last. It counts
    // from the highest bit downward, so that those that it has passed stay passed in a table of
    // another size, whose buckets differ from these by more or fewer high bits.
    static uint32_t bucket_after(uint32_t bucket, size_t bucket_count) {
        const auto mask = static_cast<uint32_t>(bucket_count - 1);
        return reversed(reversed(bucket | ~mask) + 1);
    }

    static void resize(Shard& shard, size_t bucket_count) {
        Shard resized;
        resized.buckets.resize(bucket_count);
        resized.count = shard.count;
        for (Node* head : shard.buckets) {
            while (head != nullptr) {
                Node* next = head->chain;
                Node*& place = resized.buckets[resized.bucket_of(head->hash)];
                head->chain = place;
                place = head;
                head = next;
            }
        }
        shard = std::move(resized);
    }

    std::array<Shard, size_t{1} << kShardBits> shards_;
};

}  // namespace grapnel
