#include "admin/page.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <utility>

#include "admin/embedded_files.h"

using namespace grapnel;

namespace {

using Headers = std::vector<std::pair<std::string, std::string>>;

HttpResponse ask(const std::string& path, Headers headers = {}) {
    HttpRoutes routes;
    add_page_routes(routes);
    const HttpRoutes::Found found = routes.find("GET", path);
    REQUIRE(found.route != nullptr);
    HttpRequest request;
    request.method = "GET";
    request.path = path;
    request.headers = std::move(headers);
    HttpResponse answered;
    found.route->handler(request, [&](HttpResponse response) { answered = std::move(response); });
    return answered;
}

std::string header(const HttpResponse& response, const std::string& name) {
    const auto found = std::find_if(response.headers.begin(), response.headers.end(),
                                    [&](const auto& one) { return one.first == name; });
    return found == response.headers.end() ? "" : found->second;
}

bool gzipped(const HttpResponse& response) {
    return header(response, "content-encoding:") == "gzip" && response.body.starts_with("\x1f\x8b");
}

}  // namespace

TEST_CASE("the page and what it names are served with their types") {
    const HttpResponse page = ask("/");
    CHECK(page.status == 200);
    CHECK(page.type == "text/html; charset=utf-8");
    CHECK(page.body.starts_with("<!doctype html>"));
    CHECK(ask("/dashboard.css").type == "text/css; charset=utf-8");
    CHECK(ask("/dashboard/main.js").type == "text/javascript; charset=utf-8");
    CHECK(ask("/dashboard/icon.svg").type == "image/svg+xml");
    for (const std::string mark : {"href=\"", "src=\""})
        for (size_t at = page.body.find(mark); at != std::string::npos;
             at = page.body.find(mark, at + 1)) {
            const size_t first = at + mark.size();
            CHECK(ask(page.body.substr(first, page.body.find('"', first) - first)).status == 200);
        }
}

TEST_CASE("every file of the page has the policy") {
    for (const EmbeddedFile& file : embedded_files()) {
        const HttpResponse response = ask(std::string(file.address));
        const std::string policy = header(response, "content-security-policy:");
        CHECK(policy.starts_with("default-src 'none'; script-src 'self';"));
        CHECK(policy.find("unsafe") == std::string::npos);
        CHECK(policy.find("frame-ancestors 'none'") != std::string::npos);
        CHECK(header(response, "x-content-type-options:") == "nosniff");
    }
}

TEST_CASE("the page is compressed for those who take it") {
    const HttpResponse plain = ask("/dashboard/main.js");
    CHECK(!gzipped(plain));
    CHECK(header(plain, "vary:") == "Accept-Encoding");
    const HttpResponse small = ask("/dashboard/main.js", {{"accept-encoding", "br, gzip;q=0.5"}});
    CHECK(gzipped(small));
    CHECK(small.body.size() < plain.body.size());
    for (const char* other : {"br", "gzip;q=0", "gzip; q=0.0", "xgzip", ""})
        CHECK(!gzipped(ask("/dashboard/main.js", {{"accept-encoding", other}})));
}

TEST_CASE("what a browser has already is not sent again") {
    const HttpResponse first = ask("/");
    const std::string tag = header(first, "etag:");
    CHECK(tag.size() > 10);
    CHECK(header(first, "cache-control:") == "no-cache");
    for (const std::string& known : {tag, "W/" + tag, "\"other\", " + tag, std::string("*")}) {
        const HttpResponse again = ask("/", {{"if-none-match", known}});
        CHECK(again.status == 304);
        CHECK(again.body.empty());
        CHECK(header(again, "etag:") == tag);
    }
    CHECK(ask("/", {{"if-none-match", "\"other\""}}).status == 200);
    CHECK(ask("/dashboard.css", {{"if-none-match", tag}}).status == 200);
    const Headers small = {{"if-none-match", tag}, {"accept-encoding", "gzip"}};
    CHECK(ask("/", small).status == 200);  // a tag is of one form of the file
}
