#include "net/tls_adopted.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <openssl/x509v3.h>

#include <string>

#include "net/tls_pair.h"

using namespace grapnel;
using namespace grapnel::testing;

namespace {

// Another library's way of serving: a context without a certificate, and OpenSSL on the socket.
struct Library {
    explicit Library(TlsServer& server) : context(SSL_CTX_new(TLS_server_method())) {
        AdoptedTls::set_up(*context);
        REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) == 0);
        tls.emplace(server, PeerAddress{});
        ssl.reset(SSL_new(context.get()));
        SSL_set_fd(ssl.get(), ends[0]);
        const AdoptedTls::Adoption adoption(&*tls);
        CHECK(SSL_accept(ssl.get()) < 0);
    }
    ~Library() {
        ssl.reset();
        tls.reset();
        for (const int end : ends) ::close(end);
    }
    Library(const Library&) = delete;
    Library& operator=(const Library&) = delete;

    // Lets a client shake hands. False: refused.
    bool serves(ClientContext& client_context) {
        client.reset(SSL_new(client_context.context.get()));
        SSL_set_fd(client.get(), ends[1]);
        SSL_set_connect_state(client.get());
        for (int i = 0; i < 100; ++i) {
            ERR_clear_error();
            SSL_do_handshake(client.get());
            ERR_clear_error();
            const int result = SSL_accept(ssl.get());
            if (result == 1) return true;
            if (SSL_get_error(ssl.get(), result) != SSL_ERROR_WANT_READ) return false;
        }
        FAIL("it does not come to an end");
        return false;
    }

    OpensslPointer<SSL_CTX, SSL_CTX_free> context;
    int ends[2];
    std::optional<AdoptedTls> tls;
    OpensslPointer<SSL, SSL_free> ssl, client;
};

std::shared_ptr<const TlsContext> load_http(const config::Tls& tls) {
    config::Faults faults;
    auto context = TlsContext::load(tls, faults, TlsProtocol::http);
    REQUIRE(context);
    return context;
}

}  // namespace

TEST_CASE("a connection of another library has the listener's certificates and rules") {
    TlsFolder folder;
    config::Tls rules = folder.mutual();
    rules.identity = config::TlsIdentity::san;
    TlsServer server("web", load_http(rules));
    Library library(server);
    ClientContext client;
    client.use(folder, "client");
    REQUIRE(library.serves(client));
    CHECK(library.tls->open());
    const TlsPeer peer = library.tls->peer(*library.ssl);
    CHECK(peer.has_certificate);
    CHECK(peer.common_name == "melon");
    CHECK(peer.alternative_names == std::vector<std::string>{"melon@example.org", "melon.example"});
    CHECK(peer.username == "melon@example.org");
    CHECK(server.handshakes == 1);
    CHECK(server.handshakes_failed == 0);
    CHECK(library.tls->take_refused() < 0);
}

TEST_CASE("a connection of another library that is refused keeps its socket for the alert") {
    TlsFolder folder;
    TlsServer server("web", load_http(folder.mutual()));
    Library library(server);
    ClientContext client;
    CHECK_FALSE(library.serves(client));
    CHECK_FALSE(library.tls->open());
    CHECK(server.handshakes_failed == 1);
    const int kept = library.tls->take_refused();
    CHECK(::fcntl(kept, F_GETFD) == FD_CLOEXEC);
    ::close(kept);
    CHECK(library.tls->take_refused() < 0);
}

TEST_CASE("a handshake of another library that is not done has failed") {
    TlsFolder folder;
    TlsServer server("web", load_http(folder.listener()));
    { const Library library(server); }
    CHECK(server.handshakes == 0);
    CHECK(server.handshakes_failed == 1);
}

TEST_CASE("the certificate is the one of when the client says hello") {
    TlsFolder folder;
    TlsServer server("web", load_http(folder.listener()));
    Library library(server);
    folder.make("server", "newer", "DNS:newer.example");
    server.replace(load_http(folder.listener()));
    ClientContext client;
    REQUIRE(library.serves(client));
    const X509* const shown = SSL_get0_peer_certificate(library.client.get());
    CHECK(X509_check_host(const_cast<X509*>(shown), "newer.example", 0, 0, nullptr) == 1);
}
