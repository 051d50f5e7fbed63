#include "config/admin.h"

namespace grapnel::config {

bool is_loopback(const std::string& host) {
    const bool in_127 =
        host.starts_with("127.") && host.find_first_not_of("0123456789.") == std::string::npos;
    return in_127 || host == "localhost" || host == "::1";
}

bool serves_admin(const Config& config, const Listener& listener) {
    if (listener.type != ListenerType::http || !config.admin.enabled()) return false;
    return listener.admin.value_or(is_loopback(listener.host));
}

}  // namespace grapnel::config
