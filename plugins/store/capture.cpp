#include "store/capture.h"

namespace grapnel::store {

namespace {

// Property ids, MQTT 5.0, 2.2.2.2.
constexpr std::uint32_t kPayloadFormat = 0x01;
constexpr std::uint32_t kMessageExpiry = 0x02;
constexpr std::uint32_t kContentType = 0x03;
constexpr std::uint32_t kResponseTopic = 0x08;
constexpr std::uint32_t kCorrelation = 0x09;
constexpr std::uint32_t kSubscriptionIdentifier = 0x0b;
constexpr std::uint32_t kWillDelay = 0x18;

}  // namespace

MessageRecord capture_message(gn::PacketView packet) {
    const gn_publish_view view = packet.publish();
    MessageRecord record;
    record.topic = text(view.topic);
    record.payload = text(view.payload);
    record.origin = text(view.origin);
    record.created_ms = view.created_ms;
    record.expires_ms = view.expires_ms;
    record.key = view.key;
    record.qos = view.qos;
    record.retain = (view.flags & GN_PK_RETAIN) != 0;
    packet.prop(kContentType, record.content_type);
    packet.prop(kResponseTopic, record.response_topic);
    packet.prop(kCorrelation, record.correlation);
    if (packet.prop(kMessageExpiry, record.expiry_s) && record.expiry_s == 0) record.expiry_s = 1;
    std::uint32_t format = 0;
    if (packet.prop(kPayloadFormat, format)) record.payload_format = format == 1 ? 1 : 2;
    gn_pair pair{};
    for (std::uint32_t i = 0; packet.user(i, pair); ++i)
        record.user.emplace_back(text(pair.key), text(pair.value));
    return record;
}

ClientRecord capture_client(gn::Client client) {
    const gn_client_view view = client.info();
    ClientRecord record;
    record.username = text(view.username);
    record.remote = text(view.remote);
    record.listener = text(view.listener);
    record.session_expiry_s = view.session_expiry_s;
    record.receive_maximum = view.receive_maximum;
    record.protocol = view.protocol;
    record.flags = view.flags & GN_CL_CLEAN;
    record.disconnected_ms = view.disconnected_ms;
    record.will_due_ms = view.will_due_ms;
    const auto will = client.will();
    record.has_will = will.has_value();
    if (!will) return record;
    record.will = capture_message(*will);
    will->prop(kWillDelay, record.will_delay_s);
    return record;
}

SubscriptionRecord capture_subscription(const gn_filter& filter, std::uint8_t qos) {
    SubscriptionRecord record;
    record.identifier = filter.identifier;
    record.qos = qos;
    record.retain_handling = filter.retain_handling;
    record.flags = filter.flags;
    return record;
}

void capture_identifiers(gn::PacketView packet, std::vector<std::uint32_t>& out) {
    out.clear();
    std::uint32_t identifier = 0;
    for (std::uint32_t i = 0; packet.prop_at(kSubscriptionIdentifier, i, identifier); ++i)
        out.push_back(identifier);
}

}  // namespace grapnel::store
