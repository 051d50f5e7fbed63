// Asks an HTTP server who may connect. Each CONNECT becomes a POST of
//
//     {"clientid":"…","username":"…","password":"…","remote":"1.2.3.4:5678"}
//
// with null for what the client did not send. 200 lets the client in. 401 refuses it with reason
// code 0x86, every other 4xx with 0x87. Anything else, and no answer in time, is on_error. A client
// with enhanced authentication, or a password that is not UTF-8, is not asked about: the first goes
// to the next plugin, the second is refused. So is, with 0x88, who comes when so many wait already
// that the broker lets no more.
//
// Nothing waits but the client in question: libcurl's multi interface runs on the broker's own
// libuv loops, one handle a loop, and keeps connections to the server open for the next request.
//
//     [[plugin]]
//     name = "webhook"
//     defer_timeout = "5s"             # longer than `timeout`, or the broker answers first
//     [plugin.config]
//     url = "https://auth.example.com/mqtt"
//     timeout = "2s"                   # of a request, and of its wait for a free connection
//     on_error = "deny"                # with 0x88; continue: ask the next plugin; allow
//     connections = 64                 # at most, of each worker
//     headers = ["Authorization: Bearer change-me"]
//
// Build: g++ -std=c++20 -O2 -shared -fPIC -fvisibility=hidden webhook.cpp -o webhook.so -lcurl -luv

#include <grapnel/plugin.hpp>

#include <curl/curl.h>
#include <uv.h>

#include <array>
#include <cstddef>
#include <memory>
#include <new>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace {

constexpr std::uint8_t kBadUserNameOrPassword = 0x86;
constexpr std::uint8_t kNotAuthorized = 0x87;
constexpr std::uint8_t kServerUnavailable = 0x88;
constexpr std::size_t kResponseBytesMax = 64 * 1024;

struct FreeList {
    void operator()(curl_slist* list) const noexcept { curl_slist_free_all(list); }
};
using List = std::unique_ptr<curl_slist, FreeList>;

// Takes the line along. Throws where memory ends.
void append(List& list, const std::string& line) {
    curl_slist* const longer = curl_slist_append(list.get(), line.c_str());
    if (longer == nullptr) throw std::bad_alloc();
    static_cast<void>(list.release());
    list.reset(longer);
}

struct Settings {
    std::string url;
    long timeout_ms = 2000;
    long connections = 64;
    gn_verdict on_error = GN_V_DENY;
    List headers;
};

gn_verdict read_on_error(const gn::Node& node) {
    const std::string_view word = node.str_or("deny");
    if (word == "deny") return GN_V_DENY;
    if (word == "continue") return GN_V_CONTINUE;
    if (word == "allow") return GN_V_ALLOW;
    node.fault("expected \"deny\", \"continue\" or \"allow\"");
}

Settings read_settings(const gn::Node& config) {
    config.expect_keys({"url", "timeout", "on_error", "connections", "headers"});
    Settings out;
    out.url = config["url"].str_or("");
    if (!out.url.starts_with("http://") && !out.url.starts_with("https://"))
        config.fault("url must be an http or https address");
    out.timeout_ms = config["timeout"].duration_ms_or(out.timeout_ms);
    if (out.timeout_ms < 1) config["timeout"].fault("must be longer than nothing");
    out.connections = config["connections"].i64_or(out.connections);
    if (out.connections < 1) config["connections"].fault("must be at least 1");
    out.on_error = read_on_error(config["on_error"]);
    append(out.headers, "Content-Type: application/json");
    append(out.headers, "Expect:");  // no round trip before the body
    for (const std::string_view header : config["headers"].strings())
        append(out.headers, std::string(header));
    return out;
}

// The text must be UTF-8; absent becomes null.
std::string json(gn_str text) {
    return text.ptr == nullptr ? "null" : gn::json_quoted(gn::view(text));
}

class Webhook {
public:
    static constexpr bool concurrent = true;
    class PerLoop;

    Webhook(gn::Host host, gn::Node config) : host(host), settings(read_settings(config)) {
        if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
            throw std::runtime_error("libcurl does not start");
    }
    ~Webhook() { curl_global_cleanup(); }
    Webhook(const Webhook&) = delete;
    Webhook& operator=(const Webhook&) = delete;

    const gn::Host host;
    const Settings settings;
};

// One request, and the client that waits for it. Its address is with libcurl, so it never moves.
class Request {
public:
    // Throws where libcurl refuses a setting.
    Request(const Settings& settings, gn::Pending client, std::string body)
        : client_(std::move(client)), body_(std::move(body)), easy_(curl_easy_init()) {
        if (easy_ == nullptr) throw std::bad_alloc();
        set(CURLOPT_PRIVATE, this);
        set(CURLOPT_URL, settings.url.c_str());
        set(CURLOPT_HTTPHEADER, settings.headers.get());
        set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body_.size()));
        set(CURLOPT_POSTFIELDS, body_.data());
        set(CURLOPT_TIMEOUT_MS, settings.timeout_ms);
        set(CURLOPT_NOSIGNAL, 1L);
        set(CURLOPT_QUICK_EXIT, 1L);  // the end does not wait for a name server
        set(CURLOPT_PROXY, "");       // whatever the environment says
        set(CURLOPT_PROTOCOLS_STR, "http,https");
        set(CURLOPT_ERRORBUFFER, error_.data());
        set(CURLOPT_WRITEDATA, this);
        set(CURLOPT_WRITEFUNCTION, &Request::received);
    }
    Request(const Request&) = delete;
    Request& operator=(const Request&) = delete;
    // No multi handle knows it any more.
    ~Request() { curl_easy_cleanup(easy_); }

    static Request& of(CURL* easy) noexcept {
        void* self = nullptr;
        curl_easy_getinfo(easy, CURLINFO_PRIVATE, &self);
        return *static_cast<Request*>(self);
    }
    CURL* easy() const noexcept { return easy_; }
    gn::Pending& client() noexcept { return client_; }

    // The status of the answer; 0: there is none.
    long status(CURLcode result) const noexcept {
        long status = 0;
        if (result == CURLE_OK) curl_easy_getinfo(easy_, CURLINFO_RESPONSE_CODE, &status);
        return status;
    }
    std::string fault(CURLcode result) const {
        if (result == CURLE_OK) return "status " + std::to_string(status(result));
        return error_[0] != '\0' ? error_.data() : curl_easy_strerror(result);
    }

private:
    template <class T>
    void set(CURLoption option, T value) {
        const CURLcode status = curl_easy_setopt(easy_, option, value);
        if (status == CURLE_OK) return;
        curl_easy_cleanup(easy_);
        throw std::runtime_error(curl_easy_strerror(status));
    }

    // The body is not looked at, but it ends.
    static std::size_t received(char*, std::size_t, std::size_t bytes, void* self) noexcept {
        auto& total = static_cast<Request*>(self)->received_bytes_;
        total += bytes;
        return total <= kResponseBytesMax ? bytes : 0;
    }

    gn::Pending client_;
    const std::string body_;
    CURL* const easy_;
    std::size_t received_bytes_ = 0;
    std::array<char, CURL_ERROR_SIZE> error_{};
};

// The requests of one loop. libcurl says which sockets and which time to wait for, and is called
// when one of them is due. Nothing may be thrown through libuv or libcurl, so callbacks are
// noexcept.
class Webhook::PerLoop {
public:
    PerLoop(Webhook& plugin, gn::Loop loop) : plugin_(plugin), uv_(loop.uv(UV_VERSION_HEX)) {
        if (uv_ == nullptr) throw std::runtime_error("the broker's libuv is older than ours");
        multi_ = curl_multi_init();
        if (multi_ == nullptr) throw std::bad_alloc();
        curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, &PerLoop::socket_changed);
        curl_multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
        curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, &PerLoop::time_changed);
        curl_multi_setopt(multi_, CURLMOPT_TIMERDATA, this);
        curl_multi_setopt(multi_, CURLMOPT_MAX_TOTAL_CONNECTIONS, plugin.settings.connections);
        curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, plugin.settings.connections);  // idle ones
        uv_timer_init(uv_, &timer_);
        timer_.data = this;
    }
    PerLoop(const PerLoop&) = delete;
    PerLoop& operator=(const PerLoop&) = delete;

    gn_verdict on_connect_authenticate(gn::Call call, gn::Client client, gn::Packet packet) {
        const gn_connect_view connect = packet.connect();
        if (connect.auth_method.ptr != nullptr) return GN_V_CONTINUE;
        if (!gn::is_utf8(gn::view(connect.password)))
            return call.deny(kBadUserNameOrPassword, "the password is not UTF-8");
        const gn_client_view info = client.info();
        std::string body =
            "{\"clientid\":" + json(info.id) + ",\"username\":" + json(connect.username) +
            ",\"password\":" + json(connect.password) + ",\"remote\":" + json(info.remote) + "}";
        gn::Pending waiting = call.defer();
        if (!waiting) return call.deny(kServerUnavailable, "too many clients wait");
        auto request =
            std::make_unique<Request>(plugin_.settings, std::move(waiting), std::move(body));
        CURL* const easy = request->easy();
        requests_.emplace(easy, std::move(request));
        if (curl_multi_add_handle(multi_, easy) != CURLM_OK) requests_.erase(easy);
        return GN_V_DEFER;
    }

    // Requests end unanswered. The last handle that libuv closes takes this object along.
    void stop(gn::Stopping stopping) {
        stopping_.emplace(std::move(stopping));
        for (const auto& [easy, request] : requests_) curl_multi_remove_handle(multi_, easy);
        requests_.clear();
        curl_multi_cleanup(multi_);
        uv_close(reinterpret_cast<uv_handle_t*>(&timer_), [](uv_handle_t* handle) noexcept {
            static_cast<PerLoop*>(handle->data)->handle_closed();
        });
    }

private:
    // One socket of libcurl's. Owner: libuv, until its close callback.
    struct Watch {
        uv_poll_t poll;
        PerLoop* loop;
        curl_socket_t socket;
    };

    static int socket_changed(CURL*, curl_socket_t socket, int what, void* self,
                              void* watch) noexcept {
        return static_cast<PerLoop*>(self)->watch(socket, what, static_cast<Watch*>(watch));
    }
    // What libcurl keeps for the socket is its Watch. -1 ends the request.
    int watch(curl_socket_t socket, int what, Watch* watch) noexcept {
        if (what == CURL_POLL_REMOVE) {
            if (watch != nullptr) unwatch(watch);
            return 0;
        }
        if (watch == nullptr) {
            watch = new (std::nothrow) Watch{{}, this, socket};
            if (watch == nullptr) return -1;
            if (uv_poll_init_socket(uv_, &watch->poll, socket) != 0) {
                delete watch;
                return -1;
            }
            watch->poll.data = watch;
            ++open_handles_;
            curl_multi_assign(multi_, socket, watch);
        }
        const int events = ((what & CURL_POLL_IN) != 0 ? UV_READABLE : 0) |
                           ((what & CURL_POLL_OUT) != 0 ? UV_WRITABLE : 0);
        return uv_poll_start(&watch->poll, events, &PerLoop::socket_ready) == 0 ? 0 : -1;
    }
    void unwatch(Watch* watch) noexcept {
        curl_multi_assign(multi_, watch->socket, nullptr);
        uv_close(reinterpret_cast<uv_handle_t*>(&watch->poll), [](uv_handle_t* handle) noexcept {
            const std::unique_ptr<Watch> closed(static_cast<Watch*>(handle->data));
            closed->loop->handle_closed();
        });
    }

    static int time_changed(CURLM*, long delay_ms, void* data) noexcept {
        auto* const self = static_cast<PerLoop*>(data);
        if (delay_ms < 0) return uv_timer_stop(&self->timer_);
        return uv_timer_start(
            &self->timer_,
            [](uv_timer_t* timer) noexcept {
                static_cast<PerLoop*>(timer->data)->act(CURL_SOCKET_TIMEOUT, 0);
            },
            static_cast<std::uint64_t>(delay_ms), 0);
    }
    // A socket in error is both: libcurl finds out which one it is, and may try again elsewhere.
    static void socket_ready(uv_poll_t* poll, int status, int events) noexcept {
        const auto* const watch = static_cast<Watch*>(poll->data);
        const int seen = ((status < 0 || (events & UV_READABLE) != 0) ? CURL_CSELECT_IN : 0) |
                         ((status < 0 || (events & UV_WRITABLE) != 0) ? CURL_CSELECT_OUT : 0);
        watch->loop->act(watch->socket, seen);
    }

    // Lets libcurl work on the socket, then answers the clients whose requests are over.
    void act(curl_socket_t socket, int events) noexcept {
        int running = 0;
        curl_multi_socket_action(multi_, socket, events, &running);
        int left = 0;
        while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
            if (message->msg != CURLMSG_DONE) continue;
            CURL* const easy = message->easy_handle;
            const CURLcode result = message->data.result;
            curl_multi_remove_handle(multi_, easy);
            answer(Request::of(easy), result);
            requests_.erase(easy);
        }
    }

    void answer(Request& request, CURLcode result) noexcept {
        const long status = request.status(result);
        const bool decided = status == 200 || (status >= 400 && status < 500);
        log_change(request, result, !decided);
        // A client that has left meanwhile needs no answer, so what the broker says does not
        // matter.
        if (status == 200) {
            request.client().complete(GN_V_ALLOW);
        } else if (status == 401) {
            request.client().refuse(kBadUserNameOrPassword, "");
        } else if (decided) {
            request.client().refuse(kNotAuthorized, "");
        } else if (plugin_.settings.on_error == GN_V_DENY) {
            request.client().refuse(kServerUnavailable, "authentication is not available");
        } else {
            request.client().complete(plugin_.settings.on_error);
        }
    }

    // One line when the server begins to fail, one when it is back. The address may hold a secret.
    void log_change(const Request& request, CURLcode result, bool failing) noexcept {
        if (std::exchange(failing_, failing) == failing) return;
        if (failing) {
            plugin_.host.warn("no answer: " + request.fault(result));
        } else {
            plugin_.host.info("answers again");
        }
    }

    void handle_closed() noexcept {
        if (--open_handles_ > 0) return;
        gn::Stopping done = std::move(*stopping_);
        done.finish();
    }

    Webhook& plugin_;
    uv_loop_t* const uv_;
    CURLM* multi_ = nullptr;
    uv_timer_t timer_{};
    std::size_t open_handles_ = 1;  // of libuv, the timer included
    bool failing_ = false;
    std::unordered_map<CURL*, std::unique_ptr<Request>> requests_;
    std::optional<gn::Stopping> stopping_;
};

}  // namespace

GN_PLUGIN(Webhook, "webhook", "1.0")
