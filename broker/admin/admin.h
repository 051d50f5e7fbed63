#pragma once

#include <memory>

#include "admin/operators.h"
#include "server/broker.h"

namespace grapnel {

class Live;

// What an operator has of a running broker over HTTP: the API, and the dashboard that uses it. Main
// thread. Its routes are called until the broker's run() has returned; it outlives that.
class Admin {
public:
    Admin(Broker& broker, const config::Admin& settings);

    ~Admin();

    // On the broker's main loop before it turns. Nothing, when no listener serves the operator.
    void add_routes(HttpRoutes& routes);
    // The loop is about to end.
    void closing();
    // Tokens of a reload.
    void adopt(const config::Admin& settings) { operators_->adopt(settings); }

private:
    Broker& broker_;
    const std::shared_ptr<Operators> operators_;
    std::unique_ptr<Live> live_;  // null: nobody may look
};

}  // namespace grapnel
