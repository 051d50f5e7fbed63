#include "stats/metrics_text.h"

#include <string>
#include <utility>

#include "stats/metrics_writer.h"
#include "stats/sys_topics.h"

namespace grapnel {

namespace {

constexpr const char* kPacketNames[kPacketTypes] = {
    "",        "connect",  "connack",    "publish", "puback",      "pubrec",
    "pubrel",  "pubcomp",  "subscribe",  "suback",  "unsubscribe", "unsuback",
    "pingreq", "pingresp", "disconnect", "auth"};
constexpr const char* kQosNames[kQosLevels] = {"0", "1", "2"};

void render_clients(MetricsWriter& writer, const Totals& totals) {
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

void render_connections(MetricsWriter& writer, const MetricsSnapshot& snapshot) {
    const Totals& totals = snapshot.totals;
    writer.family("listener_clients", "gauge", "Connections that a listener has now.");
    for (const MetricsSnapshot::Listener& listener : snapshot.listeners)
        writer.sample(metric_label("listener", listener.id), listener.clients);
    writer.family(
        "listener_connections_total", "counter",
        "MQTT connections that a listener took, without those that were refused at once.");
    for (const MetricsSnapshot::Listener& listener : snapshot.listeners)
        if (listener.type != "http")
            writer.sample(metric_label("listener", listener.id), listener.accepted);
    writer.family("connections_refused_total", "counter",
                  "Connections that were closed before anything was read, by the reason.");
    writer.sample(metric_label("reason", "rate"), totals.connections_over_rate);
    writer.sample(metric_label("reason", "banned"), totals.connections_banned);
    writer.sample(metric_label("reason", "proxy"), totals.proxies_refused);
    writer.counter("requests_unreadable_total", totals.requests_unreadable,
                   "Connections of ws and http listeners that ended without a request.");
    writer.family("tls_handshakes_total", "counter", "TLS handshakes that came to an end.");
    writer.sample(metric_label("result", "ok"), totals.tls_handshakes);
    writer.sample(metric_label("result", "failed"), totals.tls_handshakes_failed);
    writer.counter("descriptor_wants_total", totals.descriptor_wants,
                   "Times in which there was no file descriptor for a new connection.");
}

template <size_t N>
void render_directions(MetricsWriter& writer, const char* name, const char* const (&values)[N],
                       const uint64_t (&received)[N], const uint64_t (&sent)[N]) {
    for (const auto& [direction, counts] : {std::pair("received", &received), {"sent", &sent}})
        for (size_t i = 0; i < N; ++i)
            if (*values[i] != '\0')
                writer.sample(
                    metric_label("direction", direction) + "," + metric_label(name, values[i]),
                    (*counts)[i]);
}

void render_traffic(MetricsWriter& writer, const Totals& totals) {
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

void render_messages(MetricsWriter& writer, const Totals& totals) {
    writer.family("messages_dropped_total", "counter",
                  "Messages that a receiver wanted and did not get, by the reason.");
    for (int i = 0; i < kDropReasons; ++i)
        writer.sample(metric_label("reason", kDropNames[i]), totals.dropped[i]);
    writer.counter("inflight_dropped_total", totals.inflight_dropped,
                   "Messages under way that ended with their session.");
    writer.gauge("messages_queued", totals.queued, "Messages that wait in the queues of sessions.");
    writer.gauge("messages_inflight", totals.inflight,
                 "Messages of QoS 1 and 2 that were sent and not fully acknowledged.");
    writer.gauge("messages_retained", totals.retained, "Retained messages.");
}

void render_latency(MetricsWriter& writer, const MetricsSnapshot& snapshot) {
    writer.family("delivery_latency_seconds", "histogram",
                  "How long messages took from their PUBLISH to the receiver's socket, by turns.");
    writer.histogram(snapshot.delivery_latency, {});
}

void render_stores(MetricsWriter& writer, const MetricsSnapshot& snapshot) {
    writer.family("commit_latency_seconds", "histogram",
                  "How long the stores took for a commit, which acknowledgements wait for.");
    writer.histogram(snapshot.commit_latency, {});
    writer.counter("store_failures_total", snapshot.totals.store_failures, "Commits that failed.");
    writer.gauge("store_failing", snapshot.totals.store_failing, "1 if the last commit failed.");
}

void render_workers(MetricsWriter& writer, const MetricsSnapshot& snapshot) {
    const auto name = [](size_t worker) { return metric_label("worker", std::to_string(worker)); };
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

void render_process(MetricsWriter& writer, const MetricsSnapshot& snapshot) {
    writer.family("build_info", "gauge", "Always 1; the labels say what runs.");
    writer.sample(metric_label("version", kVersion), uint64_t{1});
    writer.family("start_time_seconds", "gauge", "When the broker started, since 1970.");
    writer.sample({}, metric_number(static_cast<double>(snapshot.totals.started_ms) / 1e3));
    writer.gauge("memory_resident_bytes", snapshot.totals.memory_bytes,
                 "Memory that the process holds.");
    writer.gauge("threads", snapshot.totals.threads, "Threads of the process.");
    writer.gauge("open_fds", snapshot.descriptors, "File descriptors that are open.");
    writer.gauge("max_fds", snapshot.descriptors_maximum, "File descriptors that may be open.");
}

}  // namespace

void render_metrics(std::string& out, const MetricsSnapshot& snapshot) {
    MetricsWriter writer(out);
    render_process(writer, snapshot);
    render_clients(writer, snapshot.totals);
    render_connections(writer, snapshot);
    render_traffic(writer, snapshot.totals);
    render_messages(writer, snapshot.totals);
    render_latency(writer, snapshot);
    render_stores(writer, snapshot);
    render_workers(writer, snapshot);
}

}  // namespace grapnel
