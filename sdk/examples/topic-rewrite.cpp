// Moves parts of the topic tree: clients that use the old names live with those that use the new
// ones. Topics of publishes and wills are rewritten, and the filters of subscriptions that begin
// with the same levels; "+/temperature" is left alone. Receivers see the new names.
//
//     [[plugin]]
//     name = "topic-rewrite"
//     [plugin.config]
//     rules = [                                        # the first that fits counts
//       { from = "hall1", to = "plant/berlin/hall1" }, # this topic and all below it
//       { from = "v1/telemetry", to = "telemetry" },
//     ]
//
//     c++ -std=c++20 -O2 -shared -fPIC -o topic-rewrite.so topic-rewrite.cpp

#include <cstdint>
#include <grapnel/plugin.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace {

constexpr std::uint8_t kTopicFilterInvalid = 0x8f;
constexpr std::uint8_t kTopicNameInvalid = 0x90;

struct Rule {
    std::string from;
    std::string to;
};

// Throws with the place in the file.
Rule read_rule(const gn::Node& node) {
    node.expect_keys({"from", "to"});
    Rule rule{std::string(node["from"].str_or("")), std::string(node["to"].str_or(""))};
    if (rule.from.empty() || rule.to.empty()) node.fault("a rule needs from and to");
    if ((rule.from + rule.to).find_first_of("+#") != std::string::npos)
        node.fault("a rule moves topics, without wildcards");
    return rule;
}

// Transforms: each plugin sees what those before it have changed. CONTINUE hands the packet on.
class TopicRewrite {
public:
    // The rules never change, so all loops may use them at once.
    static constexpr bool concurrent = true;

    TopicRewrite(gn::Host, gn::Node config) {
        config.expect_keys({"rules"});
        const gn::Node rules = config["rules"];
        for (std::size_t index = 0; index < rules.size(); ++index)
            rules_.push_back(read_rule(rules.at(index)));
    }

    // The broker asks anew whether the client may publish to a topic that was changed.
    gn_verdict on_publish(gn::Call call, gn::Client, gn::Packet packet) {
        if (rename(packet)) return GN_V_CONTINUE;
        return call.reject(kTopicNameInvalid, "the rewritten topic is not valid");
    }
    gn_verdict on_will(gn::Call, gn::Client, gn::Packet packet) {
        return rename(packet) ? GN_V_CONTINUE : GN_V_REJECT;
    }
    gn_verdict on_subscribe(gn::Call, gn::Client, gn::Packet packet) {
        return rename_filters(packet);
    }
    gn_verdict on_unsubscribe(gn::Call, gn::Client, gn::Packet packet) {
        return rename_filters(packet);
    }

private:
    // Nothing where no rule fits.
    std::optional<std::string> renamed(std::string_view topic) const {
        for (const Rule& rule : rules_)
            if (gn::topic_below(topic, rule.from))
                return rule.to + std::string(topic.substr(rule.from.size()));
        return std::nullopt;
    }

    bool rename(const gn::Packet& packet) const {
        const auto topic = renamed(gn::view(packet.publish().topic));
        return !topic || packet.set_topic(*topic) == GN_OK;
    }

    // Of a shared subscription what stands behind "$share/GROUP/".
    gn_verdict rename_filters(const gn::Packet& packet) const {
        gn_filter filter;
        for (std::uint32_t index = 0; packet.filter(index, filter); ++index) {
            const std::string_view text = gn::view(filter.filter);
            const std::size_t share = gn::share_length(text);
            const auto rest = renamed(text.substr(share));
            if (!rest) continue;
            const std::string whole = std::string(text.substr(0, share)) + *rest;
            filter.filter = gn::str(whole);
            if (packet.set_filter(index, filter) != GN_OK)
                packet.refuse_filter(index, kTopicFilterInvalid);
        }
        return GN_V_CONTINUE;
    }

    std::vector<Rule> rules_;
};

}  // namespace

GN_PLUGIN(TopicRewrite, "topic-rewrite", "1.0")
