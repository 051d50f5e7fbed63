#include "admin/api.h"

#include <utility>

namespace grapnel {

HttpResponse json_response(const Json& json, int status) {
    HttpResponse response;
    response.status = status;
    response.type = "application/json";
    response.body = json.dump(-1, ' ', false, Json::error_handler_t::replace);
    response.body += '\n';
    return response;
}

HttpResponse error_response(int status, const std::string& text) {
    return json_response({{"error", text}}, status);
}

HttpResponse empty_response() {
    HttpResponse response;
    response.status = 204;
    return response;
}

void Api::add(const std::string& method, const std::string& path, HttpHandler handler) {
    add_informed(
        method, path,
        [handler = std::move(handler)](const HttpRequest& request, Right,
                                       const HttpAnswer& answer) { handler(request, answer); });
}

void Api::add_informed(const std::string& method, const std::string& path, Informed handler) {
    const Right needed = method == "GET" ? Right::read : Right::write;
    routes_.add(method, "/api/v1" + path,
                [operators = operators_, needed, handler = std::move(handler)](
                    const HttpRequest& request, const HttpAnswer& answer) {
                    if (Operators::foreign(request))
                        return answer(error_response(403, "the page is of another origin"));
                    const Right right = operators->right_of(request);
                    if (right == Right::none) {
                        HttpResponse response =
                            error_response(401, "send the token as Authorization: Bearer TOKEN");
                        response.headers.emplace_back("www-authenticate:", "Bearer");
                        return answer(std::move(response));
                    }
                    if (right < needed)
                        return answer(error_response(403, "this token may only read"));
                    handler(request, right, answer);
                });
}

}  // namespace grapnel
