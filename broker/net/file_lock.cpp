#include "net/file_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <optional>
#include <thread>
#include <utility>

namespace grapnel {

namespace {

constexpr mode_t kNobodyElse = 0600;
constexpr std::chrono::milliseconds kBetweenTries{10};

// Closed at its end, unless taken.
class OpenFile {
public:
    explicit OpenFile(const std::string& path)
        : descriptor_(::open(path.c_str(),
                             O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC,
                             kNobodyElse)) {}
    ~OpenFile() {
        if (descriptor_ >= 0) ::close(descriptor_);
    }
    OpenFile(const OpenFile&) = delete;
    OpenFile& operator=(const OpenFile&) = delete;

    int get() const { return descriptor_; }
    int take() { return std::exchange(descriptor_, -1); }

private:
    int descriptor_;
};

// Could somebody else lock it, or is it no file to be locked at all?
bool is_foreign(const struct stat& status) {
    return !S_ISREG(status.st_mode) || status.st_uid != ::geteuid() ||
           (status.st_mode & 07777 & ~kNobodyElse) != 0;
}

// Is it still what is found at that path? Whoever had the lock has removed the file else.
bool is_at(const std::string& path, const struct stat& status) {
    struct stat found {};
    return ::lstat(path.c_str(), &found) == 0 && found.st_dev == status.st_dev &&
           found.st_ino == status.st_ino;
}

}  // namespace

Result<std::unique_ptr<FileLock>> FileLock::take(const std::string& path) {
    using std::chrono::steady_clock;
    const auto deadline = steady_clock::now() + std::chrono::milliseconds(kWait_ms);
    for (;;) {
        OpenFile file(path);
        if (file.get() < 0)
            return Error{"cannot make the lock file " + path + ": " + std::strerror(errno)};
        struct stat status {};
        if (::fstat(file.get(), &status) != 0 || is_foreign(status))
            return Error{path + " is not a file of this user alone: remove it"};
        const bool locked = ::flock(file.get(), LOCK_EX | LOCK_NB) == 0;
        if (!locked && errno != EWOULDBLOCK && errno != EINTR)
            return Error{"cannot lock " + path + ": " + std::strerror(errno)};
        if (locked && is_at(path, status))
            return std::unique_ptr<FileLock>(new FileLock(path, file.take()));
        if (steady_clock::now() >= deadline)
            return Error{"another process holds " + path + ": end it, or wait until it is done"};
        if (!locked) std::this_thread::sleep_for(kBetweenTries);
    }
}

// Removed while it is locked: whoever waits sees that it is gone, and makes another.
FileLock::~FileLock() {
    struct stat status {};
    if (::fstat(descriptor_, &status) == 0 && is_at(path_, status)) ::unlink(path_.c_str());
    ::close(descriptor_);
}

}  // namespace grapnel
