#include "web/http.h"

#include <algorithm>

namespace grapnel {

std::string_view HttpRequest::header(std::string_view name) const {
    const auto found = std::find_if(headers.begin(), headers.end(),
                                    [&](const auto& header) { return header.first == name; });
    return found == headers.end() ? std::string_view() : found->second;
}

const std::string* HttpRequest::parameter(std::string_view name) const {
    const auto found = std::find_if(parameters.begin(), parameters.end(),
                                    [&](const auto& parameter) { return parameter.first == name; });
    return found == parameters.end() ? nullptr : &found->second;
}

void HttpRoutes::add(std::string method, std::string path, HttpHandler handler, Gate gate) {
    routes_[std::move(path)][std::move(method)] = {std::move(handler), std::move(gate)};
}

HttpRoutes::Found HttpRoutes::find(std::string_view method, std::string_view path) const {
    Found found;
    const auto route = routes_.find(path);
    if (route == routes_.end()) return found;
    const auto& methods = route->second;
    const auto named = methods.find(std::string(method == "HEAD" ? "GET" : method));
    if (named != methods.end()) {
        found.route = &named->second;
        found.status = 200;
        return found;
    }
    found.status = 405;
    for (const auto& [name, unused] : methods) {
        if (!found.allow.empty()) found.allow += ", ";
        found.allow += name == "GET" ? "GET, HEAD" : name;
    }
    return found;
}

std::vector<std::pair<std::string, std::string>> HttpRoutes::all() const {
    std::vector<std::pair<std::string, std::string>> all;
    for (const auto& [path, methods] : routes_)
        for (const auto& [method, handler] : methods) all.emplace_back(method, path);
    return all;
}

const char* http_status_text(int status) {
    switch (status) {
        case 200: return "OK";
        case 202: return "Accepted";
        case 204: return "No Content";
        case 304: return "Not Modified";
        case 400: return "Bad Request";
        case 401: return "Unauthorized";
        case 403: return "Forbidden";
        case 404: return "Not Found";
        case 405: return "Method Not Allowed";
        case 409: return "Conflict";
        case 413: return "Content Too Large";
        case 415: return "Unsupported Media Type";
        case 422: return "Unprocessable Content";
        case 426: return "Upgrade Required";
        case 429: return "Too Many Requests";
        case 500: return "Internal Server Error";
        case 503: return "Service Unavailable";
        default: return status < 400 ? "OK" : "Error";
    }
}

}  // namespace grapnel
