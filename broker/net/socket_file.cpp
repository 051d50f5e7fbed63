#include "net/socket_file.h"

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <optional>
#include <utility>
#include <vector>

#include "net/file_lock.h"

namespace grapnel {

namespace {

constexpr mode_t kNobodyElse = 0600;

Error failure(const std::string& what) { return Error{what + ": " + std::strerror(errno)}; }

std::optional<uint32_t> number_of(const std::string& text) {
    uint32_t number = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (fault != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return number;
}

// -1, which changes nothing, for an empty name.
Result<uid_t> user_of(const std::string& name) {
    if (name.empty()) return static_cast<uid_t>(-1);
    if (const auto number = number_of(name)) return static_cast<uid_t>(*number);
    std::vector<char> buffer(16 * 1024);
    passwd entry{};
    passwd* found = nullptr;
    ::getpwnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found);
    if (found == nullptr) return Error{"there is no user " + name};
    return entry.pw_uid;
}

Result<gid_t> group_of(const std::string& name) {
    if (name.empty()) return static_cast<gid_t>(-1);
    if (const auto number = number_of(name)) return static_cast<gid_t>(*number);
    std::vector<char> buffer(64 * 1024);
    group entry{};
    group* found = nullptr;
    ::getgrnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found);
    if (found == nullptr) return Error{"there is no group " + name};
    return entry.gr_gid;
}

// Why the file in the way may not be removed; nothing if it may: a socket without a listener.
std::optional<Error> in_the_way(const sockaddr_un& address) {
    struct stat status {};
    if (::lstat(address.sun_path, &status) != 0) return failure("cannot look at the file");
    if (!S_ISSOCK(status.st_mode)) return Error{"there is a file that is no socket"};
    const int probe = ::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (probe < 0) return failure("no socket");
    const bool refused =
        ::connect(probe, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0;
    const int why = errno;
    ::close(probe);
    if (!refused || why == EAGAIN) return Error{"another process listens there"};
    errno = why;
    if (why != ECONNREFUSED) return failure("cannot tell whether another process listens there");
    return std::nullopt;
}

bool bind_to(int descriptor, const sockaddr_un& address) {
    // The file gets the mode of its socket.
    ::fchmod(descriptor, kNobodyElse);
    return ::bind(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

// Why no file can be made at that path; nothing where its folder is there.
std::optional<Error> missing_folder(const std::string& path) {
    const size_t slash = path.rfind('/');
    if (slash == std::string::npos || slash == 0) return std::nullopt;
    const std::string folder = path.substr(0, slash);
    struct stat status {};
    if (::stat(folder.c_str(), &status) == 0 || errno != ENOENT) return std::nullopt;
    return Error{"there is no folder " + folder + ": make it, and let the broker write to it"};
}

}  // namespace

Result<std::unique_ptr<SocketFile>> SocketFile::listen(int descriptor, const Settings& settings,
                                                       int backlog) {
    const std::string& path = settings.path;
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path)
        return Error{"the path is longer than " + std::to_string(sizeof address.sun_path - 1) +
                     " bytes"};
    std::memcpy(address.sun_path, path.c_str(), path.size());
    auto owner = user_of(settings.owner);
    if (!owner) return owner.error();
    auto group = group_of(settings.group);
    if (!group) return group.error();

    if (auto error = missing_folder(path)) return *error;
    auto lock = FileLock::take(path + ".lock");
    if (!lock) return lock.error();
    if (!bind_to(descriptor, address)) {
        if (errno != EADDRINUSE) return failure("cannot bind");
        if (auto error = in_the_way(address)) return *error;
        if (::unlink(path.c_str()) != 0) return failure("cannot remove the stale socket file");
        if (!bind_to(descriptor, address)) return failure("cannot bind");
    }
    struct stat status {};
    if (::lstat(path.c_str(), &status) != 0) return failure("the file is gone again");
    std::unique_ptr<SocketFile> file(new SocketFile(path, status.st_dev, status.st_ino));
    if ((!settings.owner.empty() || !settings.group.empty()) &&
        ::lchown(path.c_str(), owner.value(), group.value()) != 0)
        return failure("cannot give the file to its owner and group");
    if (::chmod(path.c_str(), settings.mode) != 0) return failure("cannot set the file's mode");
    if (::listen(descriptor, backlog) != 0) return failure("cannot listen");
    return file;
}

SocketFile::~SocketFile() {
    struct stat status {};
    if (::lstat(path_.c_str(), &status) != 0) return;
    if (status.st_dev == device_ && status.st_ino == inode_) ::unlink(path_.c_str());
}

void check_owners(const config::Config& config, config::Faults& faults) {
    for (const config::Listener& listener : config.listeners) {
        const auto say = [&](const auto& found) {
            if (!found)
                add_fault(faults, listener.where,
                          "listener " + listener.id + ": " + found.error().text);
        };
        say(user_of(listener.owner));
        say(group_of(listener.group));
    }
}

}  // namespace grapnel
