#include "hooks/message_packet.h"

#include <doctest/doctest.h>

using namespace grapnel;

namespace {

Ref<Message> message_with_properties() {
    mqtt::Properties set;
    std::string raw;
    mqtt::append_user_property({"k", "v"}, raw);
    set.raw = raw;
    set.mark(mqtt::PropertyId::user_property);
    set.content_type = "text";
    set.mark(mqtt::PropertyId::content_type);
    std::string encoded;
    mqtt::collect_forwarded_properties(set, encoded);
    MessageView view;
    view.topic = "t";
    view.payload = "p";
    view.origin = "publisher";
    view.properties = encoded;
    view.key = 42;
    view.qos = 2;
    return Message::create(view);
}

}  // namespace

TEST_CASE("a delivery carries identifiers, place and properties") {
    const Ref<Message> message = message_with_properties();
    const uint32_t identifiers[] = {3, 300};
    DeliveryFacts facts;
    facts.qos = 1;
    facts.packet_id = 11;
    facts.order = 12;
    facts.subscription_identifiers = identifiers;
    MessagePacket packet(*message, facts);

    gn_publish_view view{};
    REQUIRE(packet.box().publish(view) == GN_OK);
    CHECK(view.qos == 1);
    CHECK(view.packet_id == 11);
    CHECK(view.order == 12);
    CHECK(view.key == 42);
    uint32_t identifier = 0;
    REQUIRE(packet.box().property_u32_at(0x0b, 1, identifier) == GN_OK);
    CHECK(identifier == 300);
    mqtt::UserProperty pair;
    REQUIRE(packet.box().user_property(0, pair) == GN_OK);
    CHECK(pair.key == "k");
    Bytes type;
    REQUIRE(packet.box().property_string(0x03, type) == GN_OK);
    CHECK(type == "text");
}

TEST_CASE("changed properties can be encoded again") {
    const Ref<Message> message = message_with_properties();
    MessagePacket packet(*message);
    CHECK(packet.packet().qos == 2);
    CHECK(packet.box().set_property_string(0x03, "other") == GN_OK);
    CHECK(packet.box().add_user_property({"more", "x"}) == GN_OK);
    std::string encoded;
    packet.forwarded_properties(encoded);
    mqtt::Properties again;
    rebuild_properties(encoded, again);
    CHECK(again.content_type == "other");
    mqtt::UserProperty pair;
    REQUIRE(mqtt::user_property_at(again, 1, pair));
    CHECK(pair.key == "more");
}

TEST_CASE("a will shows delay and expiry and is marked") {
    StoredWill will;
    will.message = message_with_properties();
    will.delay_s = 30;
    will.message_expiry_s = 60;
    will.has_message_expiry = true;
    MessagePacket packet(will, "client");
    gn_publish_view view{};
    REQUIRE(packet.box().publish(view) == GN_OK);
    CHECK((view.flags & GN_PK_WILL) != 0);
    CHECK(Bytes(view.origin.ptr, view.origin.len) == "client");
    uint32_t seconds = 0;
    REQUIRE(packet.box().property_u32(0x18, seconds) == GN_OK);
    CHECK(seconds == 30);
    REQUIRE(packet.box().property_u32(0x02, seconds) == GN_OK);
    CHECK(seconds == 60);
    CHECK(packet.box().set_property_u32(0x18, 5) == GN_OK);
}

TEST_CASE("damaged properties are dropped, not believed") {
    mqtt::Properties set;
    rebuild_properties("\x26\x00", set);
    CHECK(set.present == 0);
}
