#pragma once

#include <string>

namespace grapnel {

// Why the file cannot be a shared library for this process, and what to do about it; "" when the
// loader may try. Runs nothing of the file, and waits for nothing: what is no regular file is not
// opened. The loader itself does not notice a library that is cut off, and dies of it.
std::string library_fault(const std::string& path);

// What the loader said, `why`, about a file without a library_fault, and what to do about it.
std::string loader_fault(const std::string& path, const char* why);

}  // namespace grapnel
