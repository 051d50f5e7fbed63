#pragma once

#include <grapnel/broker.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace grapnel::embed {

// What the embedder subscribed to. Constant but for `over`.
struct Subscription {
    gn_subscription number = 0;
    std::string filter;
    gn_message_fn receive = nullptr;
    void* argument = nullptr;
    std::atomic<bool> over{false};  // nothing is received any more
};

using Subscriptions = std::vector<std::shared_ptr<Subscription>>;

// The embedder inside its running broker: a plugin that publishes and subscribes as every plugin
// may. Main thread of the broker where nothing else is said.
class Client : private gn_plugin {
public:
    // `held` answers the subscriptions that hold from the start on.
    explicit Client(std::function<Subscriptions()> held);
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    const gn_plugin& plugin() const { return *this; }

    // Any thread, once the broker is ready.
    gn_status publish(const gn_message& message) const;
    // Before the start nothing happens: it is held then. Twice is once.
    gn_status subscribe(const std::shared_ptr<Subscription>& subscription);
    void unsubscribe(const Subscription& subscription);

private:
    static gn_status create(const gn_host* host, const gn_node*, void** self, const gn_hooks**);
    static void on_started(gn_call* call);
    static void receive(void* subscription, gn_call* call, const gn_packet* packet);
    static const gn_hooks kHooks;

    std::function<Subscriptions()> held_;
    const gn_host* host_ = nullptr;  // constant from create on
    bool started_ = false;
    std::map<gn_subscription, std::shared_ptr<Subscription>> subscribed_;
};

}  // namespace grapnel::embed
