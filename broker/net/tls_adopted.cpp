#include "net/tls_adopted.h"

#include <fcntl.h>
#include <openssl/err.h>
#include <sys/socket.h>
#include <unistd.h>

#include <utility>

#include "base/log.h"

namespace grapnel {

namespace {

// Where a connection's state has its AdoptedTls.
int place_of_tls() {
    static const int place = SSL_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
    return place;
}

AdoptedTls* tls_of(const SSL& ssl) {
    return static_cast<AdoptedTls*>(SSL_get_ex_data(&ssl, place_of_tls()));
}

// Of the first error that OpenSSL has noted, before the library forgets it.
const char* reason_of(const SSL& ssl) {
    const long verified = SSL_get_verify_result(&ssl);
    if (verified != X509_V_OK) return X509_verify_cert_error_string(verified);
    const char* const reason = ERR_reason_error_string(ERR_peek_error());
    return reason != nullptr ? reason : "the peer closed";
}

}  // namespace

thread_local AdoptedTls* AdoptedTls::adopted_ = nullptr;

void AdoptedTls::set_up(SSL_CTX& of_library) {
    SSL_CTX_set_client_hello_cb(&of_library, on_hello, nullptr);
    SSL_CTX_set_info_callback(&of_library, on_info);
    // The library's own choice by name.
    SSL_CTX_set_tlsext_servername_callback(&of_library, nullptr);
    // Its keys are those of all tickets: a context resumes its own, by their scope.
    SSL_CTX_set_session_cache_mode(&of_library, SSL_SESS_CACHE_OFF);
    TlsContext::set_ticket_life(of_library);
}

AdoptedTls::AdoptedTls(TlsServer& server, const PeerAddress& peer) : server_(server), peer_(peer) {}

AdoptedTls::~AdoptedTls() {
    if (phase_ == Phase::handshake) fail(nullptr, "it was not done in time, or the peer closed");
    if (refused_ >= 0) ::close(refused_);
}

int AdoptedTls::on_hello(SSL* ssl, int* alert, void*) {
    AdoptedTls* const self = tls_of(*ssl);
    *alert = SSL_AD_INTERNAL_ERROR;
    if (self == nullptr) return SSL_CLIENT_HELLO_ERROR;
    if (self->context_ != nullptr) return SSL_CLIENT_HELLO_SUCCESS;
    self->context_ = self->server_.context();
    SSL_set_info_callback(ssl, on_info);  // that of the first context goes with it
    return self->context_->adopt(*ssl) ? SSL_CLIENT_HELLO_SUCCESS : SSL_CLIENT_HELLO_ERROR;
}

void AdoptedTls::on_info(const SSL* ssl, int where, int result) {
    if (adopted_ != nullptr && tls_of(*ssl) == nullptr)
        SSL_set_ex_data(const_cast<SSL*>(ssl), place_of_tls(), adopted_);
    AdoptedTls* const self = tls_of(*ssl);
    if (self == nullptr || self->phase_ != Phase::handshake) return;
    if ((where & SSL_CB_HANDSHAKE_DONE) != 0) {
        self->on_done(*ssl);
    } else if ((where & SSL_CB_WRITE_ALERT) == SSL_CB_WRITE_ALERT) {
        self->alerted_ = true;
    } else if ((where & SSL_CB_ACCEPT_EXIT) == SSL_CB_ACCEPT_EXIT && result <= 0) {
        const int error = SSL_get_error(ssl, result);
        if (error == SSL_ERROR_SSL || error == SSL_ERROR_SYSCALL) self->fail(ssl, reason_of(*ssl));
    }
}

void AdoptedTls::on_done(const SSL& ssl) {
    if (SSL_session_reused(&ssl) == 1 && !TlsContext::still_valid(ssl)) {
        fail(nullptr, "the certificate has expired since the session began");
        ::shutdown(SSL_get_fd(&ssl), SHUT_RDWR);
        return;
    }
    phase_ = Phase::open;
    server_.handshakes.fetch_add(1, std::memory_order_relaxed);
}

// With the state of the connection, if its socket may be needed.
void AdoptedTls::fail(const SSL* ssl, const char* why) {
    phase_ = Phase::failed;
    server_.handshakes_failed.fetch_add(1, std::memory_order_relaxed);
    log_debug("net", "TLS handshake failed",
              {{"listener", server_.listener}, {"peer", peer_.text()}, {"reason", why}});
    if (ssl != nullptr && alerted_) refused_ = ::fcntl(SSL_get_fd(ssl), F_DUPFD_CLOEXEC, 0);
}

TlsPeer AdoptedTls::peer(const SSL& ssl) const { return context_->peer(ssl); }

int AdoptedTls::take_refused() { return std::exchange(refused_, -1); }

}  // namespace grapnel
