#include "web/http.h"

#include <doctest/doctest.h>

using namespace grapnel;

namespace {

std::string answer_of(const HttpRoutes& routes, const std::string& method, const char* path) {
    const HttpRoutes::Found found = routes.find(method, path);
    if (found.route == nullptr) return std::to_string(found.status) + " " + found.allow;
    std::string body;
    HttpRequest request;
    request.method = method;
    found.route->handler(request, [&](HttpResponse response) { body = response.body; });
    return body;
}

HttpHandler says(std::string text) {
    return [text = std::move(text)](const HttpRequest& request, const HttpAnswer& answer) {
        HttpResponse response;
        response.body = request.method + " " + text;
        answer(std::move(response));
    };
}

}  // namespace

TEST_CASE("a route is a method and a whole path; HEAD goes where GET goes") {
    HttpRoutes routes;
    routes.add("GET", "/a", says("first"));
    routes.add("POST", "/a", says("second"));
    routes.add("POST", "/b", says("third"));
    CHECK(answer_of(routes, "GET", "/a") == "GET first");
    CHECK(answer_of(routes, "HEAD", "/a") == "HEAD first");
    CHECK(answer_of(routes, "POST", "/a") == "POST second");
    CHECK(answer_of(routes, "POST", "/b") == "POST third");
    CHECK(answer_of(routes, "DELETE", "/a") == "405 GET, HEAD, POST");
    CHECK(answer_of(routes, "HEAD", "/b") == "405 POST");
    CHECK(answer_of(routes, "GET", "/a/") == "404 ");
    CHECK(answer_of(routes, "GET", "") == "404 ");
}

TEST_CASE("headers are found by their name in lower case") {
    HttpRequest request;
    request.headers = {{"host", "here"}, {"cookie", "a=b"}};
    CHECK(request.header("cookie") == "a=b");
    CHECK(request.header("Host").empty());
}
