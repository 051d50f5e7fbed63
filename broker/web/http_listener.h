#pragma once

#include <memory>
#include <string>

#include "base/bytes.h"
#include "web/http.h"
#include "web/listener.h"
#include "web/mailbox.h"

namespace grapnel {

// Requests of HTTP/1.1 and the answers of a table of routes. Web thread.
class HttpListener final : public WebListener {
public:
    HttpListener(std::string id, std::shared_ptr<ListeningSocket> socket, WebDoor door,
                 std::shared_ptr<const HttpRoutes> routes, std::shared_ptr<WebMailbox> mailbox)
        : WebListener(std::move(id), std::move(socket), std::move(door)),
          routes_(std::move(routes)),
          mailbox_(std::move(mailbox)) {}

private:
    int on_event(lws* wsi, lws_callback_reasons reason, void* in, size_t size) override;
    int on_request(lws* wsi, Bytes path);

    const std::shared_ptr<const HttpRoutes> routes_;
    const std::shared_ptr<WebMailbox> mailbox_;
};

}  // namespace grapnel
