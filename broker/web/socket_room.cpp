#include "web/socket_room.h"

#include <linux/sock_diag.h>
#include <sys/socket.h>

#include <cstdint>

namespace grapnel {

size_t socket_room(int descriptor) {
    uint32_t memory[SK_MEMINFO_VARS] = {};
    socklen_t size = sizeof memory;
    if (::getsockopt(descriptor, SOL_SOCKET, SO_MEMINFO, memory, &size) != 0) return 1024;
    const uint32_t most = memory[SK_MEMINFO_SNDBUF];
    const uint32_t queued = memory[SK_MEMINFO_WMEM_QUEUED];
    return queued < most ? (most - queued) / 2 : 0;
}

}  // namespace grapnel
