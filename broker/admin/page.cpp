#include "admin/page.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "admin/embedded_files.h"

namespace grapnel {

namespace {

// The browser runs and shows nothing that is not a file of the page, and asks nobody else.
constexpr const char* kPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

std::string_view trimmed(std::string_view text) {
    const size_t first = std::min(text.find_first_not_of(" \t"), text.size());
    text.remove_prefix(first);
    return text.substr(0, text.find_last_not_of(" \t") + 1);
}

// Whether `holds` is true for one of the members of a list with commas.
template <typename Holds>
bool any_member(std::string_view list, const Holds& holds) {
    while (!list.empty()) {
        const size_t comma = std::min(list.find(','), list.size());
        if (holds(trimmed(list.substr(0, comma)))) return true;
        list.remove_prefix(std::min(comma + 1, list.size()));
    }
    return false;
}

// RFC 9110, 12.5.3.
bool takes_gzip(const HttpRequest& request) {
    return any_member(request.header("accept-encoding"), [](std::string_view member) {
        const size_t semicolon = std::min(member.find(';'), member.size());
        if (trimmed(member.substr(0, semicolon)) != "gzip") return false;
        const size_t weight = member.find("q=", semicolon);
        return weight == std::string_view::npos ||
               member.find_first_of("123456789", weight) != std::string_view::npos;
    });
}

// RFC 9110, 13.1.2: the comparison is weak.
bool has_already(const HttpRequest& request, std::string_view tag) {
    return any_member(request.header("if-none-match"), [&](std::string_view member) {
        if (member.starts_with("W/")) member.remove_prefix(2);
        return member == tag || member == "*";
    });
}

HttpResponse response_of(const EmbeddedFile& file, const HttpRequest& request) {
    const bool gzip = takes_gzip(request);
    const std::string tag = '"' + std::string(file.digest) + (gzip ? "-gzip\"" : "\"");
    HttpResponse response;
    response.type = file.type;
    response.headers = {{"cache-control:", "no-cache"},
                        {"etag:", tag},
                        {"vary:", "Accept-Encoding"},
                        {"content-security-policy:", kPolicy},
                        {"cross-origin-resource-policy:", "same-origin"},
                        {"referrer-policy:", "no-referrer"},
                        {"x-content-type-options:", "nosniff"}};
    if (has_already(request, tag)) {
        response.status = 304;
        return response;
    }
    if (gzip) response.headers.emplace_back("content-encoding:", "gzip");
    const unsigned char* const bytes = gzip ? file.gzip : file.plain;
    response.body.assign(bytes, bytes + (gzip ? file.gzip_size : file.plain_size));
    return response;
}

}  // namespace

void add_page_routes(HttpRoutes& routes) {
    for (const EmbeddedFile& file : embedded_files())
        routes.add("GET", std::string(file.address),
                   [&file](const HttpRequest& request, const HttpAnswer& answer) {
                       answer(response_of(file, request));
                   });
}

}  // namespace grapnel
