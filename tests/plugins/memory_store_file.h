// The records of memory_store and the file it keeps them in.
#pragma once

#include <grapnel/plugin.h>

#include <cstdint>
#include <istream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

struct StoredMessage {
    std::string topic, payload, content_type, response_topic, correlation, origin;
    std::vector<std::pair<std::string, std::string>> user;
    std::vector<uint32_t> identifiers;
    uint64_t key = 0, order = 0;
    int64_t created_ms = 0, expires_ms = 0, sent_ms = 0;
    uint32_t expiry_s = 0, qos = 0, retain = 0, payload_format = 0, packet_id = 0, type = 3,
             dup = 0;
};

struct StoredFilter {
    uint32_t identifier = 0, qos = 0, retain_handling = 0, flags = 0;
};

struct StoredClient {
    std::string id, username, remote, listener;
    uint32_t has_username = 0, session_expiry_s = 0, protocol = 5, flags = 0, receive_maximum = 0;
    int64_t disconnected_ms = 0, will_due_ms = 0;
    uint32_t has_will = 0, will_delay_s = 0;
    StoredMessage will;
    std::map<std::string, StoredFilter> filters;
    std::map<uint64_t, StoredMessage> outbound;  // by order
    std::set<uint32_t> inbound;                  // packet ids of QoS 2 messages not released
};

// The file holds words, and strings as their length and bytes.
struct Writer {
    std::ostringstream out;
    template <class Number>
    void operator()(Number& value) {
        out << +value << ' ';
    }
    void operator()(std::string& text) { out << text.size() << ':' << text << ' '; }
};

struct Reader {
    std::istream& in;
    template <class Number>
    void operator()(Number& value) {
        in >> value;
    }
    void operator()(std::string& text) {
        size_t size = 0;
        char colon = 0;
        in >> size;
        in.get(colon);
        if (!in || size > (size_t{1} << 28)) return;
        text.resize(size);
        in.read(text.data(), static_cast<std::streamsize>(size));
    }
};

// Sizes before elements, so that one description serves both directions.
template <class File, class List>
void count_and_each(File& file, List& list) {
    size_t count = list.size();
    file(count);
    list.resize(count);
}

template <class File>
void transfer(File& file, StoredMessage& m) {
    for (std::string* text :
         {&m.topic, &m.payload, &m.content_type, &m.response_topic, &m.correlation, &m.origin})
        file(*text);
    count_and_each(file, m.user);
    for (auto& [key, value] : m.user) {
        file(key);
        file(value);
    }
    count_and_each(file, m.identifiers);
    for (uint32_t& identifier : m.identifiers) file(identifier);
    file(m.key);
    file(m.order);
    for (int64_t* time : {&m.created_ms, &m.expires_ms, &m.sent_ms}) file(*time);
    for (uint32_t* number :
         {&m.expiry_s, &m.qos, &m.retain, &m.payload_format, &m.packet_id, &m.type, &m.dup})
        file(*number);
}

// The records of a map, which hold their own keys.
template <class File, class Map, class Record, class Key>
void transfer_records(File& file, Map& map, Key Record::*key) {
    std::vector<Record> records;
    for (auto& [name, record] : map) records.push_back(std::move(record));
    count_and_each(file, records);
    map.clear();
    for (Record& record : records) {
        transfer(file, record);
        const Key name = record.*key;
        map[name] = std::move(record);
    }
}

template <class File>
void transfer(File& file, StoredClient& c) {
    for (std::string* text : {&c.id, &c.username, &c.remote, &c.listener}) file(*text);
    for (uint32_t* number : {&c.has_username, &c.session_expiry_s, &c.protocol, &c.flags,
                             &c.receive_maximum, &c.has_will, &c.will_delay_s})
        file(*number);
    file(c.disconnected_ms);
    file(c.will_due_ms);
    transfer(file, c.will);

    std::vector<std::pair<std::string, StoredFilter>> filters(c.filters.begin(), c.filters.end());
    count_and_each(file, filters);
    for (auto& [text, f] : filters) {
        file(text);
        for (uint32_t* number : {&f.identifier, &f.qos, &f.retain_handling, &f.flags})
            file(*number);
    }
    c.filters = {filters.begin(), filters.end()};

    transfer_records(file, c.outbound, &StoredMessage::order);

    std::vector<uint32_t> ids(c.inbound.begin(), c.inbound.end());
    count_and_each(file, ids);
    for (uint32_t& id : ids) file(id);
    c.inbound = {ids.begin(), ids.end()};
}

inline gn_str borrow(const std::string& text) { return {text.data(), text.size()}; }
inline gn_str borrow_or_absent(const std::string& text) {
    return text.empty() ? gn_str{} : borrow(text);
}

// A StoredMessage as the host wants it; borrows from it.
struct Given {
    explicit Given(const StoredMessage& m) {
        for (const auto& [key, value] : m.user) pairs.push_back({borrow(key), borrow(value)});
        message.size = sizeof message;
        message.qos = static_cast<uint8_t>(m.qos);
        message.retain = static_cast<uint8_t>(m.retain);
        message.payload_format = static_cast<uint8_t>(m.payload_format);
        message.topic = borrow(m.topic);
        message.payload = borrow(m.payload);
        message.expiry_s = m.expiry_s;
        message.content_type = borrow_or_absent(m.content_type);
        message.response_topic = borrow_or_absent(m.response_topic);
        message.correlation = borrow_or_absent(m.correlation);
        message.user = pairs.data();
        message.user_count = static_cast<uint32_t>(pairs.size());
        stored.size = sizeof stored;
        stored.packet_id = static_cast<uint16_t>(m.packet_id);
        stored.type = static_cast<uint8_t>(m.type);
        stored.dup = static_cast<uint8_t>(m.dup);
        stored.origin = borrow_or_absent(m.origin);
        stored.created_ms = m.created_ms;
        stored.sent_ms = m.sent_ms;
        stored.expires_ms = m.expires_ms;
        stored.key = m.key;
        stored.order = m.order;
        stored.message = m.type == 3 ? &message : nullptr;
        stored.subscription_ids = m.identifiers.data();
        stored.subscription_id_count = static_cast<uint32_t>(m.identifiers.size());
    }
    std::vector<gn_pair> pairs;
    gn_message message{};
    gn_stored_message stored{};
};
