#include "stats/plugin_metrics.h"

#include <doctest/doctest.h>

#include <cmath>
#include <thread>

#include "stats/plugin_metrics_text.h"

using namespace grapnel;

namespace {

MetricShape shape(MetricKind kind, std::string name, std::string help = "Help") {
    MetricShape made;
    made.kind = kind;
    made.name = std::move(name);
    made.help = std::move(help);
    if (kind == MetricKind::histogram) made.bounds = {1, 2.5};
    return made;
}

MetricShape counter(std::string name) { return shape(MetricKind::counter, std::move(name)); }

bool is_taken(MetricShape made) {
    PluginMetrics metrics;
    const auto answer = metrics.obtain("p", std::move(made));
    CHECK((answer.series != nullptr) == answer.why.empty());
    return answer.series != nullptr;
}

std::string text(const PluginMetrics& metrics) {
    std::string out;
    render_plugin_metrics(out, metrics);
    return out;
}

}  // namespace

TEST_CASE("names, labels, help and bounds follow the rules") {
    for (const char* name : {"a", "_", "logins_total", "A9"}) CHECK(is_taken(counter(name)));
    for (const char* name : {"", "9a", "a-b", "a:b", "a b", "ä"})
        CHECK_FALSE(is_taken(counter(name)));
    CHECK(is_taken(counter(std::string(PluginMetrics::kNameBytesMax, 'a'))));
    CHECK_FALSE(is_taken(counter(std::string(PluginMetrics::kNameBytesMax + 1, 'a'))));
    CHECK_FALSE(is_taken(shape(MetricKind::gauge, "a", std::string(2000, 'a'))));
    CHECK_FALSE(is_taken(shape(MetricKind::gauge, "a", "\xff")));

    const auto labelled = [](std::vector<std::pair<std::string, std::string>> labels) {
        MetricShape made = counter("a");
        made.labels = std::move(labels);
        return is_taken(made);
    };
    CHECK(labelled({{"kind", "any \"text\"\n"}, {"other", ""}}));
    for (const char* name : {"plugin", "le", "__a", "1", ""}) CHECK_FALSE(labelled({{name, "x"}}));
    CHECK_FALSE(labelled({{"a", "x"}, {"b", "x"}, {"a", "y"}}));
    CHECK_FALSE(labelled({{"a", std::string(200, 'x')}}));
    CHECK_FALSE(labelled({{"a", "\xc3"}}));

    const auto bounded = [](MetricKind kind, std::vector<double> bounds) {
        MetricShape made = shape(kind, "a");
        made.bounds = std::move(bounds);
        return is_taken(made);
    };
    CHECK(bounded(MetricKind::histogram, {-1, 0, 1e9}));
    CHECK_FALSE(bounded(MetricKind::histogram, {}));
    CHECK_FALSE(bounded(MetricKind::histogram, {1, 1}));
    CHECK_FALSE(bounded(MetricKind::histogram, {2, 1}));
    CHECK_FALSE(bounded(MetricKind::histogram, {1, INFINITY}));
    CHECK_FALSE(bounded(MetricKind::histogram, {NAN}));
    CHECK_FALSE(bounded(MetricKind::histogram, std::vector<double>(65, 1)));
    CHECK_FALSE(bounded(MetricKind::counter, {1}));
}

TEST_CASE("the same shape is the same series, another shape of the same name is refused") {
    PluginMetrics metrics;
    MetricShape one = counter("a");
    one.labels = {{"x", "1"}, {"y", "2"}};
    MetricShape turned = counter("a");
    turned.labels = {{"y", "2"}, {"x", "1"}};
    MetricSeries* const series = metrics.obtain("p", one).series;
    REQUIRE(series != nullptr);
    CHECK(metrics.obtain("p", one).series == series);
    CHECK(metrics.obtain("p", turned).series == series);
    CHECK(metrics.obtain("q", one).series != series);
    CHECK(metrics.obtain("p", counter("a")).series != series);
    CHECK(metrics.obtain("p", shape(MetricKind::gauge, "a")).refusal ==
          PluginMetrics::Refusal::invalid);
    CHECK(metrics.obtain("q", shape(MetricKind::gauge, "a")).series == nullptr);
    CHECK(metrics.obtain("p", shape(MetricKind::counter, "a", "Other")).series == nullptr);

    REQUIRE(metrics.obtain("p", shape(MetricKind::histogram, "size")).series != nullptr);
    CHECK(metrics.obtain("q", counter("size_count")).series == nullptr);
    CHECK(metrics.obtain("q", counter("size_total")).series != nullptr);
    MetricShape wider = shape(MetricKind::histogram, "size");
    wider.bounds.push_back(10);
    CHECK(metrics.obtain("q", wider).series == nullptr);
}

TEST_CASE("a plugin has a limited number of series") {
    PluginMetrics metrics;
    for (size_t i = 0; i < PluginMetrics::kSeriesMax; ++i)
        REQUIRE(metrics.obtain("p", counter("a" + std::to_string(i))).series != nullptr);
    CHECK(metrics.obtain("p", counter("b")).refusal == PluginMetrics::Refusal::limit);
    CHECK(metrics.obtain("p", counter("a0")).series != nullptr);
    CHECK(metrics.obtain("q", counter("b")).series != nullptr);
}

TEST_CASE("numbers of all threads add up, and other kinds are left alone") {
    PluginMetrics metrics;
    MetricSeries& count = *metrics.obtain("p", counter("a")).series;
    MetricSeries& level = *metrics.obtain("p", shape(MetricKind::gauge, "b")).series;
    MetricSeries& sizes = *metrics.obtain("p", shape(MetricKind::histogram, "c")).series;
    std::vector<std::thread> threads;
    for (int i = 0; i < 10; ++i)
        threads.emplace_back([&] {
            for (int n = 0; n < 1000; ++n) {
                count.add(2);
                level.shift(0.5);
                sizes.observe(n % 4);
            }
        });
    for (std::thread& thread : threads) thread.join();
    CHECK(count.count() == 20'000);
    CHECK(level.gauge() == 5000);
    CHECK(sizes.count() == 10'000);
    CHECK(sizes.sum() == 15'000);
    CHECK(sizes.buckets() == std::vector<uint64_t>{5000, 2500, 2500});

    count.set(1);
    count.shift(1);
    count.observe(1);
    level.add(1);
    level.observe(1);
    sizes.add(1);
    sizes.set(1);
    sizes.observe(NAN);
    CHECK(count.count() == 20'000);
    CHECK(level.gauge() == 5000);
    CHECK(sizes.count() == 10'000);
    level.set(-1);
    CHECK(level.gauge() == -1);
}

TEST_CASE("what is hidden is not shown until it is registered again, with its value") {
    PluginMetrics metrics;
    metrics.obtain("p", counter("a")).series->add(3);
    metrics.obtain("q", counter("a"));
    metrics.hide("p");
    CHECK(plugin_sys_topics(metrics).size() == 1);
    CHECK(metrics.obtain("p", shape(MetricKind::counter, "a", "New help")).series->count() == 0);
    metrics.hide("p");
    CHECK(metrics.obtain("p", counter("a")).series->count() == 3);
    CHECK(plugin_sys_topics(metrics).size() == 2);
}

TEST_CASE("$SYS has a topic for each number") {
    PluginMetrics metrics;
    MetricShape labelled = counter("seen");
    labelled.labels = {{"topic", "a/+/#"}, {"percent", "%\n"}};
    metrics.obtain("p", labelled).series->add(7);
    metrics.obtain("p", shape(MetricKind::gauge, "level")).series->set(1.5);
    MetricSeries& sizes = *metrics.obtain("p", shape(MetricKind::histogram, "size")).series;
    sizes.observe(2);
    sizes.observe(40);
    using Topics = std::vector<std::pair<std::string, std::string>>;
    CHECK(plugin_sys_topics(metrics) ==
          Topics{{"$SYS/broker/plugins/p/level", "1.5"},
                 {"$SYS/broker/plugins/p/seen/percent=%25%0A/topic=a%2F%2B%2F%23", "7"},
                 {"$SYS/broker/plugins/p/size_count", "2"},
                 {"$SYS/broker/plugins/p/size_sum", "42"}});
}

TEST_CASE("a name that the broker uses itself below a plugin's id moves aside in $SYS") {
    PluginMetrics metrics;
    metrics.obtain("p", shape(MetricKind::gauge, "state")).series->set(1);
    metrics.obtain("p", counter("calls"));
    metrics.obtain("p", counter("calls_total"));
    using Topics = std::vector<std::pair<std::string, std::string>>;
    CHECK(plugin_sys_topics(metrics) == Topics{{"$SYS/broker/plugins/p/metric=calls", "0"},
                                               {"$SYS/broker/plugins/p/calls_total", "0"},
                                               {"$SYS/broker/plugins/p/metric=state", "1"}});
}

TEST_CASE("Prometheus gets each family once, escaped, and cumulative buckets") {
    PluginMetrics metrics;
    CHECK(text(metrics).empty());
    MetricShape labelled =
        shape(MetricKind::counter, "seen_total", "Back\\slash,\nnew line, \"quote\"");
    labelled.labels = {{"what", "a\\b\"c\nd"}};
    metrics.obtain("second", labelled).series->add(18'446'744'073'709'551'615u);
    metrics.obtain("size", shape(MetricKind::gauge, "between", "B")).series->set(-INFINITY);
    metrics.obtain("first", labelled).series->add(1);
    MetricSeries& sizes = *metrics.obtain("p", shape(MetricKind::histogram, "size")).series;
    for (const double value : {1.0, 1.1, 2.5, 3.0, 1e300}) sizes.observe(value);
    CHECK(text(metrics) == R"(# HELP grapnel_plugin_between B
# TYPE grapnel_plugin_between gauge
grapnel_plugin_between{plugin="size"} -Inf
# HELP grapnel_plugin_seen_total Back\\slash,\nnew line, "quote"
# TYPE grapnel_plugin_seen_total counter
grapnel_plugin_seen_total{plugin="first",what="a\\b\"c\nd"} 1
grapnel_plugin_seen_total{plugin="second",what="a\\b\"c\nd"} 18446744073709551615
# HELP grapnel_plugin_size Help
# TYPE grapnel_plugin_size histogram
grapnel_plugin_size_bucket{plugin="p",le="1"} 1
grapnel_plugin_size_bucket{plugin="p",le="2.5"} 3
grapnel_plugin_size_bucket{plugin="p",le="+Inf"} 5
grapnel_plugin_size_sum{plugin="p"} 1e+300
grapnel_plugin_size_count{plugin="p"} 5
)");
}

TEST_CASE("a name that is one of the broker's own families moves aside in Prometheus' text") {
    PluginMetrics metrics;
    metrics.obtain("p", counter("calls_total"));
    metrics.obtain("p", counter("call_seconds_sum"));
    metrics.obtain("p", counter("calls"));
    const std::string found = text(metrics);
    CHECK(found.find("\ngrapnel_plugin_metric:calls_total{plugin=\"p\"} 0\n") != std::string::npos);
    CHECK(found.find("# TYPE grapnel_plugin_metric:calls_total counter\n") != std::string::npos);
    CHECK(found.find("\ngrapnel_plugin_metric:call_seconds_sum{") != std::string::npos);
    CHECK(found.find("\ngrapnel_plugin_calls{") != std::string::npos);
}
