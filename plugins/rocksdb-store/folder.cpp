#include "folder.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <stdexcept>

namespace grapnel::rocks {

std::string parent_of(const std::string& path) {
    const std::string parent = std::filesystem::path(path).parent_path();
    return parent.empty() ? "." : parent;
}

void sync_folder(const std::string& path) {
    const int folder = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int fault = folder < 0 ? errno : 0;
    if (folder >= 0) {
        if (::fsync(folder) != 0) fault = errno;
        ::close(folder);
    }
    if (fault == 0 || fault == EACCES || fault == EINVAL) return;
    throw std::runtime_error("folder " + path + " cannot be synced: " + std::strerror(fault));
}

}  // namespace grapnel::rocks
