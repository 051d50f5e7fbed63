// gn.metrics/1 as a plugin calls it.

#include <doctest/doctest.h>

#include "fixture.h"
#include "hooks/abi.h"
#include "hooks/host_api.h"

using namespace grapnel;

namespace {

gn_metric_shape counter_shape(const char* name) {
    gn_metric_shape shape{};
    shape.size = sizeof shape;
    shape.kind = GN_METRIC_COUNTER;
    shape.name = to_abi(name);
    shape.help = to_abi("Help");
    return shape;
}

}  // namespace

TEST_CASE("what makes no sense is refused, and gives no series") {
    PluginConfig config;
    config.add_event("answers", "on_connect");
    TestHost test(config);
    const gn_host* host = &test.host.plugins()[0]->host();
    const gn_metrics& table = HostApi::metrics;
    gn_metric* series = nullptr;
    const auto status_of = [&](auto change) {
        gn_metric_shape shape = counter_shape("a");
        change(shape);
        series = reinterpret_cast<gn_metric*>(&test);
        return table.series(host, &shape, &series);
    };
    CHECK(status_of([](gn_metric_shape&) {}) == GN_E_THREAD);
    CHECK(series == nullptr);
    test.host.main().bind_thread();
    const gn_metric_shape good = counter_shape("a");
    CHECK(table.series(nullptr, &good, &series) == GN_E_INVALID);
    CHECK(table.series(host, &good, nullptr) == GN_E_INVALID);
    CHECK(table.series(host, nullptr, &series) == GN_E_INVALID);
    CHECK(status_of([](gn_metric_shape& shape) { shape.size = 0; }) == GN_E_INVALID);
    CHECK(status_of([](gn_metric_shape& shape) { shape.kind = 3; }) == GN_E_INVALID);
    CHECK(status_of([](gn_metric_shape& shape) { shape.name = {nullptr, 1}; }) == GN_E_INVALID);
    CHECK(status_of([](gn_metric_shape& shape) { shape.name = to_abi("a b"); }) == GN_E_INVALID);
    CHECK(status_of([](gn_metric_shape& shape) { shape.label_count = 1; }) == GN_E_INVALID);
    CHECK(status_of([](gn_metric_shape& shape) { shape.bound_count = 1; }) == GN_E_INVALID);
    CHECK(status_of([](gn_metric_shape& shape) { shape.label_count = UINT32_MAX; }) ==
          GN_E_INVALID);
    CHECK(series == nullptr);
    table.add(series, 1);
    table.set(series, 1);
    table.shift(series, 1);
    table.observe(series, 1);
}

TEST_CASE("a series has the plugin's id, and lives as long as the plugin is shown") {
    PluginConfig config;
    config.add_event("answers", "on_connect");
    TestHost test(config);
    test.host.main().bind_thread();
    const Plugin& plugin = *test.host.plugins()[0];
    gn_metric_shape shape = counter_shape("a");
    shape.size = GN_SIZE_THROUGH(gn_metric_shape, help);  // of a plugin without labels
    shape.label_count = 7;
    gn_metric* series = nullptr;
    gn_metric* again = nullptr;
    REQUIRE(HostApi::metrics.series(&plugin.host(), &shape, &series) == GN_OK);
    REQUIRE(HostApi::metrics.series(&plugin.host(), &shape, &again) == GN_OK);
    CHECK(series == again);
    HostApi::metrics.add(series, 3);
    const auto seen = [&test] {
        std::string text;
        test.host.metrics().for_each([&text](const std::string& id, const MetricSeries& each) {
            text += id + " " + each.shape().name + " " + std::to_string(each.count());
        });
        return text;
    };
    CHECK(seen() == plugin.id() + " a 3");
    test.stop();
    CHECK(seen().empty());
    HostApi::metrics.add(series, 1);
}
