#pragma once

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <string>

#include "base/result.h"
#include "config/config.h"
#include "config/fault.h"

namespace grapnel {

// The file of a listening unix socket, which exists as long as this. Main thread.
class SocketFile {
public:
    struct Settings {
        std::string path;
        mode_t mode = 0660;
        std::string owner;  // a name or a number; empty: as the process
        std::string group;
    };

    // Binds the socket to the path and listens. A socket file that nobody listens on is replaced.
    // The file is nobody else's until its owner and mode are what they should be. Of two processes
    // that do the same at a time, one waits for the other: a FileLock beside the file.
    static Result<std::unique_ptr<SocketFile>> listen(int descriptor, const Settings& settings,
                                                      int backlog);
    // Removes the file, if it is still the one that listen() made.
    ~SocketFile();
    SocketFile(const SocketFile&) = delete;
    SocketFile& operator=(const SocketFile&) = delete;

private:
    SocketFile(std::string path, dev_t device, ino_t inode)
        : path_(std::move(path)), device_(device), inode_(inode) {}

    const std::string path_;
    const dev_t device_;
    const ino_t inode_;
};

// Adds a fault for each listener whose owner or group this machine does not have.
void check_owners(const config::Config& config, config::Faults& faults);

}  // namespace grapnel
