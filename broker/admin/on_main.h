#pragma once

#include <functional>

#include "admin/api.h"
#include "server/broker.h"

namespace grapnel {

// Makes handlers that run on the broker's main thread, with the request, and answer there or later.
// Where the main thread has ended, nothing runs, and the connection ends with the web thread.
using MainHandler = std::function<void(const HttpRequest&, const HttpAnswer&)>;
HttpHandler on_main(Broker& broker, MainHandler handler);
// The same for what needs a broker that serves: while it starts, and while it ends, the answer is
// 503 and says so.
HttpHandler while_serving(Broker& broker, MainHandler handler);

}  // namespace grapnel
