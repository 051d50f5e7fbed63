#include "embed/client.h"

#include <utility>

#include "hooks/abi.h"
#include "hooks/plugin.h"

namespace grapnel::embed {

namespace {

// The host tells a plugin's subscriptions apart by filter and this.
int32_t id_of(const Subscription& subscription) {
    return static_cast<int32_t>(subscription.number);
}

constexpr gn_hooks hooks_with(void (*on_started)(gn_call*)) {
    gn_hooks hooks{};
    hooks.size = sizeof hooks;
    hooks.on_started = on_started;
    return hooks;
}

}  // namespace

const gn_hooks Client::kHooks = hooks_with(on_started);

Client::Client(std::function<Subscriptions()> held) : gn_plugin{}, held_(std::move(held)) {
    magic = GN_MAGIC;
    size = sizeof(gn_plugin);
    abi_major = GN_ABI_MAJOR;
    abi_minor = GN_ABI_MINOR;
    flags = GN_PLUGIN_CONCURRENT;
    name = "embedder";
    version = GRAPNEL_VERSION;
    hooks = &kHooks;
    gn_plugin::create = Client::create;
}

// The host knows which entry it calls, the entry which client it is part of.
gn_status Client::create(const gn_host* host, const gn_node*, void** self, const gn_hooks**) {
    const gn_plugin& entry = PluginHost::from(host)->plugin->entry();
    auto* client = const_cast<Client*>(static_cast<const Client*>(&entry));
    client->host_ = host;
    *self = client;
    return GN_OK;
}

void Client::on_started(gn_call* call) {
    auto* client = static_cast<Client*>(call->self);
    client->started_ = true;
    for (const auto& subscription : client->held_()) client->subscribe(subscription);
}

gn_status Client::publish(const gn_message& message) const {
    return host_->core->publish(host_, &message);
}

gn_status Client::subscribe(const std::shared_ptr<Subscription>& subscription) {
    if (!started_ || subscription->over || subscribed_.contains(subscription->number)) return GN_OK;
    const gn_status status = host_->core->subscribe(
        host_, to_abi(subscription->filter), id_of(*subscription), receive, subscription.get());
    if (status == GN_OK) subscribed_.emplace(subscription->number, subscription);
    return status;
}

void Client::unsubscribe(const Subscription& subscription) {
    const auto found = subscribed_.find(subscription.number);
    if (found == subscribed_.end()) return;
    host_->core->unsubscribe(host_, to_abi(subscription.filter), id_of(subscription));
    subscribed_.erase(found);
}

// The subscription may end inside the callback.
void Client::receive(void* argument, gn_call* call, const gn_packet* packet) {
    const auto* subscription = static_cast<const Subscription*>(argument);
    if (subscription->over) return;
    gn_publish_view view{};
    view.size = sizeof view;
    if (call->host->packet->publish(packet, &view) != GN_OK) return;
    subscription->receive(subscription->argument, &view, packet);
}

}  // namespace grapnel::embed
