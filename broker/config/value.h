#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace grapnel::config {

// Pure readers of the small languages inside of strings. Each answers nothing when the text is not
// of its form or the value does not fit.

// "500us", "500ms", "1s", "2m", "1h", "1d", "1w" → microseconds. A space may stand before the unit.
std::optional<uint64_t> parse_duration_us(std::string_view text);

// "512", "512 B", "64 KiB", "1 MiB", "2 GiB", "10 kB", "10 MB", "1 GB" → bytes.
std::optional<uint64_t> parse_size_bytes(std::string_view text);

struct Address {
    std::string host;  // without brackets
    uint16_t port = 0;
};

// "host:port" or "[v6]:port". The host must not be empty; port 0 asks for any free port.
std::optional<Address> parse_address(std::string_view text);

}  // namespace grapnel::config
