#include "ctl/rates.h"

#include <utility>
#include <vector>

#include "ctl/printable.h"
#include "ctl/units.h"

namespace grapnel::ctl {
namespace {

struct Column {
    const char* title;
    size_t columns;
};

constexpr Column kColumns[] = {
    {"TIME", 8},         {"CLIENTS", 8}, {"IN/S", 8},       {"OUT/S", 8},
    {"IN", 12},          {"OUT", 12},    {"DROPPED/S", 10}, {"QUEUED", 8},
    {"LATENCY P99", 12}, {"LAG P99", 9}, {"MEMORY", 10},
};

std::string row(const std::vector<std::string>& cells) {
    std::string out;
    for (size_t i = 0; i < cells.size(); ++i) {
        const size_t columns = columns_of(cells[i]);
        const size_t wanted = kColumns[i].columns;
        if (i != 0) out += ' ';
        out.append(wanted > columns ? wanted - columns : 0, ' ').append(cells[i]);
    }
    return out + "\n";
}

std::string microseconds_text(const Json& object, const char* key) {
    const auto time_us = find_rounded(object, key);
    return time_us ? short_time_text(*time_us * 1000) : "-";
}

}  // namespace

Totals totals_of(const Json& sample) {
    return {count_at(sample, "time_ms"),       count_at(sample, "messages_received"),
            count_at(sample, "messages_sent"), count_at(sample, "bytes_received"),
            count_at(sample, "bytes_sent"),    sum_at(sample, "dropped")};
}

std::string rate_titles() {
    std::vector<std::string> titles;
    for (const Column& column : kColumns) titles.emplace_back(column.title);
    return row(titles);
}

std::string rate_line(const Totals& before, const Totals& after, const Json& sample) {
    const double time_s = static_cast<double>(after.time_ms - before.time_ms) / 1000;
    const auto rate = [&](uint64_t Totals::*total) {
        const uint64_t more = after.*total < before.*total ? 0 : after.*total - before.*total;
        return static_cast<double>(more) / time_s;
    };
    const auto size = [&](uint64_t Totals::*total) {
        return size_text(static_cast<uint64_t>(rate(total))) + "/s";
    };
    const Json* const latency = find_object(sample, "latency");
    return row(
        {time_of_day_text(after.time_ms), std::to_string(count_at(sample, "clients_connected")),
         rate_text(rate(&Totals::messages_received)), rate_text(rate(&Totals::messages_sent)),
         size(&Totals::bytes_received), size(&Totals::bytes_sent),
         rate_text(rate(&Totals::dropped)), std::to_string(count_at(sample, "queued")),
         latency == nullptr ? "-" : microseconds_text(*latency, "p99_us"),
         microseconds_text(sample, "loop_lag_p99_us"),
         size_text(count_at(sample, "memory_bytes"))});
}

}  // namespace grapnel::ctl
