#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

namespace grapnel::store {

// Numbers as people read them.
std::string text_of_time(std::int64_t wall_ms);      // "2026-01-31T12:00:00Z"
std::string text_of_duration(std::int64_t span_ms);  // "0s", "59s", "3m 20s", "2d 4h"
std::string text_of_size(std::uint64_t bytes);       // "17 B", "1.5 KiB"

// A session expiry interval: "never", "at the end", or a duration.
std::string text_of_expiry(std::uint32_t session_expiry_s);

// Writes rows as they come, so the widths are given: what is wider moves the rest of its row.
class Table {
public:
    struct Column {
        std::string_view title;
        std::size_t width;
    };
    // Writes the titles.
    Table(std::ostream& out, std::initializer_list<Column> columns);
    void row(std::initializer_list<std::string> cells);

private:
    void write(const std::vector<std::string_view>& cells);

    std::ostream& out_;
    std::vector<std::size_t> widths_;
};

}  // namespace grapnel::store
