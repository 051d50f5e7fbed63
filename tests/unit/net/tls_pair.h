#pragma once

#include <doctest/doctest.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "net/socket_stream.h"
#include "net/tls_folder.h"
#include "net/tls_server.h"

namespace grapnel::testing {

inline std::shared_ptr<const TlsContext> load(const config::Tls& tls) {
    config::Faults faults;
    auto context = TlsContext::load(tls, faults);
    REQUIRE(context);
    return context;
}

// What OpenSSL's client needs, set up for one test after the other.
struct ClientContext {
    ClientContext() : context(SSL_CTX_new(TLS_client_method())) {
        SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_CLIENT);
        std::signal(SIGPIPE, SIG_IGN);
    }
    void use(const TlsFolder& folder, const std::string& name) {
        SSL_CTX_use_certificate_chain_file(context.get(), folder.path(name + ".pem").c_str());
        SSL_CTX_use_PrivateKey_file(context.get(), folder.path(name + ".key").c_str(),
                                    SSL_FILETYPE_PEM);
    }

    OpensslPointer<SSL_CTX, SSL_CTX_free> context;
};

// The broker's end: reads all that comes unless told otherwise.
struct Served final : StreamHandler {
    void on_readable() override {
        ++told;
        if (readable) return readable();
        while (!closed && read_some(buffer_size)) continue;
    }
    void on_writable() override { writable(); }
    bool read_some(size_t size) {
        std::string buffer(size, '\0');
        const long count = stream->read(buffer.data(), size);
        closed = closed || count == Stream::kClosed;
        if (count > 0) got.append(buffer, 0, static_cast<size_t>(count));
        return count > 0;
    }

    StreamPointer stream;
    std::string got;
    size_t buffer_size = 64 * 1024;
    int told = 0;
    bool closed = false;
    std::function<void()> readable;
    std::function<void()> writable = [] { FAIL("not watched"); };
};

// A TLS connection over a socket pair, both ends on this thread.
struct TlsPair {
    TlsPair(TlsServer& server, ClientContext& client_context) {
        REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) == 0);
        served.stream =
            start_tls(std::make_unique<SocketTransport>(ends[0]), server, {})->open(poller, served);
        REQUIRE(served.stream);
        client.reset(SSL_new(client_context.context.get()));
        SSL_set_fd(client.get(), ends[1]);
        SSL_set_connect_state(client.get());
    }
    ~TlsPair() {
        served.stream.reset();
        hang_up();
    }
    TlsPair(const TlsPair&) = delete;
    TlsPair& operator=(const TlsPair&) = delete;

    void hang_up() {
        if (ends[1] >= 0) ::close(ends[1]);
        ends[1] = -1;
    }
    // Lets both ends go on until this holds.
    void until(const std::function<bool()>& holds) {
        for (int i = 0; i < 100'000; ++i) {
            if (holds()) return;
            poller.poll(0);
        }
        FAIL("it does not come to that");
    }
    // Does the client's handshake come to a good end?
    bool connect() {
        int result = 0;
        until([&] {
            ERR_clear_error();
            result = SSL_do_handshake(client.get());
            return result == 1 || SSL_get_error(client.get(), result) != SSL_ERROR_WANT_READ;
        });
        return result == 1;
    }
    void send(const std::string& text) {
        size_t sent = 0;
        until([&] {
            size_t count = 0;
            if (SSL_write_ex(client.get(), text.data() + sent, text.size() - sent, &count) == 1)
                sent += count;
            return sent == text.size();
        });
    }
    // So many bytes for the client, or all up to the end if that comes before.
    std::string receive(size_t size) {
        std::string text;
        std::string buffer(20'000, '\0');
        until([&] {
            size_t count = 0;
            ERR_clear_error();
            const int result = SSL_read_ex(client.get(), buffer.data(), buffer.size(), &count);
            text.append(buffer, 0, count);
            error = result == 1 ? SSL_ERROR_NONE : SSL_get_error(client.get(), result);
            return text.size() >= size || (error != SSL_ERROR_NONE && error != SSL_ERROR_WANT_READ);
        });
        return text;
    }
    void got(const std::string& text) {
        until([&] { return served.got.size() >= text.size(); });
        CHECK(served.got == text);
    }

    Poller poller;
    Served served;
    int ends[2];
    int error = 0;  // of receive()
    OpensslPointer<SSL, SSL_free> client;
};

inline long write_text(Stream& stream, const std::string& text) {
    const iovec piece{const_cast<char*>(text.data()), text.size()};
    return stream.write(&piece, 1);
}

}  // namespace grapnel::testing
