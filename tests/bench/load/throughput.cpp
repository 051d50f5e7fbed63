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
    measurement.start();
    traffic.publish_for(options.seconds);
    measurement.stop();
    const uint64_t deliveries = traffic.delivered() - before;
    traffic.drain();
    traffic.write_to(report);
    measurement.write_to(report, deliveries);
}

}  // namespace grapnel::load
