#include "report.h"

#include <cstdio>

namespace grapnel::load {

void Report::add_raw(std::string_view name, const std::string& value) {
    if (!members_.empty()) members_ += ", ";
    members_ += '"';
    members_ += name;
    members_ += "\": " + value;
}

void Report::add(std::string_view name, uint64_t value) { add_raw(name, std::to_string(value)); }

void Report::add(std::string_view name, double value, int digits) {
    char text[64];
    std::snprintf(text, sizeof text, "%.*f", digits, value);
    add_raw(name, text);
}

void Report::add(std::string_view name, std::string_view plain_text) {
    add_raw(name, '"' + std::string(plain_text) + '"');
}

void Report::print() const { std::printf("{%s}\n", members_.c_str()); }

}  // namespace grapnel::load
