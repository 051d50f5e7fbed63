#include "clock.h"
#include "fail.h"
#include "latencies.h"
#include "measurement.h"
#include "plan.h"
#include "scenarios.h"
#include "traffic.h"

namespace grapnel::load {

namespace {

constexpr double kRoom_s = 10;

// Serves the sockets until the publisher may send; whether that took any waiting. A broker that
// acknowledges nothing ends the run.
bool wait_for_room(Traffic& traffic, size_t publisher) {
    if (traffic.has_room(publisher)) return false;
    const uint64_t end_ns = now_ns() + nanoseconds(kRoom_s);
    while (!traffic.has_room(publisher)) {
        if (now_ns() > end_ns) fail("the broker takes no more messages");
        traffic.turn();
    }
    return true;
}

}  // namespace

void measure_latency(const Options& options, Report& report) {
    const Plan plan = plan_of_topology(options);
    Traffic traffic(options, plan, 0);
    Measurement measurement(options, traffic.loop());
    Latencies latencies;
    Latencies acknowledgements;
    Latencies delays;  // of this process, which are not the broker's
    const auto warmup = static_cast<uint64_t>(options.rate * options.warmup_s);
    const auto all = warmup + static_cast<uint64_t>(options.rate * options.seconds);
    const uint64_t begin_ns = now_ns();
    uint64_t before = 0;
    for (uint64_t i = 0; i < all; ++i) {
        const uint64_t due_ns = begin_ns + nanoseconds(static_cast<double>(i) / options.rate);
        while (now_ns() < due_ns) traffic.turn();
        if (i == warmup) {
            measurement.start();
            before = traffic.delivered();
            traffic.record(latencies);
            traffic.record_acknowledgements(acknowledgements);
        }
        const size_t publisher = i % plan.publishers();
        const bool waited = wait_for_room(traffic, publisher);
        const uint64_t time_ns = waited ? due_ns : now_ns();
        if (i >= warmup) delays.add(time_ns - due_ns);
        traffic.publish(publisher, time_ns);
        traffic.turn();
    }
    measurement.stop();
    const uint64_t deliveries = traffic.delivered() - before;
    traffic.drain();
    traffic.stop_recording();
    latencies.sort();
    delays.sort();
    report.add("samples", latencies.count());
    report.add("p50_us", latencies.quantile_us(0.5), 1);
    report.add("p90_us", latencies.quantile_us(0.9), 1);
    report.add("p99_us", latencies.quantile_us(0.99), 1);
    report.add("p999_us", latencies.quantile_us(0.999), 1);
    report.add("max_us", latencies.quantile_us(1), 1);
    report.add("gen_delay_p99_us", delays.quantile_us(0.99), 1);
    traffic.write_to(report);
    measurement.write_to(report, deliveries);
    if (options.qos != 0) write_acknowledgements(acknowledgements, measurement.seconds(), report);
}

}  // namespace grapnel::load
