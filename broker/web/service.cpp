#include "web/service.h"

#include <libwebsockets.h>

#include <atomic>
#include <chrono>
#include <future>
#include <utility>

#include "base/log.h"

namespace grapnel {

namespace {

constexpr uint32_t kLinesMost = 5;  // in a second: what clients send wrongly causes most of them

// What libwebsockets calls an error then is what some client sent.
thread_local bool serving = false;

// Of libwebsockets, for the whole process.
void log_line(int level, const char* line) {
    static std::atomic<int64_t> second{0};
    static std::atomic<uint32_t> lines{0};
    using std::chrono::steady_clock;
    const int64_t now =
        std::chrono::duration_cast<std::chrono::seconds>(steady_clock::now().time_since_epoch())
            .count();
    if (second.exchange(now) != now) lines.store(0);
    const uint32_t before = lines.fetch_add(1);
    if (before == kLinesMost) log_warn("web", "libwebsockets has more to say in this second");
    if (before >= kLinesMost) return;
    std::string_view text(line);
    while (!text.empty() && text.back() == '\n') text.remove_suffix(1);
    if ((level & LLL_ERR) != 0 && !serving)
        log_error("web", text);
    else
        log_warn("web", text);
}

}  // namespace

WebService::WebService(std::vector<Loop*> loops)
    : loops_(std::make_shared<const LoopTable>(std::move(loops))),
      mailbox_(std::make_shared<WebMailbox>([this] {
          if (context_ != nullptr) lws_cancel_service(context_);
      })) {}

WebService::~WebService() {
    stop();
    mailbox_->close();
}

bool WebService::start() {
    lws_set_log_level(LLL_ERR | LLL_WARN, log_line);
    lws_context_creation_info info{};
    info.options = LWS_SERVER_OPTION_EXPLICIT_VHOSTS | LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT;
    info.timeout_secs = WebListener::kHandshake_s;
    info.gid = info.uid = static_cast<int>(-1);
    info.pt_serv_buf_size = 64 << 10;
    context_ = lws_create_context(&info);
    if (context_ == nullptr) return false;
    vhost_ = WebListener::make_vhost(context_);
    if (vhost_ == nullptr) {
        lws_context_destroy(std::exchange(context_, nullptr));
        return false;
    }
    thread_ = std::thread([this, &target = log_target()] {
        const LogBinding binding(target);
        serving = true;
        run();
    });
    return true;
}

void WebService::run() {
    while (!stopping_) {
        if (lws_service(context_, 0) < 0) break;
        WebMailbox::Batch batch = mailbox_->take();
        for (const auto& task : batch.tasks) task();
        for (const auto& channel : batch.channels)
            if (channel->peer != nullptr) channel->peer->on_channel();
        wakes_.send();
    }
    mailbox_->close();
    lws_context_destroy(context_);
    context_ = nullptr;
    listeners_.clear();
    wakes_.send();
}

bool WebService::add_websocket(std::string id, std::shared_ptr<ListeningSocket> socket,
                               WebDoor door, WebSocketListener::Options options,
                               WebSocketListener::Accepted accepted) {
    auto listener = std::make_unique<WebSocketListener>(std::move(id), std::move(socket),
                                                        std::move(door), std::move(options), loops_,
                                                        mailbox_, wakes_, std::move(accepted));
    WebSocketListener* const websocket = listener.get();
    return add(std::move(listener), websocket);
}

bool WebService::add_http(std::string id, std::shared_ptr<ListeningSocket> socket, WebDoor door,
                          std::shared_ptr<const HttpRoutes> routes) {
    return add(std::make_unique<HttpListener>(std::move(id), std::move(socket), std::move(door),
                                              std::move(routes), mailbox_),
               nullptr);
}

bool WebService::add(std::unique_ptr<WebListener> listener, WebSocketListener* websocket) {
    bool opened = false;
    on_web_thread([&] {
        opened = listener->open(vhost_);
        listeners_.push_back(std::move(listener));
        if (websocket != nullptr) websockets_.push_back(websocket);
    });
    return opened;
}

void WebService::on_web_thread(std::function<void()> task) {
    auto done = std::make_shared<std::promise<void>>();
    const std::future<void> ended = done->get_future();
    // Dropped, it breaks the promise, which ends the wait too.
    mailbox_->post([task = std::move(task), done = std::move(done)] {
        task();
        done->set_value();
    });
    ended.wait();
}

void WebService::drain() {
    mailbox_->post([this] {
        for (WebSocketListener* const listener : websockets_) {
            listener->going_away();
            listener->stop_accepting();
        }
    });
}

void WebService::stop() {
    if (!thread_.joinable()) return;
    mailbox_->post([this] { stopping_ = true; });
    thread_.join();
}

}  // namespace grapnel
