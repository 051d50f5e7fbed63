#pragma once

#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "net/listening_socket.h"
#include "web/http_listener.h"
#include "web/wakes.h"
#include "web/websocket_listener.h"

struct lws_context;
struct lws_vhost;

namespace grapnel {

// libwebsockets on a thread of its own: WebSocket and HTTP listeners and their connections. Main
// thread, but where something else is said.
class WebService {
public:
    // WebSocket connections are handed to these loops, which end after stop().
    explicit WebService(std::vector<Loop*> loops);
    ~WebService();
    WebService(const WebService&) = delete;
    WebService& operator=(const WebService&) = delete;

    // False if libwebsockets cannot start; it has logged why.
    [[nodiscard]] bool start();

    // Accepts on that socket from now on. False: see the log.
    [[nodiscard]] bool add_websocket(std::string id, std::shared_ptr<ListeningSocket> socket,
                                     WebDoor door, WebSocketListener::Options options,
                                     WebSocketListener::Accepted accepted);
    [[nodiscard]] bool add_http(std::string id, std::shared_ptr<ListeningSocket> socket,
                                WebDoor door, std::shared_ptr<const HttpRoutes> routes);

    // Accepts no more WebSocket connections; those that end say that the broker is going away.
    void drain();
    // Ends all connections and the thread. Its loops hear of the ends, if they still run.
    void stop();

private:
    void run();
    [[nodiscard]] bool add(std::unique_ptr<WebListener> listener, WebSocketListener* websocket);
    // Runs the task on the web thread, and waits for it.
    void on_web_thread(std::function<void()> task);

    const std::shared_ptr<const LoopTable> loops_;
    std::shared_ptr<WebMailbox> mailbox_;
    lws_context* context_ = nullptr;
    lws_vhost* vhost_ = nullptr;
    std::thread thread_;
    // Web thread.
    LoopWakes wakes_;
    std::vector<std::unique_ptr<WebListener>> listeners_;
    std::vector<WebSocketListener*> websockets_;
    bool stopping_ = false;
};

}  // namespace grapnel
