#pragma once

#include <grapnel/broker.h>

#include <doctest/doctest.h>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

// What the tests of the library share.

inline gn_str str(std::string_view text) { return {text.data(), text.size()}; }
inline std::string text(gn_str value) { return {value.ptr, value.len}; }
inline bool contains(const std::string& whole, std::string_view part) {
    return whole.find(part) != std::string::npos;
}

// Settings of a broker with one listener on a free port, and more lines behind.
inline std::string settings(const std::string& more = "") {
    return "[limits]\nshutdown_timeout = \"300ms\"\n[broker]\nworkers = 2\n" + more +
           "\n[[listener]]\nid = \"tcp\"\ntype = \"tcp\"\naddress = \"127.0.0.1:0\"\n";
}

// Collects what comes, from any thread, and waits for it.
class Inbox {
public:
    // Who waited may destroy this at once, so nothing happens after the lock.
    void put(std::string line) {
        const std::lock_guard lock(mutex_);
        lines_.push_back(std::move(line));
        changed_.notify_all();
    }
    // False: fewer came in the time that a test has.
    bool wait(size_t count) {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, std::chrono::seconds(60),
                                 [&] { return lines_.size() >= count; });
    }
    std::vector<std::string> lines() const {
        const std::lock_guard lock(mutex_);
        return lines_;
    }
    // All of them, with a bar between.
    std::string all() const {
        std::string text;
        for (const std::string& line : lines()) text += (text.empty() ? "" : "|") + line;
        return text;
    }
    bool has(std::string_view part) const {
        for (const std::string& line : lines())
            if (contains(line, part)) return true;
        return false;
    }

    // A gn_message_fn: keeps "topic=payload".
    static void receive(void* inbox, const gn_publish_view* message, const gn_packet*) {
        static_cast<Inbox*>(inbox)->put(text(message->topic) + "=" + text(message->payload));
    }
    // For gn_broker_options.log.
    static void log(void* inbox, int32_t, gn_str line) {
        static_cast<Inbox*>(inbox)->put(text(line));
    }

private:
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<std::string> lines_;
};

// A broker of the library under test, with its log.
class Embedded {
public:
    explicit Embedded(const std::string& toml = settings(), const char* name = "mine.toml") {
        gn_broker_options options{};
        options.size = sizeof options;
        options.name = str(name);
        options.settings = str(toml);
        options.log = Inbox::log;
        options.log_arg = &log;
        created = gn_broker_create(&options, &broker);
    }
    ~Embedded() { gn_broker_destroy(broker); }
    Embedded(const Embedded&) = delete;
    Embedded& operator=(const Embedded&) = delete;

    gn_status add(const gn_plugin& plugin, const char* id, const char* table = "") {
        return gn_broker_add_plugin(broker, &plugin, str(id), str(table));
    }
    gn_status start() { return gn_broker_start(broker); }
    gn_status stop() { return gn_broker_stop(broker); }
    std::string error() const { return text(gn_broker_error(broker)); }
    uint16_t port() const {
        uint16_t port = 0;
        CHECK(gn_broker_port(broker, str("tcp"), &port) == GN_OK);
        return port;
    }
    gn_status publish(const char* topic, std::string_view payload, uint8_t retain = 0) {
        gn_message message{};
        message.size = sizeof message;
        message.qos = 1;
        message.retain = retain;
        message.topic = str(topic);
        message.payload = str(payload);
        return gn_broker_publish(broker, &message);
    }
    gn_subscription subscribe(const char* filter, Inbox& inbox) {
        gn_subscription number = 0;
        CHECK(gn_broker_subscribe(broker, str(filter), Inbox::receive, &inbox, &number) == GN_OK);
        return number;
    }

    Inbox log;
    gn_broker* broker = nullptr;
    gn_status created = GN_OK;
};

// A plugin made of what a test sets; the rest is right.
inline gn_plugin plugin_with(const gn_hooks* hooks) {
    gn_plugin plugin{};
    plugin.magic = GN_MAGIC;
    plugin.size = sizeof plugin;
    plugin.abi_major = 1;
    plugin.name = "test";
    plugin.version = "1";
    plugin.hooks = hooks;
    return plugin;
}

inline gn_hooks no_hooks() {
    gn_hooks hooks{};
    hooks.size = sizeof hooks;
    return hooks;
}

// Lets everybody do everything.
inline const gn_plugin& allow_all() {
    static const gn_hooks hooks = [] {
        gn_hooks table = no_hooks();
        table.on_connect_authenticate = [](gn_call*, gn_client*, gn_packet*) -> gn_verdict {
            return GN_V_ALLOW;
        };
        table.on_acl_check = [](gn_call*, gn_client*, gn_str, int32_t) -> gn_verdict {
            return GN_V_ALLOW;
        };
        return table;
    }();
    static const gn_plugin plugin = plugin_with(&hooks);
    return plugin;
}
