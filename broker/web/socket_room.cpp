#include "web/socket_room.h"

#include <linux/sock_diag.h>
#include <poll.h>
#include <sys/socket.h>

#include <cstdint>

namespace grapnel {

namespace {

bool happens(int descriptor, short events) {
    pollfd look{descriptor, events, 0};
    return ::poll(&look, 1, 0) > 0;
}

}  // namespace

size_t socket_room(int descriptor) {
    uint32_t memory[SK_MEMINFO_VARS] = {};
    socklen_t size = sizeof memory;
    if (::getsockopt(descriptor, SOL_SOCKET, SO_MEMINFO, memory, &size) != 0) return 1024;
    const uint32_t most = memory[SK_MEMINFO_SNDBUF];
    const uint32_t queued = memory[SK_MEMINFO_WMEM_QUEUED];
    return queued < most ? (most - queued) / 2 : 0;
}

bool socket_writable(int descriptor) { return happens(descriptor, POLLOUT); }

bool socket_ended(int descriptor) { return happens(descriptor, POLLRDHUP); }

}  // namespace grapnel
