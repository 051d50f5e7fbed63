#include <algorithm>
#include <memory>

#include "hooks/message_packet.h"
#include "mqtt/decode.h"
#include "server/broker.h"
#include "server/connection.h"
#include "server/eviction.h"
#include "server/owned_message.h"
#include "server/publishing.h"
#include "server/worker.h"
#include "topics/filter.h"

namespace grapnel {

uint32_t Broker::worker_count() const { return worker_count_; }

void Broker::post(uint32_t loop, void (*fn)(void*), void* arg) {
    if (loop >= core_.workers.size()) return main_.post([fn, arg] { fn(arg); });
    Worker* const worker = core_.workers[loop].get();
    worker->loop.post([worker, fn, arg] {
        worker->wake();
        fn(arg);
    });
}

uv_loop_t* Broker::uv_loop(uint32_t loop) {
    return loop < core_.workers.size() ? core_.workers[loop]->loop.uv() : main_.uv();
}

int64_t Broker::monotonic_ms() const {
    Clock now;
    now.refresh();
    return now.monotonic_ms;
}

int64_t Broker::wall_ms() const {
    Clock now;
    now.refresh();
    return now.wall_ms;
}

gn_status Broker::publish(const MessageView& message, uint32_t expiry_s) {
    if (!takes_inline_) return GN_E_UNSUPPORTED;
    const auto owned = std::make_shared<const OwnedMessage>(message);
    Worker* worker = Worker::current();
    if (worker == nullptr || &worker->core != &core_) worker = core_.workers[0].get();
    const bool posted = gate_.post(*worker, [worker, owned, expiry_s] {
        worker->wake();
        publish_inline(*worker, owned->view(), expiry_s != 0, expiry_s);
    });
    return posted ? GN_OK : GN_E_LIMIT;
}

gn_status Broker::subscribe(uint64_t subscription, Bytes text) {
    if (!takes_inline_) return GN_E_UNSUPPORTED;
    Filter filter;
    if (!parse_filter(text, SIZE_MAX, filter)) return GN_E_INVALID;
    const SubscriberKey self{subscription, core_.inline_worker};
    SubscriptionOptions options;
    options.qos = 2;
    options.retain_as_published = true;
    inline_subscriptions_.push_back({subscription, std::string(text)});
    if (filter.shared) {
        auto presence = Ref<Presence>::adopt(new Presence);
        presence->set_online(true);
        core_.index.subscribe_shared(filter, {self, options, "inline", std::move(presence)});
        return GN_OK;
    }
    core_.index.subscribe(filter, self, options);
    auto mails = std::make_shared<std::vector<Mail>>();
    for (auto& message : core_.retained.match(filter.topics, wall_ms())) {
        Mail mail;
        mail.message = std::move(message);
        mail.session = subscription;
        mails->push_back(std::move(mail));
    }
    core_.deliver_inline(std::move(mails));
    return GN_OK;
}

gn_status Broker::unsubscribe(uint64_t subscription) {
    const auto found =
        std::find_if(inline_subscriptions_.begin(), inline_subscriptions_.end(),
                     [&](const InlineSubscription& held) { return held.number == subscription; });
    if (found == inline_subscriptions_.end()) return GN_E_GONE;
    Filter filter;
    if (parse_filter(found->filter, SIZE_MAX, filter))
        core_.index.unsubscribe(filter, {subscription, core_.inline_worker});
    inline_subscriptions_.erase(found);
    return GN_OK;
}

void Broker::receive_inline(const std::vector<Mail>& mails) {
    for (const Mail& mail : mails) {
        if (!mail.route) {
            deliver_inline(mail.session, *mail.message);
            continue;
        }
        for (const Target& target : mail.route->targets(core_.inline_worker))
            deliver_inline(target.session, *mail.message);
    }
}

void Broker::deliver_inline(uint64_t subscription, const Message& message) {
    MessagePacket packet(message);
    core_.hooks.deliver_inline(subscription, packet.box());
}

void Broker::drop_slots(uint32_t loop, size_t plugin) {
    if (loop < core_.workers.size()) core_.workers[loop]->drop_plugin_slots(plugin);
}

gn_status Broker::inject(Bytes client_id, Bytes wire) {
    mqtt::Frame frame;
    mqtt::Reason error{};
    if (mqtt::next_frame(wire, 0, frame, error) != mqtt::FrameState::complete ||
        frame.size != wire.size())
        return GN_E_INVALID;
    if (client_id.empty()) {
        mqtt::Publish packet;
        if (frame.type != mqtt::PacketType::publish) return GN_E_UNSUPPORTED;
        if (mqtt::decode_publish(frame, mqtt::Version::v5, packet) != mqtt::Reason::success ||
            packet.topic.empty())
            return GN_E_INVALID;
        std::string properties;
        mqtt::collect_forwarded_properties(packet.properties, properties);
        MessageView view;
        view.topic = packet.topic;
        view.payload = packet.payload;
        view.properties = properties;
        view.qos = packet.qos;
        view.retain = packet.retain;
        return publish(view, packet.properties.has(mqtt::PropertyId::message_expiry_interval)
                                 ? packet.properties.message_expiry_s
                                 : 0);
    }
    Worker* const worker = &core_.home_of(client_id);
    worker->loop.post([worker, id = std::string(client_id), bytes = std::string(wire)] {
        worker->wake();
        const Session* session = worker->sessions.find(id);
        if (session != nullptr && session->connection != nullptr)
            session->connection->inject(bytes);
    });
    return GN_OK;
}

gn_status Broker::disconnect(Bytes client_id, mqtt::Reason reason, bool drops) {
    Worker* const worker = &core_.home_of(client_id);
    const auto task = [worker, id = std::string(client_id), reason, drops] {
        worker->wake();
        if (drops)
            drop_session(*worker, id, reason);
        else
            disconnect_client(*worker, id, reason);
    };
    return gate_.post(*worker, task) ? GN_OK : GN_E_LIMIT;
}

void Broker::access_changed(Bytes client_id) {
    if (client_id.empty()) {
        core_.access_epoch.fetch_add(1, std::memory_order_acq_rel);
        return;
    }
    Worker* const worker = &core_.home_of(client_id);
    worker->loop.post([worker, id = std::string(client_id)] {
        Session* session = worker->sessions.find(id);
        if (session != nullptr) session->info.access.reset();
    });
}

}  // namespace grapnel
