#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "admin/admin.h"
#include "admin/api.h"
#include "admin/embedded_files.h"

using namespace grapnel;

namespace {

struct NoOwner final : Owner {
    void opening() override {}
    void ready() override {}
    void failed(const std::string&) override {}
    void closing() override {}
    void give_up(int) override {}
};

std::string openapi_text() {
    for (const EmbeddedFile& file : embedded_files())
        if (file.address == "/api/v1/openapi.json")
            return {reinterpret_cast<const char*>(file.plain), file.plain_size};
    return {};
}

using Operations = std::set<std::string>;

Operations described() {
    Operations operations;
    const Json document = Json::parse(openapi_text());
    for (const auto& [path, item] : document.at("paths").items())
        for (const auto& [method, unused] : item.items()) {
            std::string name = method;
            std::transform(name.begin(), name.end(), name.begin(), ::toupper);
            operations.insert(name + " " + path);
        }
    return operations;
}

// Of a broker that serves the operator.
Operations served() {
    config::Config config;
    config.broker.workers = 1;
    config.admin.token = "0123456789abcdef";
    config::Listener& listener = config.listeners.emplace_back();
    listener.type = config::ListenerType::http;
    listener.host = "127.0.0.1";
    NoOwner owner;
    Broker broker(config, nullptr, owner);
    Admin admin(broker, config.admin);
    HttpRoutes routes;
    admin.add_routes(routes);
    admin.closing();
    constexpr std::string_view kRoot = "/api/v1";
    Operations operations;
    for (const auto& [method, path] : routes.all())
        if (path.starts_with(kRoot)) operations.insert(method + " " + path.substr(kRoot.size()));
    return operations;
}

std::string only_in(const Operations& here, const Operations& there) {
    std::string text;
    for (const std::string& operation : here)
        if (!there.contains(operation)) text += operation + "; ";
    return text;
}

}  // namespace

TEST_CASE("what the broker serves is described, and the other way round") {
    CHECK(only_in(served(), described()) == "");
    CHECK(only_in(described(), served()) == "");
}

TEST_CASE("nothing is there when nobody may look") {
    config::Config config;
    config.broker.workers = 1;
    config.listeners.emplace_back().type = config::ListenerType::http;
    NoOwner owner;
    Broker broker(config, nullptr, owner);
    Admin admin(broker, config.admin);
    HttpRoutes routes;
    admin.add_routes(routes);
    CHECK(routes.all().empty());
}
