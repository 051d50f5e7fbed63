// Refuses messages whose payload is too large, and says in the log who has connected.

#include <grapnel/plugin.hpp>

#include <cstdint>
#include <string>

namespace {

constexpr std::uint8_t kQuotaExceeded = 0x97;  // a reason code of MQTT 5

class MyPlugin {
public:
    // Hooks may run on several loops at once: nothing here changes after the start.
    static constexpr bool concurrent = true;

    // What is wrong with the settings is thrown: the broker says it, with file and line.
    MyPlugin(gn::Host host, gn::Node config)
        : host_(host), maximum_payload_bytes_(config["maximum_payload"].bytes_or(1024)) {
        config.expect_keys({"maximum_payload"});
        if (maximum_payload_bytes_ == 0) config["maximum_payload"].fault("must be more than 0");
    }

    void on_session_established(gn::Call, gn::Client client, gn::PacketView) {
        host_.info("client " + std::string(gn::view(client.info().id)) + " has connected");
    }

    gn_verdict on_publish(gn::Call call, gn::Client, gn::Packet packet) {
        const auto bytes = static_cast<std::int64_t>(packet.publish().payload.len);
        if (bytes <= maximum_payload_bytes_) return GN_V_CONTINUE;
        return call.reject(kQuotaExceeded, "the payload is too large");
    }

private:
    const gn::Host host_;
    const std::int64_t maximum_payload_bytes_;
};

}  // namespace

GN_PLUGIN(MyPlugin, "my-plugin", "0.1")
