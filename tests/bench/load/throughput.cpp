#include "latencies.h"
#include "measurement.h"
#include "plan.h"
#include "scenarios.h"
#include "traffic.h"

namespace grapnel::load {

void measure_throughput(const Options& options, Report& report) {
    const Plan plan =
        options.mode == Mode::kWildcards ? plan_of_wildcards(options) : plan_of_topology(options);
    Traffic traffic(options, plan, options.window);
    Measurement measurement(options, traffic.loop());
    traffic.publish_for(options.warmup_s);
    const uint64_t before = traffic.delivered();
    Latencies acknowledgements;
    if (options.qos != 0) traffic.record_acknowledgements(acknowledgements);
    measurement.start();
    traffic.publish_for(options.seconds);
    measurement.stop();
    traffic.stop_recording();
    const uint64_t deliveries = traffic.delivered() - before;
    traffic.drain();
    traffic.write_to(report);
    measurement.write_to(report, deliveries);
    if (options.qos != 0) write_acknowledgements(acknowledgements, measurement.seconds(), report);
}

}  // namespace grapnel::load
