// FakeNode answers as the nodes of a broker do.

#include <doctest/doctest.h>

#include <grapnel/testing.hpp>
#include <string>
#include <vector>

using gn::testing::FakeHost;
using gn::testing::FakeNode;

namespace {

gn::Node node(const FakeHost& host, const FakeNode& config) { return {&host, config.raw()}; }

}  // namespace

TEST_CASE("values are of their kind only") {
    const FakeHost host;
    const FakeNode config(FakeNode::Table{{"text", "a"},
                                          {"count", 7},
                                          {"ratio", 0.5},
                                          {"on", true},
                                          {"list", std::vector<FakeNode>{}}});
    const gn::Node table = node(host, config);
    CHECK(table.size() == 5);
    CHECK(table.key(1) == "count");
    CHECK(table["text"].str_or("") == "a");
    CHECK(table["count"].i64_or(0) == 7);
    CHECK(table["count"].f64_or(0) == 7.0);
    CHECK(table["ratio"].f64_or(0) == 0.5);
    CHECK(table["on"].flag_or(false));
    CHECK(table["list"].kind() == gn::Node::Kind::array);
    CHECK(table["none"].i64_or(3) == 3);
    CHECK_THROWS_AS(table["ratio"].i64_or(0), gn::ConfigError);
    CHECK_THROWS_AS(table["text"].flag_or(true), gn::ConfigError);
    CHECK_THROWS_AS(table["on"].f64_or(0), gn::ConfigError);
}

TEST_CASE("a value of another kind is named and shown") {
    const FakeHost host;
    const FakeNode config(FakeNode::Table{
        {"window", "5sec"}, {"count", true}, {"filters", std::vector<FakeNode>{7}}});
    const gn::Node table = node(host, config);
    const auto fault_of = [](auto read) -> std::string {
        try {
            read();
        } catch (const gn::ConfigError& error) {
            return error.what();
        }
        return "";
    };
    CHECK(fault_of([&] { table["window"].duration_ms_or(0); }) ==
          "test.toml:1:1: window: expected a duration such as \"500ms\", found \"5sec\"");
    CHECK(fault_of([&] { table["count"].i64_or(0); }) ==
          "test.toml:1:1: count: expected an integer, found true or false");
    CHECK(fault_of([&] { table["filters"].strings(); }) ==
          "test.toml:1:1: expected a string, found 7");
}

TEST_CASE("strings are an array of them, or one by itself") {
    const FakeHost host;
    const FakeNode config(FakeNode::Table{{"one", "a"}, {"many", std::vector<FakeNode>{"b", "c"}}});
    const gn::Node table = node(host, config);
    using Strings = std::vector<std::string_view>;
    CHECK(table["one"].strings() == Strings{"a"});
    CHECK(table["many"].strings() == Strings{"b", "c"});
    CHECK(table["none"].strings().empty());
}

TEST_CASE("a relative path begins at the folder of its file") {
    const FakeHost host;
    FakeNode relative("keys/a.pem");
    relative.at("/etc/grapnel/conf.d/b.toml:3:1");
    FakeNode absolute("/srv/a.pem");
    absolute.at("/etc/grapnel/conf.d/b.toml:3:1");
    CHECK(node(host, relative).path_or("") == "/etc/grapnel/conf.d/keys/a.pem");
    CHECK(node(host, absolute).path_or("") == "/srv/a.pem");
    CHECK(gn::Node().path_or("default") == "default");
}

TEST_CASE("nothing is found in no node") {
    const FakeHost host;
    gn_str text{};
    std::int64_t number = 0;
    double real = 0;
    std::int32_t flag = 0;
    CHECK(host.config->get(nullptr, gn::str("a")) == nullptr);
    CHECK(host.config->at(nullptr, 0) == nullptr);
    CHECK(host.config->key(nullptr, 0).ptr == nullptr);
    CHECK(host.config->count(nullptr) == 0);
    CHECK(host.config->kind(nullptr) == 0);
    CHECK(host.config->where(nullptr).ptr == nullptr);
    CHECK(host.config->str(nullptr, &text) == GN_E_INVALID);
    CHECK(host.config->i64(nullptr, &number) == GN_E_INVALID);
    CHECK(host.config->f64(nullptr, &real) == GN_E_INVALID);
    CHECK(host.config->flag(nullptr, &flag) == GN_E_INVALID);
    CHECK(host.config->duration_us(nullptr, &number) == GN_E_INVALID);
    CHECK(host.config->size_bytes(nullptr, &number) == GN_E_INVALID);
    const FakeNode config("a");
    CHECK(host.config->str(config.raw(), nullptr) == GN_E_INVALID);
    CHECK(host.config->key(config.raw(), 0).ptr == nullptr);
}

TEST_CASE("durations and sizes have units") {
    const FakeHost host;
    const auto duration_ms = [&](const FakeNode& value) {
        return node(host, value).duration_ms_or(-1);
    };
    CHECK(duration_ms("500ms") == 500);
    CHECK(duration_ms("2 s") == 2000);
    CHECK(duration_ms("1h") == 3'600'000);
    CHECK(duration_ms(3) == 3000);
    const auto bytes = [&](const FakeNode& value) { return node(host, value).bytes_or(-1); };
    CHECK(bytes("64 KiB") == 65'536);
    CHECK(bytes("10 MB") == 10'000'000);
    CHECK(bytes("7") == 7);
    CHECK(bytes(9) == 9);
    for (const char* wrong : {"", "ms", "1 day", "1  s", "-1s", "99999999999999999w"})
        CHECK_THROWS_AS(duration_ms(wrong), gn::ConfigError);
    CHECK_THROWS_AS(bytes("1 GiBs"), gn::ConfigError);
    CHECK_THROWS_AS(bytes(-1), gn::ConfigError);
    CHECK_THROWS_AS(bytes(0.5), gn::ConfigError);
}

TEST_CASE("what nobody asked for is known, the topmost of it, once") {
    const FakeHost host;
    const FakeNode config(FakeNode::Table{{"asked", 1},
                                          {"lost", FakeNode::Table{{"below", 2}}},
                                          {"half", FakeNode::Table{{"seen", 3}, {"unseen", 4}}},
                                          {"list", std::vector<FakeNode>{1, 2}}});
    const auto ask = [&] {
        const gn::Node table = node(host, config);
        static_cast<void>(table["asked"]);
        static_cast<void>(table["half"]["seen"]);
        static_cast<void>(table["list"].at(0));
    };
    ask();
    CHECK(config.take_unasked() == std::vector<std::string>{"lost", "unseen", "1"});
    CHECK(config.take_unasked().size() == 4);
    ask();
    CHECK(config.take_unasked().size() == 3);
}
