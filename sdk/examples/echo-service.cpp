// A service in the broker: answers each MQTT 5 request on its topic with the request's payload, on
// the response topic that the request names and with its correlation data.
//
//     [[plugin]]
//     name = "echo-service"
//     [plugin.config]
//     topic = "service/echo"
//     replies = "reply"              # answers go to this topic and below, nowhere else
//
//     c++ -std=c++20 -O2 -shared -fPIC -o echo-service.so echo-service.cpp
//
// Try it:  mosquitto_rr -V 5 -t service/echo -e reply/me -m hello

#include <cstdint>
#include <grapnel/plugin.hpp>
#include <string>
#include <string_view>

namespace {

// Properties of PUBLISH: MQTT 5.0, 3.3.2.3.
constexpr std::uint32_t kResponseTopic = 0x08;
constexpr std::uint32_t kCorrelationData = 0x09;

class EchoService {
public:
    EchoService(gn::Host host, gn::Node config)
        : host_(host),
          topic_(config["topic"].str_or("service/echo")),
          replies_(config["replies"].str_or("reply")) {
        config.expect_keys({"topic", "replies"});
    }

    // An inline subscription brings messages to the main loop, and may begin from here on.
    void on_started(gn::Call) {
        requests_ = gn::Subscription(host_, topic_,
                                     [this](gn::Call, gn::PacketView request) { answer(request); });
        if (!requests_) host_.error("cannot subscribe to " + topic_);
    }

private:
    // What a plugin publishes may go everywhere, so a client must not choose freely where that is.
    void answer(const gn::PacketView& request) {
        const gn_publish_view message = request.publish();
        std::string_view response_topic;
        if (!request.prop(kResponseTopic, response_topic)) return host_.debug("nobody to answer");
        if ((message.flags & GN_PK_RETAIN) != 0) return host_.debug("a request of former times");
        if (!gn::topic_below(response_topic, replies_))
            return host_.debug("no answer to a topic that is not below " + replies_);

        std::string_view correlation;
        auto reply = gn::sized<gn_message>();
        reply.topic = gn::str(response_topic);
        reply.payload = message.payload;
        reply.qos = message.qos;
        if (request.prop(kCorrelationData, correlation)) reply.correlation = gn::str(correlation);
        if (host_.publish(reply) != GN_OK) host_.debug("an answer could not be published");
    }

    gn::Host host_;
    std::string topic_;
    std::string replies_;
    gn::Subscription requests_;
};

}  // namespace

GN_PLUGIN(EchoService, "echo-service", "1.0")
