#include "admin/api.h"

#include <optional>
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
    const auto refusal = [](const Operators::Judgement& judged) {
        HttpResponse response = error_response(judged.status, judged.text);
        if (judged.status == 401) response.headers.emplace_back("www-authenticate:", "Bearer");
        return response;
    };
    const auto judge = [operators = operators_, needed,
                        refusal](const HttpRequest& request) -> std::optional<HttpResponse> {
        const Operators::Judgement judged = operators->judge(request, needed);
        return judged.status == 0 ? std::nullopt : std::optional(refusal(judged));
    };
    // Judged before the body, which may take its time, and again behind it.
    routes_.add(
        method, "/api/v1" + path,
        [operators = operators_, needed, refusal, handler = std::move(handler)](
            const HttpRequest& request, const HttpAnswer& answer) {
            const Operators::Judgement judged = operators->judge(request, needed);
            if (judged.status != 0) return answer(refusal(judged));
            handler(request, judged.right, answer);
        },
        judge);
}

}  // namespace grapnel
