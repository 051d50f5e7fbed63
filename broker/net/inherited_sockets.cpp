#include "net/inherited_sockets.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <optional>
#include <utility>

#include "base/peer_address.h"

namespace grapnel {

namespace {

constexpr int kFirst = 3;
constexpr int kMost = 1024;

std::string taken_variable(const char* name) {
    const char* const value = std::getenv(name);
    std::string text = value != nullptr ? value : "";
    ::unsetenv(name);
    return text;
}

std::optional<int> number_of(const std::string& text) {
    int number = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (fault != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return number;
}

bool is_socket(int descriptor) {
    int type = 0;
    socklen_t size = sizeof type;
    return ::getsockopt(descriptor, SOL_SOCKET, SO_TYPE, &type, &size) == 0;
}

// The part up to the next colon; `text` goes on behind it.
std::string next_name(std::string& text) {
    const size_t colon = std::min(text.find(':'), text.size());
    std::string name = text.substr(0, colon);
    text.erase(0, std::min(colon + 1, text.size()));
    return name;
}

}  // namespace

std::string bound_address(int descriptor) {
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    auto* const any = reinterpret_cast<sockaddr*>(&address);
    if (::getsockname(descriptor, any, &size) != 0) return {};
    if (address.ss_family == AF_UNIX)
        return size > sizeof address.ss_family ? reinterpret_cast<sockaddr_un*>(any)->sun_path : "";
    const PeerAddress bound = PeerAddress::from(any);
    return bound.family == PeerAddress::Family::none ? "" : bound.text();
}

InheritedSockets InheritedSockets::from_environment() {
    InheritedSockets inherited;
    const auto process = number_of(taken_variable("LISTEN_PID"));
    const auto count = number_of(taken_variable("LISTEN_FDS"));
    std::string names = taken_variable("LISTEN_FDNAMES");
    if (!process || *process != ::getpid() || !count) return inherited;
    for (int i = 0; i < std::min(*count, kMost); ++i) {
        const int descriptor = kFirst + i;
        std::string name = next_name(names);
        if (!is_socket(descriptor)) continue;
        ::fcntl(descriptor, F_SETFD, FD_CLOEXEC);
        inherited.sockets_.push_back({descriptor, std::move(name), bound_address(descriptor)});
    }
    return inherited;
}

InheritedSockets::InheritedSockets(InheritedSockets&& other) noexcept
    : sockets_(std::exchange(other.sockets_, {})) {}

InheritedSockets& InheritedSockets::operator=(InheritedSockets&& other) noexcept {
    std::swap(sockets_, other.sockets_);
    return *this;
}

InheritedSockets::~InheritedSockets() {
    for (const Socket& socket : sockets_) ::close(socket.descriptor);
}

int InheritedSockets::take(Bytes name, Bytes address) {
    auto found = std::find_if(sockets_.begin(), sockets_.end(), [&](const Socket& socket) {
        return !socket.address.empty() && socket.address == address;
    });
    if (found == sockets_.end())
        found = std::find_if(sockets_.begin(), sockets_.end(),
                             [&](const Socket& socket) { return socket.name == name; });
    if (found == sockets_.end()) return -1;
    const int descriptor = found->descriptor;
    sockets_.erase(found);
    return descriptor;
}

}  // namespace grapnel
