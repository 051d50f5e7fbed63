#include "mqtt/frame.h"

#include "vectors.h"

using namespace grapnel;
using namespace grapnel::mqtt;
using namespace grapnel::mqtt::test;

namespace {

struct Answer {
    FrameState state;
    Frame frame;
    Reason error = Reason::success;
};

Answer ask(Bytes input, size_t maximum = 0) {
    Answer answer{};
    answer.state = next_frame(input, maximum, answer.frame, answer.error);
    return answer;
}

}  // namespace

TEST_CASE("frames come off a stream one by one") {
    const std::string stream = hex("c0 00 30 04 0001't' 'x' e0 00 40");
    Answer answer = ask(stream);
    REQUIRE(answer.state == FrameState::complete);
    CHECK(answer.frame.type == PacketType::pingreq);
    CHECK(answer.frame.size == 2);
    answer = ask(Bytes(stream).substr(2));
    REQUIRE(answer.state == FrameState::complete);
    CHECK(answer.frame.type == PacketType::publish);
    CHECK(answer.frame.body == hex("0001't' 'x'"));
    answer = ask(Bytes(stream).substr(8));
    REQUIRE(answer.state == FrameState::complete);
    CHECK(answer.frame.type == PacketType::disconnect);
    answer = ask(Bytes(stream).substr(10));
    CHECK(answer.state == FrameState::incomplete);
    CHECK(answer.frame.size == 0);
}

TEST_CASE("types and flags: the first byte decides") {
    for (unsigned first = 0; first < 256; ++first) {
        CAPTURE(first);
        const unsigned type = first >> 4;
        const unsigned flags = first & 15;
        bool valid = type != 0 && flags == 0;
        if (type == 3) valid = true;
        if (type == 6 || type == 8 || type == 10) valid = flags == 2 || flags == 10;
        const Answer alone = ask(std::string(1, static_cast<char>(first)));
        CHECK(alone.state == (valid ? FrameState::incomplete : FrameState::broken));
        const std::string bytes = packet(first, "body");
        const Answer whole = ask(bytes);
        CHECK(whole.state == (valid ? FrameState::complete : FrameState::broken));
        if (valid) {
            CHECK(static_cast<unsigned>(whole.frame.type) == type);
            CHECK(whole.frame.flags == flags);
            CHECK(whole.frame.body == "body");
        } else {
            CHECK(alone.error == kMalformed);
            CHECK(whole.error == kMalformed);
        }
    }
}

TEST_CASE("the remaining length: every one of up to three bytes, and the bounds of four") {
    const auto check = [](size_t value) {
        std::string bytes = "\x30" + variable(value);
        const Answer answer = ask(bytes);
        const bool complete = value == 0;
        return answer.state == (complete ? FrameState::complete : FrameState::incomplete) &&
               answer.frame.size == bytes.size() + value && !answer.frame.padded;
    };
    size_t wrong = 0;
    for (size_t value = 0; value < 2'097'152; ++value) wrong += check(value) ? 0u : 1u;
    for (size_t value = 2'097'152; value < kVariableIntegerMaximum; value += 9'973)
        wrong += check(value) ? 0u : 1u;
    CHECK(wrong == 0);
    CHECK(check(2'097'152));
    CHECK(check(kVariableIntegerMaximum));
}

TEST_CASE("a remaining length of more than four bytes is malformed at the fourth") {
    CHECK(ask(hex("30 ff ff ff")).state == FrameState::incomplete);
    for (const char* text : {"30 ff ff ff ff", "30 80 80 80 80", "30 80 80 80 80 00",
                             "30 ff ff ff ff 01", "10 81 80 80 80 00"}) {
        CAPTURE(text);
        const Answer answer = ask(hex(text));
        CHECK(answer.state == FrameState::broken);
        CHECK(answer.error == kMalformed);
    }
}

TEST_CASE("a padded length is told, refused for MQTT 5 and legal before") {
    for (const std::string& bytes :
         {hex("c0 80 00"), hex("e0 80 80 00"), hex("40 82 00 0001"), hex("30 83 80 80 00 0001't'"),
          hex("10 8c 00 0004'MQTT' 04 02 0000 0000"), hex("82 86 00 0001 0001't' 00")}) {
        const Answer answer = ask(bytes);
        REQUIRE(answer.state == FrameState::complete);
        CHECK(answer.frame.padded);
        Packet packet;
        CHECK(decode_bytes(bytes, Version::v311, packet) == kSuccess);
    }
    for (const std::string& bytes :
         {hex("c0 80 00"), hex("d0 80 00"), hex("e0 80 00"), hex("f0 80 00"), hex("40 82 00 0001"),
          hex("30 84 00 0001't' 00"), hex("10 8d 00 0004'MQTT' 05 02 0000 00 0000"),
          hex("82 87 00 0001 00 0001't' 00"), hex("a2 86 00 0001 00 0001't'"),
          hex("20 83 00 00 00 00"), hex("90 84 00 0001 00 00")}) {
        Packet packet;
        CHECK(decode_bytes(bytes, Version::v5, packet) == kMalformed);
    }
}

TEST_CASE("the size limit counts the whole packet and is told by the header") {
    const std::string bytes = packet(0x30, hex("0001't' 'payload'"));
    CHECK(ask(bytes, bytes.size()).state == FrameState::complete);
    CHECK(ask(bytes, bytes.size() - 1).state == FrameState::broken);
    CHECK(ask(bytes, bytes.size() - 1).error == Reason::packet_too_large);
    CHECK(ask(hex("10 ff ff ff 7f"), 1'000'000).error == Reason::packet_too_large);
    CHECK(ask(hex("10 ff ff ff 7f"), 0).state == FrameState::incomplete);
    CHECK(ask(hex("10 ff ff ff 7f"), 0).frame.size == 5u + kVariableIntegerMaximum);
}
