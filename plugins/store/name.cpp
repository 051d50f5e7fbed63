#include "store/name.h"

#include <algorithm>
#include <cstdint>

#include "store/key.h"
#include "store/mqtt_text.h"

namespace grapnel::store {

namespace {

constexpr std::int64_t gn_sysinfo::*kSysInfo[] = {&gn_sysinfo::started_ms,
                                                  &gn_sysinfo::now_ms,
                                                  &gn_sysinfo::bytes_received,
                                                  &gn_sysinfo::bytes_sent,
                                                  &gn_sysinfo::packets_received,
                                                  &gn_sysinfo::packets_sent,
                                                  &gn_sysinfo::messages_received,
                                                  &gn_sysinfo::messages_sent,
                                                  &gn_sysinfo::messages_dropped,
                                                  &gn_sysinfo::clients_connected,
                                                  &gn_sysinfo::clients_disconnected,
                                                  &gn_sysinfo::clients_maximum,
                                                  &gn_sysinfo::clients_total,
                                                  &gn_sysinfo::subscriptions,
                                                  &gn_sysinfo::retained,
                                                  &gn_sysinfo::inflight,
                                                  &gn_sysinfo::inflight_dropped,
                                                  &gn_sysinfo::memory_bytes};

std::string quoted(std::string_view bytes) { return '"' + printable(bytes) + '"'; }

}  // namespace

std::string printable(std::string_view bytes) {
    constexpr std::string_view kHex = "0123456789abcdef";
    std::string out;
    while (!bytes.empty()) {
        const std::size_t length = character_bytes(bytes);
        const auto byte = static_cast<std::uint8_t>(bytes.front());
        const bool plain = byte >= 0x20 && byte != 0x7f && byte != '"' && byte != '\\';
        const bool control = length == 2 && bytes.substr(0, 2) < "\xc2\xa0";
        if (length != 0 && plain && !control) {
            out += bytes.substr(0, length);
            bytes.remove_prefix(length);
            continue;
        }
        out += "\\x";
        out += kHex[byte >> 4];
        out += kHex[byte & 15];
        bytes.remove_prefix(1);
    }
    return out;
}

std::string record_name(Kind kind, std::string_view key) {
    std::string name(name_of(kind));
    if (key.empty()) return name;
    std::string_view id;
    std::string_view rest;
    std::uint64_t number = 0;
    std::uint16_t packet_id = 0;
    if (kind == Kind::body && read_u64(key, number)) return name + ' ' + std::to_string(number);
    if (!is_owned(kind) || !split_owned(key, id, rest)) return name + ' ' + quoted(key);
    name += ' ' + quoted(id) + ", ";
    if (kind == Kind::outbound && read_u64(rest, number)) return name + std::to_string(number);
    if (kind == Kind::inbound && read_u16(rest, packet_id)) return name + std::to_string(packet_id);
    return name + quoted(rest);
}

SysInfoRecord sysinfo_record(const gn_sysinfo& info) {
    SysInfoRecord record;
    for (const auto field : kSysInfo) record.numbers.push_back(info.*field);
    return record;
}

void put_sysinfo(const SysInfoRecord& record, gn_sysinfo& out) {
    const std::size_t count = std::min(std::size(kSysInfo), record.numbers.size());
    for (std::size_t i = 0; i < count; ++i) out.*kSysInfo[i] = record.numbers[i];
}

}  // namespace grapnel::store
