// Writes what happens into the log, at level debug.

#include <grapnel/plugin.hpp>
#include <string>
#include <vector>

#include "summary.h"

namespace grapnel::debug {

namespace {

constexpr std::uint8_t kPingreq = 12;
constexpr std::uint8_t kPingresp = 13;

// Throws for an unknown key or a wrong type.
Options read_options(const gn::Node& config) {
    config.expect_keys(
        {"enable", "packets", "topics", "show_packet_data", "show_pings", "show_passwords"});
    Options options;
    options.enable = config["enable"].flag_or(options.enable);
    options.packets = config["packets"].flag_or(options.packets);
    options.show_packet_data = config["show_packet_data"].flag_or(options.show_packet_data);
    options.show_pings = config["show_pings"].flag_or(options.show_pings);
    options.show_passwords = config["show_passwords"].flag_or(options.show_passwords);
    return options;
}

// The filters of `topics`, which live as long as the node. Throws where it is no list of texts.
std::vector<std::string_view> read_topics(const gn::Node& config) {
    const gn::Node list = config["topics"];
    if (list && list.kind() != gn::Node::Kind::array) list.fault("expected a list of filters");
    std::vector<std::string_view> filters;
    for (std::size_t index = 0; index < list.size(); ++index)
        filters.push_back(list.at(index).str_or(""));
    return filters;
}

// One [[plugin]] entry. Constant once created, so every loop may use it at once.
class Debug {
public:
    static constexpr bool concurrent = true;

    Debug(gn::Host host, gn::Node config)
        : host_(host),
          options_(read_options(config)),
          by_topic_(static_cast<bool>(config["topics"])) {
        limit_topics(config);
    }

    // The topics only: what else is new there needs a restart.
    void reload(gn::Node config) {
        static_cast<void>(read_options(config));
        limit_topics(config);
    }

    // What is not offered costs the broker nothing: a packet hook takes it off its fast path.
    void choose_hooks(gn_hooks& table) const {
        if (!options_.enable) {
            table = gn_hooks{};
            table.size = sizeof(gn_hooks);
        } else if (!options_.packets) {
            table.on_packet_read = nullptr;
            table.on_packet_sent = nullptr;
            table.on_qos_publish = nullptr;
            table.on_qos_complete = nullptr;
            if (!by_topic_) {
                table.on_published = nullptr;
                table.on_retain_published = nullptr;
            }
        }
    }

    gn_verdict on_packet_read(gn::Call, gn::Client client, gn::Packet packet) {
        write_packet(client, packet, " << ", {});
        return GN_V_CONTINUE;
    }
    void on_packet_sent(gn::Call, gn::Client client, gn::PacketView packet, std::string_view wire) {
        write_packet(client, packet, " >> ", wire);
    }

    // The lifecycle, offered always.
    void on_started(gn::Call) { write("started"); }
    void on_stopped(gn::Call) { write("stopped"); }
    gn_verdict on_connect(gn::Call, gn::Client client, gn::Packet) {
        write_client("connect", client);
        return GN_V_CONTINUE;
    }
    void on_session_establish(gn::Call, gn::Client client, gn::PacketView) {
        write_client("session establish", client);
    }
    void on_session_established(gn::Call, gn::Client client, gn::PacketView) {
        write_client("session established", client);
    }
    void on_disconnect(gn::Call, gn::Client client, std::uint8_t reason, std::string_view why,
                       std::int32_t expire) {
        if (!visible()) return;
        write("disconnect" + who(client) + " reason=" + std::to_string(reason) +
              " why=" + word(why) + (expire != 0 ? " expire=true" : ""));
    }
    void on_subscribed(gn::Call, gn::Client client, gn::PacketView packet) {
        write_event("subscribed", client, packet);
    }
    void on_unsubscribed(gn::Call, gn::Client client, gn::PacketView packet) {
        write_event("unsubscribed", client, packet);
    }
    void on_published(gn::Call, gn::Client client, gn::PacketView packet) {
        write_event("published", client, packet);
    }
    void on_publish_dropped(gn::Call, gn::Client client, gn::PacketView packet) {
        write_event("publish dropped", client, packet);
    }
    void on_retain_message(gn::Call, gn::Client client, gn::PacketView packet,
                           std::int32_t change) {
        write_event(change < 0 ? "retained removed" : "retained set", client, packet);
    }
    void on_retain_published(gn::Call, gn::Client client, gn::PacketView packet) {
        write_event("retained published", client, packet);
    }
    void on_qos_publish(gn::Call, gn::Client client, gn::PacketView packet, std::int64_t,
                        std::int32_t resends) {
        write_event(resends > 0 ? "qos publish again" : "qos publish", client, packet);
    }
    void on_qos_complete(gn::Call, gn::Client client, gn::PacketView packet) {
        write_event("qos complete", client, packet);
    }
    void on_qos_dropped(gn::Call, gn::Client client, gn::PacketView packet) {
        write_event("qos dropped", client, packet);
    }
    void on_packet_id_exhausted(gn::Call, gn::Client client, gn::PacketView packet) {
        write_event("packet ids exhausted", client, packet);
    }
    void on_will_sent(gn::Call, gn::Client client, gn::PacketView packet) {
        write_event("will sent", client, packet);
    }
    void on_will_dropped(gn::Call, gn::Client client, gn::PacketView packet) {
        write_event("will dropped", client, packet);
    }
    void on_client_expired(gn::Call, std::string_view client_id) {
        write_name("client expired id=", client_id);
    }
    void on_retained_expired(gn::Call, std::string_view topic) {
        write_name("retained expired topic=", topic);
    }

private:
    void limit_topics(const gn::Node& config) const {
        const std::vector<std::string_view> filters = read_topics(config);
        const gn::Interest interest(host_);
        if (!config["topics"]) {
            static_cast<void>(interest.clear());
        } else if (interest.limit(filters) != GN_OK) {
            config["topics"].fault("one of these is no topic filter, or there are too many");
        }
    }

    // Every text is built behind this question.
    bool visible() const noexcept { return host_.logs(GN_LOG_DEBUG); }
    void write(std::string_view text) const noexcept { host_.debug(text); }

    static std::string who(const gn::Client& client) {
        return client.raw() == nullptr ? std::string{}
                                       : " client=" + word(gn::view(client.info().id));
    }
    void write_name(std::string_view event, std::string_view name) const {
        if (visible()) write(std::string(event) + word(name));
    }
    void write_client(std::string_view event, const gn::Client& client) const {
        if (!visible()) return;
        const gn_client_view info = client.info();
        write(std::string(event) + who(client) + " remote=" + word(gn::view(info.remote)) +
              " listener=" + word(gn::view(info.listener)) +
              " version=" + std::to_string(info.protocol) +
              (info.tls_subject.ptr == nullptr
                   ? std::string{}
                   : " certificate=" + word(gn::view(info.tls_subject))));
    }
    void write_event(std::string_view event, const gn::Client& client,
                     const gn::PacketView& packet) const {
        if (!visible()) return;
        write(std::string(event) + who(client) + summary(packet, options_, {}));
    }
    void write_packet(const gn::Client& client, const gn::PacketView& packet,
                      std::string_view arrow, std::string_view wire) const {
        if (!visible()) return;
        const std::uint8_t type = packet.header().type;
        if ((type == kPingreq || type == kPingresp) && !options_.show_pings) return;
        write(std::string(type_name(type)) + std::string(arrow) + word(gn::view(client.info().id)) +
              summary(packet, options_, wire));
    }

    gn::Host host_;
    const Options options_;
    const bool by_topic_;  // whether `topics` was there at the start
};

}  // namespace

}  // namespace grapnel::debug

GN_PLUGIN(grapnel::debug::Debug, "debug", "1.0")
