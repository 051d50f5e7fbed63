#pragma once

#include <openssl/ssl.h>

#include <cstdint>
#include <memory>
#include <optional>

#include "base/peer_address.h"
#include "net/stream.h"
#include "net/tls_server.h"

namespace grapnel {

// TLS of one connection that another library does with OpenSSL: it makes the state, with a context
// of its own that has no certificate. When the client says hello, the one that the listener has
// just then takes its place, so that all is as on other listeners. The thread of that library.
class AdoptedTls {
public:
    // Makes the library's context leave everything to the listeners'.
    static void set_up(SSL_CTX& of_library);

    // For a connection that is about to be adopted; the server outlives it.
    AdoptedTls(TlsServer& server, const PeerAddress& peer);
    // A handshake that was not done has failed.
    ~AdoptedTls();
    AdoptedTls(const AdoptedTls&) = delete;
    AdoptedTls& operator=(const AdoptedTls&) = delete;

    // As long as it lives, connections that the library begins on this thread have that TLS; null:
    // none.
    class Adoption {
    public:
        explicit Adoption(AdoptedTls* tls) { adopted_ = tls; }
        ~Adoption() { adopted_ = nullptr; }
        Adoption(const Adoption&) = delete;
        Adoption& operator=(const Adoption&) = delete;
    };

    // Hands are shaken.
    bool open() const { return phase_ == Phase::open; }
    // Who the client is, after the handshake.
    TlsPeer peer(const SSL& ssl) const;
    // A descriptor of a connection that was refused, once: the alert that says why is on its way,
    // and an end while something is unread would overtake it. Negative: there is none.
    int take_refused();

private:
    enum class Phase : uint8_t { handshake, open, failed };

    static int on_hello(SSL* ssl, int* alert, void*);
    static void on_info(const SSL* ssl, int where, int result);
    void on_done(const SSL& ssl);
    void fail(const SSL* ssl, const char* why);

    static thread_local AdoptedTls* adopted_;

    TlsServer& server_;
    const PeerAddress peer_;
    std::shared_ptr<const TlsContext> context_;  // null: no hello yet
    Phase phase_ = Phase::handshake;
    bool alerted_ = false;
    int refused_ = -1;
};

}  // namespace grapnel
