#pragma once

#include <string>
#include <vector>

#include "hex.h"
#include "mqtt/types.h"

namespace grapnel::mqtt::test {

// A valid packet. Each is in the one form that the encoder writes, too.
struct Sample {
    std::string name;
    Version version;
    std::string bytes;
    // Lengths of the body, below the whole, at which the packet is still a valid one when it ends
    // there.
    std::vector<size_t> valid_ends;
};

// The lengths from `first` to the one before `end`.
inline std::vector<size_t> range(size_t first, size_t end) {
    std::vector<size_t> lengths;
    for (size_t length = first; length < end; ++length) lengths.push_back(length);
    return lengths;
}

inline void add_connects(std::vector<Sample>& samples) {
    const auto v31 = Version::v31;
    const auto v311 = Version::v311;
    const auto v5 = Version::v5;
    samples.push_back(
        {"connect 3.1", v31, packet(0x10, hex("0006'MQIsdp' 03 02 003c 0003'abc'")), {}});
    samples.push_back({"connect 3.1 all",
                       v31,
                       packet(0x10, hex("0006'MQIsdp' 03 ec ffff 0001'c' 0003'w/t' 0002'hi' "
                                        "0001'u' 0001'p'")),
                       {24, 27}});  // the login may be missing
    samples.push_back(
        {"connect 3.1.1 nameless", v311, packet(0x10, hex("0004'MQTT' 04 02 0000 0000")), {}});
    samples.push_back({"connect 3.1.1 will",
                       v311,
                       packet(0x10, hex("0004'MQTT' 04 16 000a 0002'id' 0001'w' 0000")),
                       {}});
    samples.push_back({"connect 3.1.1 login",
                       v311,
                       packet(0x10, hex("0004'MQTT' 04 c2 000a 0002'id' 0004'user' 0000")),
                       {}});
    samples.push_back({"connect 5", v5, packet(0x10, hex("0004'MQTT' 05 00 0000 00 0000")), {}});
    samples.push_back({"connect 5 password alone",
                       v5,
                       packet(0x10, hex("0004'MQTT' 05 42 0000 00 0000 0003'key'")),
                       {}});
    const std::string set =
        hex("11 00000e10 15 0002'sc' 16 0002 ff00 17 01 19 00 21 0014 22 000a 27 00010000 "
            "26 0001'a' 0001'b' 26 0001'a' 0001'c'");
    const std::string will = hex(
        "01 01 02 0000003c 03 0004'text' 08 0003'r/t' 09 0002 0001 18 00000005 26 0001'k' 0000");
    samples.push_back({"connect 5 all",
                       v5,
                       packet(0x10, hex("0004'MQTT' 05 f6 0e10") + variable(set.size()) + set +
                                        hex("0002'id'") + variable(will.size()) + will +
                                        hex("0003'w/t' 0003'bye' 0001'u' 0001'p'")),
                       {}});
}

inline void add_connacks(std::vector<Sample>& samples) {
    samples.push_back({"connack 3.1", Version::v31, hex("20 02 00 05"), {}});
    samples.push_back({"connack 3.1.1", Version::v311, hex("20 02 01 00"), {}});
    samples.push_back({"connack 5", Version::v5, hex("20 03 01 00 00"), {}});
    const std::string set =
        hex("11 00000001 12 0002'id' 13 003c 15 0001'm' 16 0000 1a 0001'r' 1c 0001's' 1f 0002'no' "
            "21 0001 22 0000 24 01 25 00 27 00000001 28 00 29 01 2a 00 26 0000 0000");
    samples.push_back({"connack 5 all",
                       Version::v5,
                       packet(0x20, hex("00 87") + variable(set.size()) + set),
                       {}});
}

inline void add_publishes(std::vector<Sample>& samples) {
    for (const Version version : {Version::v31, Version::v311}) {
        samples.push_back(
            {"publish qos 0", version, packet(0x30, hex("0003'a/b' 'hello'")), range(5, 10)});
        samples.push_back({"publish qos 1", version, packet(0x3b, hex("0003'a/b' 0001 'x'")), {7}});
        samples.push_back({"publish qos 2", version, packet(0x34, hex("0001't' ffff")), {}});
    }
    samples.push_back({"publish 5 qos 0", Version::v5, packet(0x31, hex("0001't' 00 'x'")), {4}});
    samples.push_back(
        {"publish 5 alias alone", Version::v5, packet(0x32, hex("0000 0007 03 23 0001")), {}});
    const std::string set =
        hex("01 01 02 00000000 03 0003 e282ac 08 0003'r/t' 09 0003 00ff00 23 ffff "
            "26 0001'a' 0001'1' 0b 01 26 0001'b' 0001'2' 0b ff ff ff 7f");
    samples.push_back({"publish 5 all", Version::v5,
                       packet(0x3d, hex("0013'a/longer/topic/of/w' 1234") + variable(set.size()) +
                                        set + hex("'payload'")),
                       range(24 + set.size(), 24 + set.size() + 7)});
}

inline void add_acks(std::vector<Sample>& samples) {
    for (const unsigned first : {0x40u, 0x50u, 0x62u, 0x70u}) {
        for (const Version version : {Version::v31, Version::v311, Version::v5})
            samples.push_back({"ack", version, packet(first, hex("0102")), {}});
        const std::string code = hex(first < 0x60 ? "10" : "92");
        samples.push_back({"ack 5 code", Version::v5, packet(first, hex("0001") + code), {2}});
        const std::string set = hex("1f 0003'why' 26 0001'k' 0001'v'");
        samples.push_back({"ack 5 all",
                           Version::v5,
                           packet(first, hex("ffff") + code + variable(set.size()) + set),
                           {2, 3}});
    }
}

inline void add_subscriptions(std::vector<Sample>& samples) {
    for (const Version version : {Version::v31, Version::v311}) {
        samples.push_back({"subscribe",
                           version,
                           packet(0x82, hex("0001 0003'a/b' 01 0001'#' 00 0001'+' 02")),
                           {8, 12}});
        samples.push_back({"suback", version, packet(0x90, hex("0001 01 00 02 80")), {3, 4, 5}});
        samples.push_back(
            {"unsubscribe", version, packet(0xa2, hex("0001 0003'a/b' 0001'#'")), {7}});
        samples.push_back({"unsuback", version, packet(0xb0, hex("0001")), {}});
    }
    const auto v5 = Version::v5;
    const std::string set = hex("0b 80 01 26 0001'k' 0001'v'");
    samples.push_back({"subscribe 5",
                       v5,
                       packet(0x82, hex("0001") + variable(set.size()) + set +
                                        hex("0003'a/b' 2e 0001'#' 10 000a'$share/g/t' 01")),
                       {2 + 1 + set.size() + 6, 2 + 1 + set.size() + 10}});
    samples.push_back(
        {"subscribe 5 no properties", v5, packet(0x82, hex("0001 00 0001't' 00")), {}});
    samples.push_back({"suback 5", v5,
                       packet(0x90, hex("0001 0b 1f 0002'ok' 26 0001'k' 0000 00 01 02 87 a2")),
                       range(15, 19)});
    samples.push_back({"unsubscribe 5",
                       v5,
                       packet(0xa2, hex("0001 07 26 0001'k' 0001'v' 0001't' 0001'u'")),
                       {13}});
    samples.push_back({"unsuback 5", v5, packet(0xb0, hex("0001 00 00 11 8f")), {4, 5}});
}

inline void add_others(std::vector<Sample>& samples) {
    for (const Version version : {Version::v31, Version::v311, Version::v5}) {
        samples.push_back({"pingreq", version, hex("c0 00"), {}});
        samples.push_back({"pingresp", version, hex("d0 00"), {}});
        samples.push_back({"disconnect", version, hex("e0 00"), {}});
    }
    const auto v5 = Version::v5;
    samples.push_back({"disconnect 5 code", v5, hex("e0 01 04"), {0}});
    const std::string set = hex("11 00000000 1c 0001's' 1f 0001'r' 26 0000 0000");
    samples.push_back(
        {"disconnect 5 all", v5, packet(0xe0, hex("9d") + variable(set.size()) + set), {0, 1}});
    samples.push_back({"auth empty", v5, hex("f0 00"), {}});
    const std::string auth = hex("15 0002'sc' 16 0003 000102 1f 0001'r' 26 0001'k' 0001'v'");
    samples.push_back(
        {"auth all", v5, packet(0xf0, hex("18") + variable(auth.size()) + auth), {0}});
}

// At least one valid packet of each type and version, with and without what is optional.
inline std::vector<Sample> corpus() {
    std::vector<Sample> samples;
    add_connects(samples);
    add_connacks(samples);
    add_publishes(samples);
    add_acks(samples);
    add_subscriptions(samples);
    add_others(samples);
    return samples;
}

}  // namespace grapnel::mqtt::test
