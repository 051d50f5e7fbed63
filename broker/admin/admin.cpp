#include "admin/admin.h"

#include <algorithm>

#include "admin/client_routes.h"
#include "admin/listener_routes.h"
#include "admin/live_routes.h"
#include "admin/log_routes.h"
#include "admin/page.h"
#include "admin/plugin_routes.h"
#include "admin/publish_routes.h"
#include "admin/retained_routes.h"
#include "admin/slices.h"
#include "admin/status_routes.h"
#include "admin/subscription_routes.h"
#include "config/admin.h"

namespace grapnel {

Admin::Admin(Broker& broker, const config::Admin& settings)
    : broker_(broker), operators_(std::make_shared<Operators>(settings, broker.core())) {}

Admin::~Admin() = default;

void Admin::add_routes(HttpRoutes& routes) {
    const config::Config& config = broker_.config();
    const bool serves = std::any_of(
        config.listeners.begin(), config.listeners.end(),
        [&](const config::Listener& listener) { return config::serves_admin(config, listener); });
    if (!serves) return;
    live_ = std::make_unique<Live>(broker_);
    const auto slices = std::make_shared<Slices>(broker_);
    Api api(routes, operators_);
    add_status_routes(api, broker_);
    add_client_routes(api, broker_, std::make_shared<TraceDesk>(broker_.core()));
    add_listener_routes(api, broker_);
    add_publish_routes(api, broker_);
    add_retained_routes(api, broker_, slices);
    add_subscription_routes(api, broker_, slices);
    add_plugin_routes(api, broker_);
    add_log_routes(api);
    add_live_routes(api, broker_, *live_);
    add_page_routes(routes);
}

void Admin::closing() {
    if (live_) live_->close();
}

}  // namespace grapnel
