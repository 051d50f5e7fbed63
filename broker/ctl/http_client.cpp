#include "ctl/http_client.h"

#include <libwebsockets.h>
#include <openssl/x509.h>

#include <algorithm>
#include <chrono>
#include <exception>
#include <utility>

#include "ctl/failure.h"
#include "ctl/printable.h"
#include "ctl/units.h"
#include "ctl/why_not_connected.h"

namespace grapnel::ctl {
namespace {

constexpr size_t kPathMost = 1900;  // libwebsockets takes no longer first line of a request
constexpr size_t kReadMost = 16384;
constexpr int kTick_us = 100'000;
constexpr unsigned kLibraryPatience_s = 1U << 24U;  // the deadlines here are shorter
constexpr uint64_t kPatience = 10;  // of a whole answer, in times of the longest silence

uint64_t now_ms() {
    using namespace std::chrono;
    return static_cast<uint64_t>(
        duration_cast<milliseconds>(steady_clock::now().time_since_epoch()).count());
}

// One call and its answer, as libwebsockets tells of it.
class Exchange {
public:
    Exchange(const HttpCall& call, const HttpFollow* follow, std::string token, uint64_t timeout_ms)
        : call_(call),
          follow_(follow),
          authorization_("Bearer " + std::move(token)),
          timeout_ms_(timeout_ms),
          start_ms_(now_ms()),
          heard_ms_(start_ms_) {}

    enum class End : uint8_t { none, whole, stopped, refused, broken, silent, too_large };

    End end = End::none;
    HttpAnswer answer;
    std::string reason;  // of End::refused, in words of libwebsockets
    long certificate_fault = X509_V_OK;
    std::exception_ptr thrown;  // by who takes the pieces

    int on_event(lws* wsi, lws_callback_reasons event, void* in, size_t size) noexcept {
        switch (event) {
            case LWS_CALLBACK_CLIENT_APPEND_HANDSHAKE_HEADER: return add_headers(wsi, in, size);
            case LWS_CALLBACK_CLIENT_HTTP_WRITEABLE: return write_body(wsi);
            case LWS_CALLBACK_ESTABLISHED_CLIENT_HTTP:
                answer.status = static_cast<int>(lws_http_client_http_response(wsi));
                return 0;
            case LWS_CALLBACK_RECEIVE_CLIENT_HTTP: return read_piece(wsi);
            case LWS_CALLBACK_RECEIVE_CLIENT_HTTP_READ:
                return take({static_cast<const char*>(in), size});
            case LWS_CALLBACK_COMPLETED_CLIENT_HTTP: return finish(End::whole);
            case LWS_CALLBACK_CLOSED_CLIENT_HTTP: return finish(End::broken);
            case LWS_CALLBACK_CLIENT_CONNECTION_ERROR:
                if (in != nullptr) reason.assign(static_cast<const char*>(in), size);
                return finish(heard_ ? End::broken : End::refused);
            case LWS_CALLBACK_OPENSSL_PERFORM_SERVER_CERT_VERIFICATION:
                return look_at_certificate(static_cast<X509_STORE_CTX*>(in));
            default: return 0;
        }
    }

    void refuse() { finish(End::refused); }

    // Time has gone by.
    void tick() {
        if (end != End::none) return;
        const uint64_t now = now_ms();
        const bool streams = streaming();
        if (follow_ != nullptr && follow_->stopped()) end = End::stopped;
        const bool may_be_silent = streams && follow_->may_be_silent;
        if (!may_be_silent && now - heard_ms_ >= timeout_ms_) end = End::silent;
        if (!streams && now - start_ms_ >= kPatience * timeout_ms_) end = End::silent;
    }

private:
    bool streaming() const { return follow_ != nullptr && answer.status == 200; }

    // The first end is the true one: what follows is its consequence.
    int finish(End how) {
        if (end == End::none) end = how;
        return 0;
    }

    int add_headers(lws* wsi, void* in, size_t size) {
        auto** const at = static_cast<unsigned char**>(in);
        unsigned char* const last = *at + size;
        const auto add = [&](const char* name, const std::string& value) {
            return lws_add_http_header_by_name(wsi, reinterpret_cast<const unsigned char*>(name),
                                               reinterpret_cast<const unsigned char*>(value.data()),
                                               static_cast<int>(value.size()), at, last) == 0;
        };
        if (authorization_ != "Bearer " && !add("authorization:", authorization_)) return -1;
        if (call_.body.empty()) {
            const bool has_none = call_.method == "GET" || call_.method == "DELETE";
            return has_none || add("content-length:", "0") ? 0 : -1;
        }
        if (!add("content-type:", "application/json") ||
            !add("content-length:", std::to_string(call_.body.size())))
            return -1;
        lws_client_http_body_pending(wsi, 1);
        lws_callback_on_writable(wsi);
        return 0;
    }

    int write_body(lws* wsi) {
        constexpr size_t kPiece = 16384;
        const size_t count = std::min(kPiece, call_.body.size() - sent_);
        if (count == 0) return 0;
        std::string piece(LWS_PRE, '\0');
        piece.append(call_.body, sent_, count);
        sent_ += count;
        heard_ms_ = now_ms();
        const bool last = sent_ == call_.body.size();
        auto* const bytes = reinterpret_cast<unsigned char*>(piece.data()) + LWS_PRE;
        if (lws_write(wsi, bytes, count, last ? LWS_WRITE_HTTP_FINAL : LWS_WRITE_HTTP) < 0)
            return -1;
        if (last)
            lws_client_http_body_pending(wsi, 0);
        else
            lws_callback_on_writable(wsi);
        return 0;
    }

    int read_piece(lws* wsi) {
        char buffer[LWS_PRE + kReadMost];
        char* at = buffer + LWS_PRE;
        int room = static_cast<int>(sizeof buffer - LWS_PRE);
        return lws_http_client_read(wsi, &at, &room) < 0 ? -1 : 0;
    }

    int take(std::string_view piece) {
        heard_ = true;
        heard_ms_ = now_ms();
        if (end != End::none) return -1;
        // libwebsockets believes sizes of chunks that overflow.
        if (piece.size() > kReadMost)
            finish(End::broken);
        else if (streaming())
            take_streamed(piece);
        else if (answer.body.size() + piece.size() > HttpClient::kAnswerMost)
            finish(End::too_large);
        else
            answer.body += piece;
        return end == End::none ? 0 : -1;
    }

    void take_streamed(std::string_view piece) {
        try {
            if (!follow_->on_piece(piece)) finish(End::stopped);
        } catch (...) {
            thrown = std::current_exception();
            finish(End::stopped);
        }
    }

    int look_at_certificate(X509_STORE_CTX* store) {
        if (store == nullptr) return 0;
        const int fault = X509_STORE_CTX_get_error(store);
        if (fault != X509_V_OK && certificate_fault == X509_V_OK) certificate_fault = fault;
        return 0;
    }

    const HttpCall& call_;
    const HttpFollow* const follow_;
    const std::string authorization_;
    const uint64_t timeout_ms_;
    const uint64_t start_ms_;
    uint64_t heard_ms_;
    bool heard_ = false;
    size_t sent_ = 0;
};

int on_event(lws* wsi, lws_callback_reasons event, void* user, void* in, size_t size) {
    auto* const exchange = static_cast<Exchange*>(lws_context_user(lws_get_context(wsi)));
    if (event == LWS_CALLBACK_OPENSSL_PERFORM_SERVER_CERT_VERIFICATION) in = user;
    return exchange == nullptr ? 0 : exchange->on_event(wsi, event, in, size);
}

constexpr lws_protocols kProtocols[] = {
    {"ctl", on_event, 0, 0, 0, nullptr, 0},
    {nullptr, nullptr, 0, 0, 0, nullptr, 0},
};

struct Tick {
    lws_sorted_usec_list_t entry{};  // the first: libwebsockets hands it back
    lws_context* context = nullptr;

    void start() { lws_sul_schedule(context, 0, &entry, &Tick::again, kTick_us); }
    static void again(lws_sorted_usec_list_t* entry) { reinterpret_cast<Tick*>(entry)->start(); }
};

using Context = std::unique_ptr<lws_context, decltype(&lws_context_destroy)>;

Context make_context(Exchange& exchange, ssl_ctx_st* tls) {
    lws_set_log_level(0, nullptr);
    lws_context_creation_info info{};
    info.port = CONTEXT_PORT_NO_LISTEN;
    info.protocols = kProtocols;
    info.user = &exchange;
    info.gid = info.uid = static_cast<int>(-1);
    info.pt_serv_buf_size = 32 << 10;
    info.max_http_header_data = 16 << 10;
    info.fd_limit_per_thread = 8;
    info.http_proxy_address = "";  // none, not that of the environment: the token is for the broker
    info.timeout_secs = kLibraryPatience_s;
    info.ka_time = 30;
    info.ka_probes = 3;
    info.ka_interval = 10;
    if (tls != nullptr) {
        info.options = LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT;
        info.provided_client_ssl_ctx = tls;
    }
    return {lws_create_context(&info), lws_context_destroy};
}

int tls_flags(const Endpoint& endpoint, const TlsTrust& trust) {
    if (!endpoint.tls) return 0;
    // The context of TLS checks the name.
    int flags = LCCSCF_USE_SSL | LCCSCF_SKIP_SERVER_CERT_HOSTNAME_CHECK;
    if (trust.insecure)
        flags |= LCCSCF_ALLOW_SELFSIGNED | LCCSCF_ALLOW_EXPIRED | LCCSCF_ALLOW_INSECURE;
    return flags;
}

// False when it fails at once.
bool begin(lws_context* context, const Endpoint& endpoint, int flags, const HttpCall& call) {
    const std::string address = endpoint.is_unix() ? "+" + endpoint.socket_path : endpoint.host;
    const std::string host = endpoint.host_header();
    lws_client_connect_info info{};
    info.context = context;
    info.address = address.c_str();
    info.port = endpoint.port;
    info.ssl_connection = flags | LCCSCF_HTTP_NO_FOLLOW_REDIRECT;
    info.path = call.path.c_str();
    info.host = host.c_str();
    info.method = call.method.c_str();
    info.protocol = kProtocols[0].name;
    info.alpn = "http/1.1";
    info.ietf_version_or_minus_one = -1;
    return lws_client_connect_via_info(&info) != nullptr;
}

}  // namespace

HttpClient::HttpClient(Endpoint endpoint, TlsTrust trust, std::string token, uint64_t timeout_ms)
    : endpoint_(std::move(endpoint)),
      trust_(std::move(trust)),
      token_(std::move(token)),
      timeout_ms_(timeout_ms) {}

HttpAnswer HttpClient::send(const HttpCall& call) const { return run(call, nullptr); }

HttpAnswer HttpClient::follow(const HttpCall& call, const HttpFollow& follow) const {
    return run(call, &follow);
}

HttpAnswer HttpClient::run(const HttpCall& call, const HttpFollow* follow) const {
    if (call.path.size() > kPathMost) throw Failure("a name is too long for a request");
    Exchange exchange(call, follow, token_, timeout_ms_);
    const TlsClientContext tls = endpoint_.tls ? make_tls_context(endpoint_, trust_) : nullptr;
    {
        Tick tick;  // outlives the context, which has it in a list
        const Context context = make_context(exchange, tls.get());
        if (context == nullptr) throw Failure("libwebsockets cannot be started");
        tick.context = context.get();
        tick.start();
        if (!begin(context.get(), endpoint_, tls_flags(endpoint_, trust_), call)) exchange.refuse();
        while (exchange.end == Exchange::End::none && lws_service(context.get(), 0) >= 0)
            exchange.tick();
    }
    if (exchange.thrown) std::rethrow_exception(exchange.thrown);
    const std::string where = url() + ": ";
    switch (exchange.end) {
        case Exchange::End::stopped: return std::move(exchange.answer);
        case Exchange::End::whole:
            if (follow == nullptr || exchange.answer.status != 200)
                return std::move(exchange.answer);
            throw Failure(where + "the broker ended the stream");
        case Exchange::End::refused:
            throw Failure(where + why_not_connected(endpoint_, exchange.certificate_fault,
                                                    printable(exchange.reason)));
        case Exchange::End::silent:
            throw Failure(where + "no answer within " + duration_text(timeout_ms_) +
                          "; --timeout waits longer");
        case Exchange::End::too_large:
            throw Failure(where + "the answer is larger than " +
                          std::to_string(kAnswerMost >> 20U) + " MiB");
        default:
            // Of TLS 1.3 a listener that wants a certificate says so behind the handshake only.
            if (endpoint_.tls && exchange.answer.status == 0)
                throw Failure(where +
                              "the connection ended before an answer: does it want --cert?");
            throw Failure(where + "the connection ended in the middle of the answer");
    }
}

}  // namespace grapnel::ctl
