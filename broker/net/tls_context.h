#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <vector>

#include "config/config.h"
#include "config/fault.h"
#include "net/stream.h"

namespace grapnel {

template <auto kFree>
struct OpensslFree {
    template <class Object>
    void operator()(Object* object) const {
        kFree(object);
    }
};
template <class Object, auto kFree>
using OpensslPointer = std::unique_ptr<Object, OpensslFree<kFree>>;

using X509Pointer = OpensslPointer<X509, X509_free>;
using KeyPointer = OpensslPointer<EVP_PKEY, EVP_PKEY_free>;

struct FreeX509Stack {
    void operator()(STACK_OF(X509) * stack) const { sk_X509_pop_free(stack, X509_free); }
};

// A certificate of the broker's, its key, and the certificates that are sent along.
struct TlsChain {
    X509Pointer certificate;
    KeyPointer key;
    std::unique_ptr<STACK_OF(X509), FreeX509Stack> others;
};

// What is spoken inside of TLS, as clients name it beforehand (ALPN).
enum class TlsProtocol : uint8_t { mqtt, http };

// The certificates and rules of one listener, loaded and found to fit together. Never changes; a
// reload makes another one. Any thread.
class TlsContext {
public:
    // Reads the files. Null if anything is wrong: `faults` say what, where, and what to do.
    static std::shared_ptr<const TlsContext> load(const config::Tls& tls, config::Faults& faults,
                                                  TlsProtocol protocol = TlsProtocol::mqtt);
    TlsContext(const TlsContext&) = delete;
    TlsContext& operator=(const TlsContext&) = delete;
    ~TlsContext() = default;

    // The state of a new connection, for the server's part.
    SSL* open() const { return SSL_new(context_.get()); }
    // Makes a connection that was begun with another context one of this: when the client has said
    // hello, before anything is chosen. False: OpenSSL has no memory for it.
    bool adopt(SSL& ssl) const;
    // Who the client is, after the handshake.
    TlsPeer peer(const SSL& ssl) const;
    // For how long a ticket is good; of a context that connections begin with too.
    static void set_ticket_life(SSL_CTX& context);
    // A session that is resumed is as good as its certificate is now.
    static bool still_valid(const SSL& ssl);

private:
    TlsContext() = default;
    bool configure(const config::Tls& tls, config::Faults& faults);
    bool load_clients(const config::Tls& tls, config::Faults& faults);
    const TlsChain* chosen(const char* name) const;
    static int choose_certificate(SSL* ssl, void* self);

    OpensslPointer<SSL_CTX, SSL_CTX_free> context_;
    std::vector<TlsChain> chains_;  // the first is in context_
    config::TlsIdentity identity_ = config::TlsIdentity::none;
};

// What the clients of such a listener speak.
TlsProtocol tls_protocol_of(const config::Listener& listener);

// Loads the certificates of all listeners to see what is wrong with them.
void check_certificates(const config::Config& config, config::Faults& faults);

}  // namespace grapnel
