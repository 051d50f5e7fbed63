#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace grapnel {

// One file that the broker serves, as embed.py put it into the program.
struct EmbeddedFile {
    std::string_view address;  // where it is served
    std::string_view type;
    std::string_view digest;  // another one when a byte of the file is another
    const unsigned char* plain;
    size_t plain_size;
    const unsigned char* gzip;
    size_t gzip_size;
};

std::span<const EmbeddedFile> embedded_files();

}  // namespace grapnel
