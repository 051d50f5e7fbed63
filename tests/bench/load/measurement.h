#pragma once

#include <cstdint>
#include <optional>

#include "clients.h"
#include "loop.h"
#include "options.h"
#include "process.h"
#include "report.h"

namespace grapnel::load {

// A stretch of time: how long it took, what it cost the broker, and how busy this process was.
class Measurement {
public:
    // The loop outlives the measurement.
    Measurement(const Options& options, const Loop& loop);

    void start();
    void stop();
    // Ends the stretch now, and takes the broker's CPU time once it has come to rest: the kernel
    // adds up what a thread used when it sleeps, or at ticks, which are too coarse for a short
    // stretch.
    void stop_at_rest(Clients& clients);

    double seconds() const;
    // 0 if the broker's process is not known.
    double broker_cpu_s() const { return broker_cpu_s_; }
    double broker_resident_bytes() const;
    bool knows_broker() const { return broker_.has_value(); }

    // Writes what every mode reports.
    void write_to(Report& report) const;
    // The same, and what a delivery cost.
    void write_to(Report& report, uint64_t deliveries) const;

private:
    void end();
    void take_cpu();

    std::optional<Process> broker_;
    const Loop& loop_;
    uint64_t start_ns_ = 0;
    uint64_t length_ns_ = 0;
    double broker_cpu_s_ = 0;  // at the start, until stop
    uint64_t idle_ns_ = 0;     // at the start, until stop
    double busy_ = 0;
};

}  // namespace grapnel::load
