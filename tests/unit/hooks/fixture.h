#pragma once

#include <unistd.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "config/tree.h"
#include "fake_port.h"
#include "hooks/host.h"

namespace grapnel {

// The folder with the plugins made for tests: beside the folder of this program.
inline std::string test_plugin_folder() {
    char path[4096];
    const ssize_t size = readlink("/proc/self/exe", path, sizeof path);
    const std::string program(path, size > 0 ? static_cast<size_t>(size) : 0);
    const std::string folder = program.substr(0, program.rfind('/'));
    return folder.substr(0, folder.rfind('/')) + "/plugins";
}

// A configuration with plugins, made by hand.
class PluginConfig {
public:
    PluginConfig() {
        config.tree = tree_;
        config.plugins.search = {test_plugin_folder()};
    }

    config::Plugin& add(const std::string& name, const std::string& id = "") {
        config::Plugin& plugin = config.plugin_entries.emplace_back();
        plugin.name = name;
        plugin.id = id.empty() ? name : id;
        plugin.config = node();
        return plugin;
    }
    // One that implements one event (tests/plugins/one_event.h).
    config::Plugin& add_event(const std::string& name, const std::string& event, int64_t number = 0,
                              const std::string& text = "") {
        config::Plugin& plugin =
            add(name, name + "-" + std::to_string(config.plugin_entries.size()));
        set(plugin, "event", event);
        set(plugin, "text", text);
        config::Node* value = child(plugin, "number");
        value->set_int(number);
        return plugin;
    }
    void set(config::Plugin& plugin, const std::string& key, const std::string& value) {
        child(plugin, key)->set_string(value);
    }
    void set(config::Plugin& plugin, const std::string& key, const char* value) {
        set(plugin, key, std::string(value));
    }
    void set(config::Plugin& plugin, const std::string& key, int64_t value) {
        child(plugin, key)->set_int(value);
    }
    void set(config::Plugin& plugin, const std::string& key, bool value) {
        child(plugin, key)->set_bool(value);
    }

    config::Config config;

private:
    config::Node* node() { return tree_->make(config::Kind::table, "", {}); }
    config::Node* child(config::Plugin& plugin, const std::string& key) {
        config::Node* made = tree_->make(config::Kind::string, key, {});
        const_cast<config::Node*>(plugin.config)->append(made);
        return made;
    }

    std::shared_ptr<config::Tree> tree_ = std::make_shared<config::Tree>();
};

// Notes the outcomes it waited for.
struct TestWaiter : Waiter {
    void hook_completed(const Outcome& outcome) override { outcomes.push_back(outcome); }
    std::vector<Outcome> outcomes;
};

// A loaded and started host over a FakePort, staying on worker 0.
struct TestHost {
    explicit TestHost(const PluginConfig& config, uint32_t workers = 1)
        : port(workers), host(port) {
        faults = host.load(config.config);
        host.start([this](std::vector<Error> errors) {
            started = true;
            for (Error& error : errors) faults.push_back(std::move(error));
        });
        port.settle(host);
        client.id.assign("client");
        client.key = 7;
    }
    // Orderly end, so that no test leaks.
    ~TestHost() {
        client.drop_slots();
        if (!stopped) stop();
    }
    bool stop(uint64_t timeout_ms = 1000) {
        bool clean = false;
        host.dispatcher(host.dispatcher(0).loop()).bind_thread();
        const auto done = [&](bool result) {
            stopped = true;
            clean = result;
        };
        host.stop(timeout_ms, done, [] { std::abort(); });
        for (int turn = 0; !stopped; ++turn) {
            port.settle(host);
            if (turn > 3) port.now_ms += 1;
        }
        port.settle(host);
        return clean;
    }
    Dispatcher& dispatcher() { return host.dispatcher(0); }

    FakePort port;
    HookHost host;
    std::vector<Error> faults;
    bool started = false;
    bool stopped = false;
    ClientInfo client;
    TestWaiter waiter;
};

}  // namespace grapnel
