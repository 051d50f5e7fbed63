#include "server/wills.h"

#include <utility>

#include "base/log.h"
#include "hooks/message_packet.h"
#include "mqtt/properties.h"
#include "server/access.h"
#include "server/publishing.h"
#include "server/worker.h"

namespace grapnel {

void discard_will(ClientInfo& client) {
    client.will.reset();
    client.will_due_ms = 0;
}

namespace {

// Asks plugins, which may change it, then what rules a publish of the client.
bool may_be_sent(Worker& worker, ClientInfo& client, MessagePacket& packet) {
    if (worker.hooks.wants(Event::on_will) &&
        worker.hooks.will(client, packet.box()).verdict == Verdict::reject)
        return false;
    const Bytes topic = packet.packet().topic;
    if (judge_topic(worker.limits, topic) == mqtt::Reason::success &&
        check_access(worker, client, topic, BytesHash{}(topic), Access::publish, nullptr).verdict ==
            Verdict::allow)
        return true;
    log_warn("server", "will not sent: the client may not publish there",
             {{"client", client.id.bytes()}, {"topic", topic}});
    return false;
}

}  // namespace

void send_will(Worker& worker, ClientInfo& client) {
    if (!client.will) return;
    const std::unique_ptr<StoredWill> will = std::move(client.will);
    client.will_due_ms = 0;
    MessagePacket packet(*will, client.id.bytes());
    if (!may_be_sent(worker, client, packet))
        return worker.hooks.will_dropped(client, packet.box());
    mqtt::Publish& publish = packet.packet();
    std::string properties;
    packet.forwarded_properties(properties);
    MessageView view;
    view.topic = publish.topic;
    view.payload = publish.payload;
    view.properties = properties;
    view.origin = client.id.bytes();
    view.qos = publish.qos;
    view.retain = publish.retain;
    const bool expires = publish.properties.has(mqtt::PropertyId::message_expiry_interval);
    stamp(worker, view, expires, expires ? publish.properties.message_expiry_s : 0);
    packet.meta().created_ms = view.created_ms;
    packet.meta().expires_ms = view.expires_ms;
    packet.meta().key = view.key;
    distribute(worker, view, client, worker.sessions.find(client.id.bytes()));
    worker.hooks.will_sent(client, packet.box());
}

}  // namespace grapnel
