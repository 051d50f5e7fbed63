#include "mqtt/topic_name.h"

#include <random>

#include "mqtt/utf8.h"
#include "vectors.h"

using namespace grapnel;
using namespace grapnel::mqtt;
using namespace grapnel::mqtt::test;

TEST_CASE("what a topic name may hold, at every place") {
    for (size_t size = 1; size < 30; ++size) {
        for (size_t at = 0; at < size; ++at) {
            for (unsigned byte = 0; byte < 256; ++byte) {
                std::string topic(size, 't');
                topic[at] = static_cast<char>(byte);
                Reason expected = Reason::success;
                if (byte == '+' || byte == '#') expected = Reason::topic_name_invalid;
                if (byte == 0 || byte >= 0x80) expected = Reason::malformed_packet;
                REQUIRE(check_topic_name(topic) == expected);
            }
        }
    }
    CHECK(check_topic_name("") == Reason::success);
    CHECK(check_topic_name("/") == Reason::success);
    CHECK(check_topic_name("$SYS/x y") == Reason::success);
}

TEST_CASE("texts of all kinds answer like the plain definition") {
    std::mt19937 random(2);
    const std::string parts[] = {"a",    "level/", "\xc3\xa9", "\xe2\x82\xac",       "12345678",
                                 "\xff", "+",      "#",        std::string(1, '\0'), "*",
                                 "\"",   "\x03",   "\x0b"};
    for (int round = 0; round < 50'000; ++round) {
        std::string topic;
        const size_t count = random() % 6;
        for (size_t part = 0; part < count; ++part) topic += parts[random() % std::size(parts)];
        Reason expected = Reason::success;
        if (topic.find_first_of("+#") != std::string::npos) expected = Reason::topic_name_invalid;
        if (!is_mqtt_string(topic)) expected = Reason::malformed_packet;
        REQUIRE(check_topic_name(topic) == expected);
    }
}

TEST_CASE("a response topic is a topic name with something in it") {
    CHECK(is_response_topic("r"));
    CHECK(!is_response_topic(""));
    CHECK(!is_response_topic("a/+"));
    CHECK(!is_response_topic("#"));
    CHECK(!is_response_topic("\xff"));
}
