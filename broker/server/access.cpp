#include "server/access.h"

#include "server/worker.h"

namespace grapnel {

namespace {

uint64_t cache_key(uint64_t topic_hash, Access access) {
    // Spreads the three kinds of access over the whole key, so that none can be reached from
    // another.
    constexpr uint64_t kSpread[] = {0, 0x9e3779b97f4a7c15u, 0xc2b2ae3d27d4eb4fu};
    const uint64_t key = topic_hash ^ kSpread[static_cast<int>(access)];
    return key == 0 ? 1 : key;
}

AccessCache::Answer remembered(Worker& worker, ClientInfo& client, uint64_t key) {
    if (!client.access) return AccessCache::Answer::unknown;
    return client.access->find(key, worker.core.access_epoch.load(std::memory_order_acquire));
}

Outcome ask(Worker& worker, ClientInfo& client, Bytes topic, Access access, Waiter* waiter,
            uint64_t key) {
    const uint64_t epoch = worker.core.access_epoch.load(std::memory_order_acquire);
    const Outcome outcome = worker.hooks.acl_check(client, topic, access, waiter);
    if (outcome.cacheable && outcome.verdict != Verdict::deferred) {
        if (!client.access) client.access = std::make_unique<AccessCache>();
        client.access->store(key, epoch, outcome.verdict == Verdict::allow);
    }
    return outcome;
}

}  // namespace

bool may_deliver(Worker& worker, ClientInfo& client, Outgoing& message) {
    if (client.is_inline) return true;
    const uint64_t key = cache_key(message.topic_hash(), Access::deliver);
    const AccessCache::Answer answer = remembered(worker, client, key);
    if (answer != AccessCache::Answer::unknown) return answer == AccessCache::Answer::allowed;
    return ask(worker, client, message.view().topic, Access::deliver, nullptr, key).verdict ==
           Verdict::allow;
}

bool access_remembered(Worker& worker, ClientInfo& client, size_t topic_hash, Access access) {
    return remembered(worker, client, cache_key(topic_hash, access)) ==
           AccessCache::Answer::allowed;
}

Outcome check_access(Worker& worker, ClientInfo& client, Bytes topic, size_t topic_hash,
                     Access access, Waiter* waiter) {
    if (client.is_inline) return Outcome{Verdict::allow};
    const uint64_t key = cache_key(topic_hash, access);
    const AccessCache::Answer answer = remembered(worker, client, key);
    if (answer == AccessCache::Answer::allowed) return Outcome{Verdict::allow};
    if (answer == AccessCache::Answer::denied) return Outcome{Verdict::deny};
    return ask(worker, client, topic, access, waiter, key);
}

}  // namespace grapnel
