// Loads an MQTT broker on this machine and prints one line of JSON about it; see load --help.

#include <sys/resource.h>

#include "fail.h"
#include "options.h"
#include "report.h"
#include "scenarios.h"

namespace {

using namespace grapnel::load;

// A connection is an open file, and the usual limit is lower than the allowed one.
void raise_open_files() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
}

void measure(const Options& options, Report& report) {
    switch (options.mode) {
        case Mode::kThroughput:
        case Mode::kWildcards: return measure_throughput(options, report);
        case Mode::kLatency: return measure_latency(options, report);
        case Mode::kConnections: return measure_connections(options, report);
        case Mode::kRetained: return measure_retained(options, report);
    }
}

}  // namespace

int main(int count, char** arguments) {
    const Options options = read_options(count, arguments);
    raise_open_files();
    Report report;
    measure(options, report);
    report.print();
    return 0;
}
