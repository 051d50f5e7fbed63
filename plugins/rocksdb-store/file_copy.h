#pragma once

#include <functional>
#include <string>

namespace grapnel::rocks {

// Makes `to`, a folder of its owner alone, anew and puts the chosen files of `from` into it. Tables
// are linked where the file system does that: RocksDB never changes them. All else is copied.
// Throws std::runtime_error.
void copy_files(const std::string& from, const std::string& to,
                const std::function<bool(const std::string& name)>& chosen);

// A database whose CURRENT names no manifest that is there gets another one where it has one
// manifest alone: then that is the one. Throws std::runtime_error.
void complete_current(const std::string& path);

}  // namespace grapnel::rocks
