#include "admin/on_main.h"

#include <memory>
#include <utility>

namespace grapnel {

HttpHandler on_main(Broker& broker, MainHandler handler) {
    const auto shared = std::make_shared<const MainHandler>(std::move(handler));
    return [&broker, shared](const HttpRequest& request, const HttpAnswer& answer) {
        broker.post_main([shared, request, answer] { (*shared)(request, answer); });
    };
}

HttpHandler while_serving(Broker& broker, MainHandler handler) {
    return on_main(broker, [&broker, handler = std::move(handler)](const HttpRequest& request,
                                                                   const HttpAnswer& answer) {
        switch (broker.phase()) {
            case Broker::Phase::starting: return answer(error_response(503, "starting"));
            case Broker::Phase::draining: return answer(error_response(503, "draining"));
            case Broker::Phase::serving: return handler(request, answer);
        }
    });
}

}  // namespace grapnel
