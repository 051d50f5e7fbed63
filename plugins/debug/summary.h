#pragma once

#include <cstddef>
#include <cstdint>
#include <grapnel/plugin.hpp>
#include <string>
#include <string_view>

namespace grapnel::debug {

// What a summary may show beyond the defaults.
struct Options {
    bool enable = true;
    bool packets = false;  // offer the packet hooks at all
    bool show_packet_data = false;
    bool show_pings = false;
    bool show_passwords = false;
};

// "PUBLISH" and so on; "UNKNOWN" for what is no packet type.
std::string_view type_name(std::uint8_t type) noexcept;

// Printable ASCII as it is, every other byte and the quote and backslash escaped, in quotes; at
// most `bytes_max` bytes of the text, then how many there are.
std::string escaped(std::string_view text, std::size_t bytes_max);

// A name as it is where it is one plain word, else escaped.
std::string word(std::string_view text);

// The fields of a packet worth reading, " key=value" each. `wire` is what was sent, or empty for a
// packet that came in; the reason codes of SUBACK and UNSUBACK are read from it.
std::string summary(const gn::PacketView& packet, const Options& options, std::string_view wire);

}  // namespace grapnel::debug
