#include "net/notify_socket.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstddef>
#include <cstring>
#include <utility>

namespace grapnel {

NotifySocket::NotifySocket(std::string address) : address_(std::move(address)) {
    const bool usable = (address_.starts_with('/') || address_.starts_with('@')) &&
                        address_.size() < sizeof(sockaddr_un::sun_path);
    if (usable) descriptor_ = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
}

NotifySocket::~NotifySocket() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

void NotifySocket::send(Bytes lines) const {
    if (descriptor_ < 0) return;
    sockaddr_un to{};
    to.sun_family = AF_UNIX;
    std::memcpy(to.sun_path, address_.data(), address_.size());
    if (address_.front() == '@') to.sun_path[0] = '\0';
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + address_.size());
    ::sendto(descriptor_, lines.data(), lines.size(), MSG_NOSIGNAL,
             reinterpret_cast<sockaddr*>(&to), size);
}

}  // namespace grapnel
