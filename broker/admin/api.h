#pragma once

#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "admin/operators.h"
#include "web/http.h"

namespace grapnel {

using Json = nlohmann::ordered_json;

// Answers of the API. Text that is no UTF-8 gets replacement characters.
HttpResponse json_response(const Json& json, int status = 200);
HttpResponse error_response(int status, const std::string& text);
HttpResponse empty_response();  // 204

// The routes below /api/v1, each behind the question whether the request may. Filled before the
// listeners open.
class Api {
public:
    Api(HttpRoutes& routes, std::shared_ptr<const Operators> operators)
        : routes_(routes), operators_(std::move(operators)) {}

    // `path` begins behind /api/v1. GET needs the right to read, all else that to write. Handlers
    // are called as HttpHandler says.
    void add(const std::string& method, const std::string& path, HttpHandler handler);
    // The same, and the handler is told what the request may do.
    using Informed = std::function<void(const HttpRequest&, Right, const HttpAnswer&)>;
    void add_informed(const std::string& method, const std::string& path, Informed handler);

private:
    HttpRoutes& routes_;
    const std::shared_ptr<const Operators> operators_;
};

}  // namespace grapnel
