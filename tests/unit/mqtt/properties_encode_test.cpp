#include "describe.h"
#include "mqtt/properties.h"
#include "property_samples.h"
#include "vectors.h"

using namespace grapnel;
using namespace grapnel::mqtt;
using namespace grapnel::mqtt::test;

TEST_CASE("fields go first by identifier, then what may repeat in its order") {
    std::string raw;
    append_user_property({"b", "2"}, raw);
    append_subscription_identifier(300, raw);
    append_user_property({"a", "1"}, raw);
    Properties properties;
    properties.raw = raw;
    properties.topic_alias = 5;
    properties.mark(PropertyId::topic_alias);
    properties.payload_format = 1;
    properties.mark(PropertyId::payload_format_indicator);
    std::string out = "x";
    encode_properties(properties, out);
    CHECK(out == hex("'x' 16 01 01 23 0005 26 0001'b' 0001'2' 0b ac02 26 0001'a' 0001'1'"));
}

TEST_CASE("an empty set is one byte") {
    std::string out;
    encode_properties(Properties(), out);
    CHECK(out == hex("00"));
}

TEST_CASE("of a decoded set a cleared field is left out, a changed one is written") {
    const std::string raw = hex("01 01 02 00000001 26 0000 0000 03 0001'c' 0b 05");
    Properties properties;
    REQUIRE(decode_properties(raw, PropertyPlace::publish, properties) == kSuccess);
    properties.clear(PropertyId::content_type);
    REQUIRE(set_property_u32(properties, 0x02, 9));
    REQUIRE(set_property_u32(properties, 0x0b, 6));
    std::string out;
    encode_properties(properties, out);
    CHECK(out == hex("0e 01 01 02 00000009 26 0000 0000 0b 06"));
}

TEST_CASE("a subscription identifier may come from the field alone") {
    Properties properties;
    REQUIRE(set_property_u32(properties, 0x0b, 128));
    std::string out;
    encode_properties(properties, out);
    CHECK(out == hex("03 0b 8001"));
}

TEST_CASE("what is handed on to receivers") {
    const std::string raw =
        hex("0b 05 26 0001'k' 0001'1' 01 01 02 00000001 03 0001'c' 08 0001'r' 09 0001 00 23 0001 "
            "26 0001'k' 0001'2'");
    Properties properties;
    REQUIRE(decode_properties(raw, PropertyPlace::publish, properties) == kSuccess);
    std::string out = "x";
    collect_forwarded_properties(properties, out);
    CHECK(out ==
          hex("'x' 01 01 03 0001'c' 08 0001'r' 09 0001 00 26 0001'k' 0001'1' 26 0001'k' 0001'2'"));
    const std::string will_raw = hex("18 00000001 01 00");
    Properties will;
    REQUIRE(decode_properties(will_raw, PropertyPlace::will, will) == kSuccess);
    out.clear();
    collect_forwarded_properties(will, out);
    CHECK(out == hex("01 00"));
    out.clear();
    collect_forwarded_properties(Properties(), out);
    CHECK(out.empty());
}

TEST_CASE("user properties of every size up to the largest") {
    for (const size_t size : {0u, 1u, 127u, 128u, 65'535u}) {
        const std::string text(size, 'x');
        std::string raw;
        append_user_property({text, text}, raw);
        append_user_property({"last", ""}, raw);
        Properties properties;
        REQUIRE(decode_properties(raw, PropertyPlace::disconnect, properties) == kSuccess);
        UserProperty user;
        REQUIRE(user_property_at(properties, 0, user));
        CHECK(user.key == text);
        CHECK(user.value == text);
        REQUIRE(user_property_at(properties, 1, user));
        CHECK(user.key == "last");
        CHECK(!user_property_at(properties, 2, user));
        std::string out;
        encode_properties(properties, out);
        CHECK(out == variable(raw.size()) + raw);
    }
}

TEST_CASE("what may repeat is walked once, each kind in its order") {
    std::string raw;
    append_subscription_identifier(5, raw);
    append_user_property({"one", "1"}, raw);
    append_subscription_identifier(300, raw);
    append_user_property({"two", ""}, raw);
    Properties properties;
    properties.raw = raw;
    RepeatedProperties users(properties);
    UserProperty user;
    REQUIRE(users.next_user_property(user));
    CHECK(user.key == "one");
    REQUIRE(users.next_user_property(user));
    CHECK(user.key == "two");
    CHECK(!users.next_user_property(user));
    CHECK(!users.next_user_property(user));
    RepeatedProperties identifiers(properties);
    uint32_t identifier = 0;
    REQUIRE(identifiers.next_subscription_identifier(identifier));
    CHECK(identifier == 5);
    REQUIRE(identifiers.next_subscription_identifier(identifier));
    CHECK(identifier == 300);
    CHECK(!identifiers.next_subscription_identifier(identifier));
    CHECK(!RepeatedProperties().next_user_property(user));
}

TEST_CASE("subscription identifiers at the bounds of their sizes") {
    for (const uint32_t identifier :
         {1u, 127u, 128u, 16'383u, 16'384u, 2'097'151u, 2'097'152u, kVariableIntegerMaximum}) {
        std::string raw;
        append_subscription_identifier(identifier, raw);
        CHECK(raw == hex("0b") + variable(identifier));
        Properties properties;
        properties.raw = raw;
        uint32_t out = 0;
        CHECK(subscription_identifier_at(properties, 0, out));
        CHECK(out == identifier);
    }
}
