#pragma once

#include "session/client_info.h"

namespace grapnel {

class Worker;

// Sends the will of a client now, if it has one, and forgets it: on_will, topic rules, write
// access, then as any publish (MQTT 5.0, 3.1.2.5). Plugins are told whether it was sent. Loop
// thread of the client's home.
void send_will(Worker& worker, ClientInfo& client);

// Forgets it: orderly end, or the client came back in time.
void discard_will(ClientInfo& client);

}  // namespace grapnel
