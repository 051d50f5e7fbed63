#pragma once

#include <utility>
#include <vector>

#include "hooks/restore_target.h"

namespace grapnel {

// Keeps the records that it is given, in the order they came.
struct Restored final : RestoreTarget {
    void client(StoredClient&& client) override { clients.push_back(std::move(client)); }
    void subscription(StoredSubscription&& subscription) override {
        subscriptions.push_back(std::move(subscription));
    }
    void message(StoredMessage&& message) override { inflight.push_back(std::move(message)); }
    void retained(Ref<Message> message) override { kept.push_back(std::move(message)); }
    void sysinfo(const gn_sysinfo&) override { ++sysinfos; }

    size_t size() const {
        return clients.size() + subscriptions.size() + inflight.size() + kept.size();
    }

    std::vector<StoredClient> clients;
    std::vector<StoredSubscription> subscriptions;
    std::vector<StoredMessage> inflight;  // queued ones too
    std::vector<Ref<Message>> kept;       // retained
    int sysinfos = 0;
};

}  // namespace grapnel
