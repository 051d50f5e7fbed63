#pragma once

#include <memory>
#include <string>

#include "base/result.h"

namespace grapnel {

// What only one process of a user does at a time, as long as this lives: a locked file that nobody
// else may open, so that nobody else can hold it up. It is gone afterwards. Any thread.
class FileLock {
public:
    // Waits for whoever has it, no longer than kWait_ms. An error names the file.
    static Result<std::unique_ptr<FileLock>> take(const std::string& path);
    ~FileLock();
    FileLock(const FileLock&) = delete;
    FileLock& operator=(const FileLock&) = delete;

    static constexpr int kWait_ms = 2000;

private:
    FileLock(std::string path, int descriptor) : path_(std::move(path)), descriptor_(descriptor) {}

    const std::string path_;
    const int descriptor_;
};

}  // namespace grapnel
