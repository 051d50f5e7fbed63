// Counts the publishes that it sees, by QoS, with the sizes of their payloads, and under the name
// that `also` gives.
#include <array>
#include <grapnel/plugin.hpp>
#include <string>

namespace {

class Counts {
public:
    static constexpr bool concurrent = true;

    Counts(gn::Host host, gn::Node config) {
        const gn::Metrics metrics(host);
        const std::array<double, 2> bounds{10, 100};
        config.expect_keys({"also"});
        for (int qos = 0; qos < 3; ++qos) {
            by_qos_[static_cast<std::size_t>(qos)] = metrics.counter(
                "publishes_total", "Publishes seen", {{"qos", std::to_string(qos)}});
        }
        sizes_ = metrics.histogram("payload_bytes", "Sizes of payloads", bounds);
        last_ = metrics.gauge("last_payload_bytes", "Size of the last payload");
        const std::string also(config["also"].str_or(""));
        if (!also.empty()) also_ = metrics.counter(also, "Publishes, under a name of the test's");
    }

    void on_published(gn::Call, gn::Client, gn::PacketView packet) {
        const gn_publish_view view = packet.publish();
        by_qos_[view.qos].add();
        sizes_.observe(static_cast<double>(view.payload.len));
        last_.set(static_cast<double>(view.payload.len));
        also_.add();
    }

private:
    std::array<gn::Counter, 3> by_qos_;
    gn::Histogram sizes_;
    gn::Gauge last_;
    gn::Counter also_;
};

}  // namespace

GN_PLUGIN(Counts, "counts", "1.0")
