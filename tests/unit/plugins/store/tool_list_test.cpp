// What shows a store: `sessions`, `session`, `queues`, `retained`; and the words of all commands.

#include <doctest/doctest.h>

#include <string>
#include <string_view>

#include "plugins/store/tool_place.h"
#include "store/mqtt_text.h"
#include "store/name.h"
#include "store/tool_text.h"

using namespace grapnel::store;
using namespace grapnel::store::test;

TEST_CASE("sessions") {
    MemoryPlace place;
    fill(place.backend);
    CHECK(place.run({"sessions"}) == 0);
    CHECK(
        place.out ==
        "client                    disconnected since    expiry      subscriptions  queued    in "
        "flight  will\n"
        "quote\\x22\\x0a             connected             at the end  0              0         0 "
        "         -\n"
        "sensor-7                  2025-07-31T22:13:21Z  never       2              1         2 "
        "         plant/7/state\n"
        "\\xff\\xfe                  connected             at the end  0              1         0 "
        "         -\n");
    CHECK(place.run({"sessions", "--json"}) == 0);
    CHECK(place.printed("{\"client_base64\":\"//4=\",\"connected\":true,"));
    CHECK(place.printed(
        "{\"client\":\"sensor-7\",\"connected\":false,\"disconnected_ms\":1754000001000,"
        "\"session_expiry_s\":4294967295,\"subscriptions\":2,\"queued\":1,\"in_flight\":2,"
        "\"will\":\"plant/7/state\"}\n"));
}

TEST_CASE("a session") {
    MemoryPlace place;
    fill(place.backend);
    CHECK(place.run({"session", "sensor-7"}) == 0);
    CHECK(place.printed("user name         user\n"));
    CHECK(place.printed("will              plant/7/state, QoS 1, retained, 4 B, delay 30s\n"));
    CHECK(place.printed("will is due       2025-07-31T22:13:51Z\n"));
    CHECK(place.printed("2    retain handling 1, no local, retain as published"));
    CHECK(
        place.printed("1             2    7 B         65535      sent 9s ago           "
                      "plant/7/temperature\n"));
    CHECK(place.printed("2             2    -           7          waits for PUBCOMP     -\n"));
    CHECK(place.printed("queued                plant/7/temperature\n"));
    CHECK(place.printed("received from it and not released: 65535\n"));
    CHECK(place.run({"session", "sensor-7", "--json"}) == 0);
    CHECK(place.printed("{\"kind\":\"body\",\"message_key\":9,"));
    CHECK(place.run({"session", "nobody"}) == 1);
    CHECK(place.said("there is no session \"nobody\""));
    CHECK(place.run({"session", "--", "--x"}) == 1);
    CHECK(place.said("\"--x\""));
}

TEST_CASE("queues, the longest first") {
    MemoryPlace place;
    for (std::uint64_t order = 0; order < 6; ++order) {
        place.backend.of(Kind::outbound)[outbound_key("b", order)] = encoded(queued(9));
        if (order < 3)
            place.backend.of(Kind::outbound)[outbound_key("c", order)] = encoded(queued(9));
        if (order < 3)
            place.backend.of(Kind::outbound)[outbound_key("a", order)] = encoded(queued(9));
    }
    CHECK(place.run({"queues", "--json"}) == 0);
    CHECK(place.out ==
          "{\"client\":\"b\",\"queued\":6,\"in_flight\":0}\n"
          "{\"client\":\"a\",\"queued\":3,\"in_flight\":0}\n"
          "{\"client\":\"c\",\"queued\":3,\"in_flight\":0}\n");
    CHECK(place.run({"queues", "--limit", "1"}) == 0);
    CHECK(place.out == "queued      in flight   client\n6           0           b\n");
    CHECK(place.run({"queues", "--limit=0", "--json"}) == 2);
    CHECK(place.out.empty());
}

TEST_CASE("retained messages") {
    MemoryPlace place;
    fill(place.backend);
    CHECK(place.run({"retained", "plant/#"}) == 0);
    CHECK(place.out ==
          "qos  size        age       expires in  topic\n"
          "2    7 B         9s        50s         plant/7/temperature\n");
    place.now_ms += 60'000;
    CHECK(place.run({"retained"}) == 0);
    CHECK(place.printed("expired     plant/7/temperature\n"));
    CHECK(place.printed("never       bare\n"));
    CHECK(place.run({"retained", "a#"}) == 2);
    CHECK(place.said("\"a#\" is no topic filter"));
}

TEST_CASE("records that cannot be read are named, and the others shown") {
    MemoryPlace place;
    fill(place.backend);
    place.backend.of(Kind::client)["bad"] = "\1";
    CHECK(place.run({"sessions"}) == 1);
    CHECK(place.said("client \"bad\" is truncated"));
    CHECK(place.printed("sensor-7"));
    place.backend.scan_fault = "a bad block";
    CHECK(place.run({"retained"}) == 1);
    CHECK(place.said("reading records of kind retained ends early: a bad block"));
}

TEST_CASE("wrong words") {
    MemoryPlace place;
    for (const auto& words : {std::initializer_list<std::string_view>{},
                              {"sesions"},
                              {"sessions", "x"},
                              {"sessions", "--merge"},
                              {"session"},
                              {"session", "a", "b"},
                              {"queues", "--limit"},
                              {"queues", "--limit", "-1"},
                              {"queues", "--limit", "1x"},
                              {"verify", "--json"},
                              {"import"}}) {
        CHECK(place.run(words) == 2);
        CHECK(place.said("see grapnel store --help"));
        CHECK(place.out.empty());
    }
}

TEST_CASE("filters match as the broker's do") {
    struct Case {
        std::string filter, topic;
        bool matches;
    };
    const Case cases[] = {
        {"a/b", "a/b", true},   {"a/+", "a/b", true},     {"a/+", "a", false},
        {"a/#", "a", true},     {"#", "a/b", true},       {"+/+", "/a", true},
        {"+", "/a", false},     {"a/", "a", false},       {"a", "a/", false},
        {"#", "$SYS/x", false}, {"+/x", "$SYS/x", false}, {"$SYS/#", "$SYS/x", true},
        {"a/+/c", "a//c", true}};
    for (const Case& each : cases) {
        CAPTURE(each.filter);
        CAPTURE(each.topic);
        CHECK(filter_matches(each.filter, each.topic) == each.matches);
    }
    for (const std::string_view good :
         {"a", "#", "+", "/", "+/#", "a/+/b", "$share/g/a", "$share/g//"})
        CHECK(is_filter(good));
    for (const std::string_view bad :
         {"", "a#", "a+", "#/a", "+a/b", "$share/g", "$share//a", "$share/g/", "$share/+/a"})
        CHECK_FALSE(is_filter(bad));
}

TEST_CASE("names are printable") {
    CHECK(printable("plain \xc3\xa9") == "plain \xc3\xa9");
    CHECK(printable("\xff\xc3\x1b[0m\"\\") == "\\xff\\xc3\\x1b[0m\\x22\\x5c");
    CHECK(printable("\xc2\x9b\xe2\x82") == "\\xc2\\x9b\\xe2\\x82");
}

TEST_CASE("numbers as people read them") {
    CHECK(text_of_duration(-5) == "0s");
    CHECK(text_of_duration(59'999) == "59s");
    CHECK(text_of_duration(200'000) == "3m 20s");
    CHECK(text_of_duration(3'600'000) == "1h");
    CHECK(text_of_duration(3'659'000) == "1h");
    CHECK(text_of_duration(187'200'000) == "2d 4h");
    CHECK(text_of_size(1023) == "1023 B");
    CHECK(text_of_size(1536) == "1.5 KiB");
    CHECK(text_of_size(std::uint64_t{5} << 30) == "5.0 GiB");
    CHECK(text_of_time(0) == "1970-01-01T00:00:00Z");
    CHECK(text_of_expiry(0) == "at the end");
    CHECK(text_of_expiry(0xffffffff) == "never");
}
