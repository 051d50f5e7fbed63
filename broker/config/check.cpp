#include "config/check.h"

#include <memory>
#include <utility>

#include "config/load.h"
#include "config/read.h"

namespace grapnel::config {
namespace {

bool is_any_host(const std::string& host) { return host == "0.0.0.0" || host == "::"; }

bool same_family(const Listener& left, const Listener& right) {
    return (left.host.find(':') == std::string::npos) ==
           (right.host.find(':') == std::string::npos);
}

// True when the second of the two could not be bound while the first is.
bool collide(const Listener& left, const Listener& right) {
    const bool left_is_path = left.type == ListenerType::unix_socket;
    const bool right_is_path = right.type == ListenerType::unix_socket;
    if (left_is_path || right_is_path) {
        return left_is_path && right_is_path && left.address == right.address;
    }
    if (left.port == 0 || left.port != right.port || left.host.empty() || right.host.empty()) {
        return false;
    }
    return left.host == right.host ||
           (same_family(left, right) && (is_any_host(left.host) || is_any_host(right.host)));
}

void check_listeners(const Config& config, Faults& faults) {
    const auto& listeners = config.listeners;
    for (size_t i = 0; i < listeners.size(); ++i) {
        for (size_t j = 0; j < i; ++j) {
            const Listener& first = listeners[j];
            const Listener& second = listeners[i];
            if (!second.id.empty() && first.id == second.id) {
                add_fault(faults, second.where,
                          "listener id " + quoted(second.id) + " is taken by the listener at " +
                              first.where.text() + "; ids must differ");
            }
            if (collide(first, second)) {
                add_fault(faults, second.where,
                          "address " + quoted(second.address) + " collides with " +
                              quoted(first.address) + " of the listener at " + first.where.text());
            }
        }
    }
}

void check_plugins(const Config& config, Faults& faults) {
    const auto& plugins = config.plugin_entries;
    for (size_t i = 0; i < plugins.size(); ++i) {
        for (size_t j = 0; j < i; ++j) {
            if (plugins[i].id != plugins[j].id) continue;
            add_fault(faults, plugins[i].where,
                      "plugin id " + quoted(plugins[i].id) + " is taken by the plugin at " +
                          plugins[j].where.text() + "; give one of them an id of its own");
            break;
        }
    }
}

void check_limits(const Config& config, Faults& faults) {
    const std::string& prefix = config.limits.response_information;
    if (prefix.find_first_of(std::string_view("+#\0", 3)) == std::string::npos) return;
    const Node* limits = config.tree->root().find("limits");
    const Node* node = limits != nullptr ? limits->find("response_information") : nullptr;
    add_fault(faults, node != nullptr ? node->where() : Where{},
              "response_information is the beginning of a topic; remove '+', '#' and NUL");
}

}  // namespace

void check_config(const Config& config, Faults& faults) {
    check_listeners(config, faults);
    check_plugins(config, faults);
    check_limits(config, faults);
}

Config open_config(const std::string& path, Faults& faults, bool has_token) {
    auto tree = std::make_shared<Tree>();
    load_file(path, *tree, faults);
    Config config = read_config(std::move(tree), faults, has_token);
    check_config(config, faults);
    sort_faults(faults);
    return config;
}

}  // namespace grapnel::config
