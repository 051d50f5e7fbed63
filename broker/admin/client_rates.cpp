#include "admin/client_rates.h"

#include <cmath>

namespace grapnel {

namespace {

// With one decimal place.
double per_second(uint64_t before, uint64_t now, int64_t window_ms) {
    const double rate = static_cast<double>(now - before) * 1000 / static_cast<double>(window_ms);
    return std::round(rate * 10) / 10;
}

}  // namespace

Json ClientRates::look(const ClientDetail& detail) {
    if (!detail.row.connected) return nullptr;
    Look& last = looks_.touch(detail.row.id);
    const int64_t window_ms = detail.now_ms - last.at_ms;
    const bool goes_on = last.at_ms != 0 && last.connection_key == detail.connection_key &&
                         window_ms <= kWindowMost_ms;
    if (goes_on && window_ms < kWindowLeast_ms) return last.rates;
    Json rates = nullptr;
    if (goes_on) {
        const auto rate = [&](uint64_t before, uint64_t now) {
            return per_second(before, now, window_ms);
        };
        rates = {
            {"window_ms", window_ms},
            {"messages_received_per_s", rate(last.received.messages, detail.received.messages)},
            {"messages_sent_per_s", rate(last.sent.messages, detail.sent.messages)},
            {"bytes_received_per_s", rate(last.received.bytes, detail.received.bytes)},
            {"bytes_sent_per_s", rate(last.sent.bytes, detail.sent.bytes)}};
    }
    last = {detail.connection_key, detail.now_ms, detail.received, detail.sent, rates};
    return rates;
}

}  // namespace grapnel
