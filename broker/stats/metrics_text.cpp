#include "stats/metrics_text.h"

#include <charconv>
#include <string_view>

#include "stats/sys_topics.h"

namespace grapnel {

namespace {

constexpr const char* kPacketNames[kPacketTypes] = {
    "",        "connect",  "connack",    "publish", "puback",      "pubrec",
    "pubrel",  "pubcomp",  "subscribe",  "suback",  "unsubscribe", "unsuback",
    "pingreq", "pingresp", "disconnect", "auth"};
constexpr const char* kQosNames[kQosLevels] = {"0", "1", "2"};

std::string seconds(double value) {
    char text[64];
    const auto end = std::to_chars(text, text + sizeof text, value).ptr;
    return {text, end};
}

// Writes one family after the other.
class Writer {
public:
    explicit Writer(std::string& out) : out_(out) {}

    void family(std::string_view name, std::string_view kind, std::string_view help) {
        name_ = name;
        out_.append("# HELP grapnel_").append(name).append(" ").append(help);
        out_.append("\n# TYPE grapnel_").append(name).append(" ").append(kind).append("\n");
    }
    // `labels`: as they stand between the braces; empty: none.
    void sample(std::string_view labels, std::string_view value, std::string_view suffix = {}) {
        out_.append("grapnel_").append(name_).append(suffix);
        if (!labels.empty()) out_.append("{").append(labels).append("}");
        out_.append(" ").append(value).append("\n");
    }
    void sample(std::string_view labels, uint64_t value) { sample(labels, std::to_string(value)); }

    void counter(std::string_view name, uint64_t value, std::string_view help) {
        family(name, "counter", help);
        sample({}, value);
    }
    void gauge(std::string_view name, uint64_t value, std::string_view help) {
        family(name, "gauge", help);
        sample({}, value);
    }
    void histogram(const HistogramTotals& totals, const std::string& labels) {
        uint64_t count = 0;
        const std::string before = labels.empty() ? "" : labels + ",";
        for (size_t i = 0; i < totals.buckets.size(); ++i) {
            count += totals.buckets[i];
            const bool last = i == HistogramTotals::kBounds_us.size();
            const std::string bound =
                last ? "+Inf" : seconds(static_cast<double>(HistogramTotals::kBounds_us[i]) / 1e6);
            sample(before + "le=\"" + bound + '"', std::to_string(count), "_bucket");
        }
        sample(labels, seconds(static_cast<double>(totals.sum_us) / 1e6), "_sum");
        sample(labels, std::to_string(count), "_count");
    }

private:
    std::string& out_;
    std::string_view name_;
};

std::string label(std::string_view name, std::string_view value) {
    return std::string(name) + "=\"" + std::string(value) + '"';
}

void render_clients(Writer& writer, const Totals& totals) {
    writer.gauge("clients_connected", totals.clients_connected, "Clients connected now.");
    writer.gauge("clients_connected_maximum", totals.clients_maximum,
                 "The most clients that were connected at a time.");
    writer.gauge("sessions", totals.sessions, "Sessions, with and without a connection.");
    writer.gauge("subscriptions", totals.subscriptions, "Subscriptions of all sessions.");
    writer.counter("connects_refused_total", totals.connects_refused,
                   "CONNECT packets that were refused.");
    writer.counter("protocol_errors_total", totals.protocol_errors,
                   "Packets that broke the format or a rule.");
    writer.counter("admin_refused_total", totals.admin_refused, "Refused operators' requests.");
}

template <size_t N>
void render_directions(Writer& writer, const char* name, const char* const (&values)[N],
                       const uint64_t (&received)[N], const uint64_t (&sent)[N]) {
    for (const auto& [direction, counts] : {std::pair("received", &received), {"sent", &sent}})
        for (size_t i = 0; i < N; ++i)
            if (*values[i] != '\0')
                writer.sample(label("direction", direction) + "," + label(name, values[i]),
                              (*counts)[i]);
}

void render_traffic(Writer& writer, const Totals& totals) {
    writer.family("network_bytes_total", "counter", "Bytes of MQTT, without TLS and WebSocket.");
    writer.sample("direction=\"received\"", totals.bytes_received);
    writer.sample("direction=\"sent\"", totals.bytes_sent);
    writer.family("packets_total", "counter", "MQTT packets by their type.");
    render_directions(writer, "type", kPacketNames, totals.packets_received_by_type,
                      totals.packets_sent_by_type);
    writer.family("messages_total", "counter", "PUBLISH packets by their QoS.");
    render_directions(writer, "qos", kQosNames, totals.messages_received_by_qos,
                      totals.messages_sent_by_qos);
}

void render_messages(Writer& writer, const Totals& totals) {
    writer.family("messages_dropped_total", "counter",
                  "Messages that a receiver wanted and did not get, by the reason.");
    for (int i = 0; i < kDropReasons; ++i)
        writer.sample(label("reason", kDropNames[i]), totals.dropped[i]);
    writer.counter("inflight_dropped_total", totals.inflight_dropped,
                   "Messages under way that ended with their session.");
    writer.gauge("messages_queued", totals.queued, "Messages that wait in the queues of sessions.");
    writer.gauge("messages_inflight", totals.inflight,
                 "Messages of QoS 1 and 2 that were sent and not fully acknowledged.");
    writer.gauge("messages_retained", totals.retained, "Retained messages.");
}

void render_stores(Writer& writer, const MetricsSnapshot& snapshot) {
    writer.family("commit_latency_seconds", "histogram",
                  "How long the stores took for a commit, which acknowledgements wait for.");
    writer.histogram(snapshot.commit_latency, {});
    writer.counter("store_failures_total", snapshot.totals.store_failures, "Commits that failed.");
    writer.gauge("store_failing", snapshot.totals.store_failing, "1 if the last commit failed.");
}

void render_workers(Writer& writer, const MetricsSnapshot& snapshot) {
    const auto name = [](size_t worker) { return label("worker", std::to_string(worker)); };
    writer.gauge("workers", snapshot.workers.size(), "Event loops.");
    writer.family("loop_lag_seconds", "histogram",
                  "How long a turn of an event loop took: what came meanwhile waited for it.");
    for (size_t i = 0; i < snapshot.workers.size(); ++i)
        writer.histogram(snapshot.workers[i].loop_lag, name(i));
    writer.family("mailbox_batches_total", "counter",
                  "Batches of messages that a worker handed to others.");
    for (size_t i = 0; i < snapshot.workers.size(); ++i)
        writer.sample(name(i), snapshot.workers[i].mail_batches);
}

void render_process(Writer& writer, const MetricsSnapshot& snapshot) {
    writer.family("build_info", "gauge", "Always 1; the labels say what runs.");
    writer.sample(label("version", kVersion), uint64_t{1});
    writer.family("start_time_seconds", "gauge", "When the broker started, since 1970.");
    writer.sample({}, seconds(static_cast<double>(snapshot.totals.started_ms) / 1e3));
    writer.gauge("memory_resident_bytes", snapshot.totals.memory_bytes,
                 "Memory that the process holds.");
    writer.gauge("threads", snapshot.totals.threads, "Threads of the process.");
    writer.gauge("open_fds", snapshot.descriptors, "File descriptors that are open.");
    writer.gauge("max_fds", snapshot.descriptors_maximum, "File descriptors that may be open.");
}

}  // namespace

void render_metrics(std::string& out, const MetricsSnapshot& snapshot) {
    Writer writer(out);
    render_process(writer, snapshot);
    render_clients(writer, snapshot.totals);
    render_traffic(writer, snapshot.totals);
    render_messages(writer, snapshot.totals);
    render_stores(writer, snapshot);
    render_workers(writer, snapshot);
}

}  // namespace grapnel
