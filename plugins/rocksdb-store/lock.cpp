#include "lock.h"

#include <unistd.h>

#include <cerrno>
#include <stdexcept>

namespace grapnel::rocks {

DatabaseLock::DatabaseLock(const std::string& path) {
    if (::access(path.c_str(), W_OK) != 0 && errno == EROFS) return;
    const rocksdb::Status status = rocksdb::Env::Default()->LockFile(path + "/LOCK", &lock_);
    if (status.ok()) return;
    const std::string user = in_use_text(status);
    throw std::runtime_error("database " + path + ": " +
                             (user.empty() ? "cannot be locked: " + status.ToString() : user));
}

DatabaseLock::~DatabaseLock() {
    if (lock_ != nullptr) static_cast<void>(rocksdb::Env::Default()->UnlockFile(lock_));
}

std::string in_use_text(const rocksdb::Status& status) {
    const std::string text = status.ToString();
    if (!status.IsIOError() || text.find("/LOCK") == std::string::npos) return {};
    if (text.find("current process") != std::string::npos)
        return "in use by another plugin of this process: give each a `path` of its own";
    if (text.find("lock") == std::string::npos) return {};
    return "in use by another process (" + text + ")";
}

}  // namespace grapnel::rocks
