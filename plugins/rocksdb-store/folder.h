#pragma once

#include <string>

namespace grapnel::rocks {

// The folder that has this file or folder.
std::string parent_of(const std::string& path);

// What was made, renamed or removed in the folder is so after the end of the machine, too. Throws
// std::runtime_error. Nothing where the file system knows no such thing, or the folder cannot be
// read.
void sync_folder(const std::string& path);

}  // namespace grapnel::rocks
