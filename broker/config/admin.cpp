#include "config/admin.h"

namespace grapnel::config {

namespace {

bool is_loopback(const std::string& host) {
    return host == "localhost" || host == "::1" || host.starts_with("127.");
}

}  // namespace

bool serves_admin(const Config& config, const Listener& listener) {
    if (listener.type != ListenerType::http || !config.admin.enabled()) return false;
    return listener.admin.value_or(is_loopback(listener.host));
}

}  // namespace grapnel::config
