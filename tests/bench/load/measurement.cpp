#include "measurement.h"

#include <algorithm>

#include "clock.h"

namespace grapnel::load {

namespace {

constexpr double kRest_s = 0.02;  // more than the longest tick

}  // namespace

Measurement::Measurement(const Options& options, const Loop& loop) : loop_(loop) {
    if (options.broker != 0) broker_.emplace(options.broker);
}

void Measurement::start() {
    idle_ns_ = loop_.idle_ns();
    broker_cpu_s_ = broker_ ? broker_->cpu_s() : 0;
    start_ns_ = now_ns();
}

void Measurement::stop() {
    end();
    take_cpu();
}

void Measurement::stop_at_rest(Clients& clients) {
    end();
    clients.turn_for(kRest_s);
    take_cpu();
}

void Measurement::take_cpu() {
    if (broker_) broker_cpu_s_ = broker_->cpu_s() - broker_cpu_s_;
}

void Measurement::end() {
    length_ns_ = std::max<uint64_t>(now_ns() - start_ns_, 1);
    busy_ = 1 - static_cast<double>(loop_.idle_ns() - idle_ns_) / static_cast<double>(length_ns_);
}

double Measurement::seconds() const { return static_cast<double>(length_ns_) / 1e9; }

double Measurement::broker_resident_bytes() const {
    return broker_ ? broker_->resident_bytes() : 0;
}

void Measurement::write_to(Report& report) const {
    report.add("seconds", seconds(), 3);
    report.add("gen_busy", busy_, 3);
    if (!broker_) return;
    report.add("broker_cpu_share", broker_cpu_s_ / seconds(), 3);
    report.add("broker_resident_bytes", broker_resident_bytes(), 0);
}

void Measurement::write_to(Report& report, uint64_t deliveries) const {
    write_to(report);
    report.add("measured_deliveries", deliveries);
    report.add("deliveries_per_s", static_cast<double>(deliveries) / seconds(), 0);
    if (!broker_ || deliveries == 0) return;
    report.add("broker_cpu_us_per_delivery", broker_cpu_s_ * 1e6 / static_cast<double>(deliveries),
               4);
}

}  // namespace grapnel::load
