#include "server/publishing.h"

#include "hooks/message_packet.h"
#include "server/outgoing.h"
#include "server/router.h"
#include "server/worker.h"
#include "topics/filter.h"

namespace grapnel {

namespace {

bool below(Bytes topic, Bytes root) {
    return topic.starts_with(root) && (topic.size() == root.size() || topic[root.size()] == '/');
}

}  // namespace

mqtt::Reason judge_topic(const config::Limits& limits, Bytes topic) {
    if (!topic_name_valid(topic, limits.maximum_topic_levels))
        return mqtt::Reason::topic_name_invalid;
    if (topic[0] != '$') return mqtt::Reason::success;
    return below(topic, "$SYS") || below(topic, "$share") ? mqtt::Reason::not_authorized
                                                          : mqtt::Reason::success;
}

void stamp(Worker& worker, MessageView& view, bool has_expiry, uint32_t expiry_s) {
    view.key = worker.next_message_key();
    view.created_ms = worker.clock.wall_ms;
    view.expiry_announced = has_expiry;
    const uint32_t most_s = worker.limits.maximum_message_expiry_interval_s;
    if (!has_expiry && most_s == 0) return;
    if (!has_expiry || (most_s != 0 && expiry_s > most_s)) expiry_s = most_s;
    view.expires_ms = view.created_ms + int64_t{expiry_s} * 1000;
}

size_t distribute(Worker& worker, const MessageView& view, ClientInfo& publisher,
                  const Session* publisher_session) {
    Outgoing message(worker, view, publisher.key);
    Router router(worker);
    if (view.retain && worker.limits.retain_available) router.retain(message, publisher);
    return router.route(message, publisher_session);
}

void publish_inline(Worker& worker, const MessageView& given, bool has_expiry, uint32_t expiry_s) {
    MessageView view = given;
    std::string properties(given.properties);
    mqtt::Publish packet;
    MessageMeta meta;
    PacketBox box(&packet, mqtt::Version::v5, &meta);
    stamp(worker, view, has_expiry, expiry_s);
    const bool asked =
        worker.hooks.wants(Event::on_publish) || worker.hooks.wants(Event::on_published);
    if (asked) {
        packet.topic = view.topic;
        packet.payload = view.payload;
        packet.qos = view.qos;
        packet.retain = view.retain;
        rebuild_properties(given.properties, packet.properties);
        meta.created_ms = view.created_ms;
        meta.expires_ms = view.expires_ms;
        meta.key = view.key;
        meta.flags = GN_PK_INLINE;
        const Outcome outcome = worker.hooks.publish(worker.inline_client, box, nullptr);
        if (outcome.verdict == Verdict::reject) return;
        if (outcome.verdict != Verdict::ignore) {
            view.topic = packet.topic;
            view.payload = packet.payload;
            view.qos = packet.qos;
            view.retain = packet.retain;
            properties.clear();
            mqtt::collect_forwarded_properties(packet.properties, properties);
            view.properties = properties;
            distribute(worker, view, worker.inline_client, nullptr);
        }
        worker.hooks.published(worker.inline_client, box);
        return;
    }
    distribute(worker, view, worker.inline_client, nullptr);
}

void publish_sys(Worker& worker, Bytes topic, Bytes value) {
    MessageView view;
    view.topic = topic;
    view.payload = value;
    view.retain = true;
    view.key = worker.next_message_key();
    view.created_ms = worker.clock.wall_ms;
    Outgoing message(worker, view);
    worker.core.retained.set_own(message.hold());
    Router(worker).route(message, nullptr);
}

}  // namespace grapnel
