#include "net/listening_socket.h"

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "net/inherited_sockets.h"

namespace grapnel {

namespace {

constexpr int kBacklog = 4096;
constexpr int64_t kWantEnds_ms = 1000;

struct AddressInfo {
    addrinfo* first = nullptr;
    ~AddressInfo() {
        if (first != nullptr) ::freeaddrinfo(first);
    }
};

Error failure(const char* what) { return Error{std::string(what) + ": " + std::strerror(errno)}; }

}  // namespace

Result<ListeningSocket::Pointer> ListeningSocket::bind(const std::string& host, uint16_t port) {
    AddressInfo info;
    addrinfo hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_PASSIVE;
    const int found = ::getaddrinfo(host.empty() ? nullptr : host.c_str(),
                                    std::to_string(port).c_str(), &hints, &info.first);
    if (found != 0) return Error{std::string("cannot resolve the address: ") + gai_strerror(found)};
    const int descriptor =
        ::socket(info.first->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (descriptor < 0) return failure("no socket");
    Pointer listener(new ListeningSocket(descriptor, false));
    const int on = 1;
    ::setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (::bind(descriptor, info.first->ai_addr, info.first->ai_addrlen) != 0)
        return failure("cannot bind");
    if (::listen(descriptor, kBacklog) != 0) return failure("cannot listen");
    listener->address_ = bound_address(descriptor);
    return listener;
}

Result<ListeningSocket::Pointer> ListeningSocket::bind(const SocketFile::Settings& settings) {
    const int descriptor = ::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (descriptor < 0) return failure("no socket");
    Pointer listener(new ListeningSocket(descriptor, true));
    auto file = SocketFile::listen(descriptor, settings, kBacklog);
    if (!file) return file.error();
    listener->file_ = std::move(file.value());
    listener->address_ = settings.path;
    return listener;
}

Result<ListeningSocket::Pointer> ListeningSocket::adopt(int descriptor) {
    const auto option = [descriptor](int name) {
        int value = 0;
        socklen_t size = sizeof value;
        return ::getsockopt(descriptor, SOL_SOCKET, name, &value, &size) == 0 ? value : -1;
    };
    const int domain = option(SO_DOMAIN);
    Pointer listener(new ListeningSocket(descriptor, domain == AF_UNIX));
    if (option(SO_TYPE) != SOCK_STREAM || option(SO_ACCEPTCONN) != 1)
        return Error{"the inherited descriptor is no socket that listens for streams"};
    if (domain != AF_UNIX && domain != AF_INET && domain != AF_INET6)
        return Error{"the inherited socket is neither TCP nor unix"};
    ::fcntl(descriptor, F_SETFL, ::fcntl(descriptor, F_GETFL) | O_NONBLOCK);
    listener->address_ = bound_address(descriptor);
    return listener;
}

ListeningSocket::~ListeningSocket() { ::close(descriptor_); }

bool ListeningSocket::out_of_descriptors(int64_t now_ms) {
    const int64_t before_ms = want_until_ms_.exchange(now_ms + kWantEnds_ms);
    if (now_ms < before_ms) return false;
    wants_.fetch_add(1, std::memory_order_relaxed);
    return true;
}

}  // namespace grapnel
