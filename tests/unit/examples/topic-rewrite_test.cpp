// The example with a fake host: the smallest test of a plugin.

#include <doctest/doctest.h>

#include <grapnel/testing.hpp>
#include <string>
#include <vector>

using gn::testing::FakeClient;
using gn::testing::FakeHost;
using gn::testing::FakeNode;
using gn::testing::FakePacket;
using gn::testing::FakePlugin;

namespace {

struct Fixture {
    FakeHost host;
    FakeNode config = FakeNode::Table{
        {"rules", std::vector<FakeNode>{FakeNode::Table{{"from", "old"}, {"to", "new"}},
                                        FakeNode::Table{{"from", "new"}, {"to", "newer"}}}}};
    FakePlugin plugin{gn_plugin_entry, host, config};
    FakeClient client{"c", "", ""};
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "the first rule that fits counts, and only once") {
    FakePacket packet(3);
    packet.topic = "old/a";
    CHECK(plugin.hooks().on_publish(plugin.call(), client.raw(), packet.raw()) == GN_V_CONTINUE);
    CHECK(packet.topic == "new/a");
    packet.topic = "older/a";
    CHECK(plugin.hooks().on_publish(plugin.call(), client.raw(), packet.raw()) == GN_V_CONTINUE);
    CHECK(packet.topic == "older/a");
}

TEST_CASE_FIXTURE(Fixture, "filters keep their options and their group") {
    FakePacket packet(8);
    packet.add_filter("old/#", 2).add_filter("+/a", 1).add_filter("$share/old/new/+", 1);
    CHECK(plugin.hooks().on_subscribe(plugin.call(), client.raw(), packet.raw()) == GN_V_CONTINUE);
    CHECK(gn::view(packet.filters[0].filter) == "new/#");
    CHECK(packet.filters[0].qos == 2);
    CHECK(gn::view(packet.filters[1].filter) == "+/a");
    CHECK(gn::view(packet.filters[2].filter) == "$share/old/newer/+");
    CHECK(packet.refused.empty());
}

TEST_CASE("a rule moves one topic to another") {
    FakeHost host;
    const auto refused = [&host](const FakeNode& rule) {
        const FakeNode config = FakeNode::Table{{"rules", std::vector<FakeNode>{rule}}};
        CHECK_THROWS(FakePlugin(gn_plugin_entry, host, config));
        return host.failure;
    };
    CHECK(refused(FakeNode::Table{{"from", "a"}}) == "test.toml:1:1: a rule needs from and to");
    CHECK(refused(FakeNode::Table{{"from", "+"}, {"to", "a"}}) ==
          "test.toml:1:1: a rule moves topics, without wildcards");
}
