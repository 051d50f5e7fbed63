#include "admin/openapi_routes.h"

namespace grapnel {

void add_openapi_routes(Api& api) {
    api.add_open("GET", "/openapi.json", [](const HttpRequest&, const HttpAnswer& answer) {
        HttpResponse response;
        response.type = "application/json";
        response.body = openapi_text();
        answer(std::move(response));
    });
}

}  // namespace grapnel
