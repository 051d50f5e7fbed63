#pragma once

#include <cstddef>

namespace grapnel {

// How many bytes the socket takes at once for sure, by half of what its buffer has free. What
// libwebsockets cannot write at once it keeps, and if the peer then ends its side, libwebsockets
// 4.1 reads that end again and again and returns no more: so nothing longer than this is written.
// When the system says that the socket can be written to, it is not 0. Any thread.
size_t socket_room(int descriptor);

// Does the system say that the socket can be written to? Any thread.
bool socket_writable(int descriptor);

// Has the peer ended its side, whatever of it is unread? Any thread.
bool socket_ended(int descriptor);

}  // namespace grapnel
