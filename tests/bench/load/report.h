#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace grapnel::load {

// What a run found, as one line of JSON.
class Report {
public:
    void add(std::string_view name, uint64_t value);
    void add(std::string_view name, double value, int digits);
    void add(std::string_view name, std::string_view plain_text);
    void print() const;

private:
    void add_raw(std::string_view name, const std::string& value);

    std::string members_;
};

}  // namespace grapnel::load
