#include "admin/admin.h"

#include "admin/status_routes.h"

namespace grapnel {

Admin::Admin(Broker& broker, const config::Admin& settings)
    : broker_(broker), operators_(std::make_shared<Operators>(settings)) {}

void Admin::add_routes(HttpRoutes& routes) {
    Api api(routes, operators_);
    add_status_routes(api, broker_);
}

}  // namespace grapnel
