#include <doctest/doctest.h>

#include <deque>
#include <string>

#include "net/tls_pair.h"

using namespace grapnel;
using namespace grapnel::testing;

namespace {

struct Fixture {
    explicit Fixture(const config::Tls& tls) : server("tls", load(tls)) {}
    Fixture() : Fixture(TlsFolder().listener()) {}

    // Connects and says something: a client that TLS 1.3 refuses hears of it only then.
    bool admits(ClientContext& client) {
        TlsPair pair(server, client);
        if (!pair.connect()) return false;
        pair.send("x");
        pair.until([&] { return pair.served.closed || pair.served.got == "x" || refused(pair); });
        return pair.served.got == "x";
    }
    bool refused(TlsPair& pair) {
        char byte;
        ERR_clear_error();
        const int result = SSL_read(pair.client.get(), &byte, 1);
        return SSL_get_error(pair.client.get(), result) == SSL_ERROR_SSL;
    }

    TlsServer server;
    ClientContext client;
};

std::string alpn(std::initializer_list<std::string> names) {
    std::string list;
    for (const std::string& name : names) list += static_cast<char>(name.size()) + name;
    return list;
}

// What the server chose; "refused" if it did not go on.
std::string chosen(const std::string& offered) {
    Fixture fixture;
    TlsPair pair(fixture.server, fixture.client);
    SSL_set_alpn_protos(pair.client.get(), reinterpret_cast<const unsigned char*>(offered.data()),
                        static_cast<unsigned>(offered.size()));
    if (!pair.connect()) {
        CHECK(ERR_GET_REASON(ERR_peek_error()) == SSL_R_TLSV1_ALERT_NO_APPLICATION_PROTOCOL);
        return "refused";
    }
    const unsigned char* name = nullptr;
    unsigned size = 0;
    SSL_get0_alpn_selected(pair.client.get(), &name, &size);
    return {reinterpret_cast<const char*>(name), size};
}

std::string name_shown(TlsServer& server, const char* wanted) {
    ClientContext client;
    TlsPair pair(server, client);
    if (wanted != nullptr) SSL_set_tlsext_host_name(pair.client.get(), wanted);
    REQUIRE(pair.connect());
    char name[100] = "";
    X509_NAME_get_text_by_NID(X509_get_subject_name(SSL_get0_peer_certificate(pair.client.get())),
                              NID_commonName, name, sizeof name);
    return name;
}

}  // namespace

TEST_CASE("hands are shaken in TLS 1.3 and 1.2, and nothing older") {
    Fixture fixture;
    for (const int version : {TLS1_3_VERSION, TLS1_2_VERSION}) {
        ClientContext client;
        SSL_CTX_set_max_proto_version(client.context.get(), version);
        TlsPair pair(fixture.server, client);
        CHECK(pair.connect());
        CHECK(SSL_version(pair.client.get()) == version);
        CHECK(pair.served.told == 0);
        pair.send("hello");
        pair.got("hello");
        CHECK(pair.served.stream->tls_peer()->subject == "");
        CHECK_FALSE(pair.served.stream->tls_peer()->has_username);
    }
    CHECK(fixture.server.handshakes == 2);
    ClientContext old;
    SSL_CTX_set_security_level(old.context.get(), 0);
    SSL_CTX_set_min_proto_version(old.context.get(), TLS1_VERSION);
    SSL_CTX_set_max_proto_version(old.context.get(), TLS1_1_VERSION);
    CHECK_FALSE(fixture.admits(old));
    CHECK(fixture.server.handshakes == 2);
    CHECK(fixture.server.handshakes_failed == 1);
}

TEST_CASE("minimum_version 1.3 excludes 1.2") {
    const TlsFolder folder;
    config::Tls tls = folder.listener();
    tls.minimum_version = config::TlsVersion::v1_3;
    Fixture fixture(tls);
    CHECK(fixture.admits(fixture.client));
    SSL_CTX_set_max_proto_version(fixture.client.context.get(), TLS1_2_VERSION);
    CHECK_FALSE(fixture.admits(fixture.client));
}

TEST_CASE("only a certificate of the authority's, in its time, is let in") {
    TlsFolder folder;
    folder.make("old", "old", "", -1);
    TlsFolder strangers;
    for (const int version : {TLS1_3_VERSION, TLS1_2_VERSION}) {
        Fixture fixture(folder.mutual());
        const auto admits = [&](const TlsFolder* of, const char* name) {
            ClientContext client;
            SSL_CTX_set_max_proto_version(client.context.get(), version);
            if (of != nullptr) client.use(*of, name);
            return fixture.admits(client);
        };
        CHECK(admits(&folder, "client"));
        CHECK_FALSE(admits(nullptr, ""));
        CHECK_FALSE(admits(&folder, "old"));
        CHECK_FALSE(admits(&strangers, "client"));
        CHECK(fixture.server.handshakes == 1);
        CHECK(fixture.server.handshakes_failed == 3);
    }
}

TEST_CASE("an optional certificate may be absent and must not be wrong") {
    const TlsFolder folder;
    const TlsFolder strangers;
    config::Tls tls = folder.mutual();
    tls.verify = config::TlsVerify::optional;
    Fixture fixture(tls);
    CHECK(fixture.admits(fixture.client));
    fixture.client.use(folder, "client");
    CHECK(fixture.admits(fixture.client));
    ClientContext stranger;
    stranger.use(strangers, "client");
    CHECK_FALSE(fixture.admits(stranger));
}

TEST_CASE("a revoked certificate is refused") {
    TlsFolder folder;
    folder.make("good", "good", "");
    folder.revoke("client");
    config::Tls tls = folder.mutual();
    tls.crl = folder.placed("ca.crl");
    Fixture fixture(tls);
    ClientContext revoked;
    revoked.use(folder, "client");
    CHECK_FALSE(fixture.admits(revoked));
    fixture.client.use(folder, "good");
    CHECK(fixture.admits(fixture.client));
}

TEST_CASE("what the certificate says of the client") {
    TlsFolder folder;
    folder.make("two", "one,two", "IP:127.0.0.1");
    const auto peer = [&](config::TlsIdentity identity, const char* name) {
        config::Tls tls = folder.mutual();
        tls.identity = identity;
        Fixture fixture(tls);
        fixture.client.use(folder, name);
        TlsPair pair(fixture.server, fixture.client);
        REQUIRE(pair.connect());
        pair.send("x");
        pair.got("x");
        return *pair.served.stream->tls_peer();
    };
    CHECK(peer(config::TlsIdentity::none, "client").subject == "CN=melon,O=Grapnel tests");
    CHECK_FALSE(peer(config::TlsIdentity::none, "client").has_username);
    CHECK(peer(config::TlsIdentity::cn, "client").username == "melon");
    CHECK(peer(config::TlsIdentity::san, "client").username == "melon@example.org");
    for (const auto identity : {config::TlsIdentity::cn, config::TlsIdentity::san}) {
        CHECK(peer(identity, "two").has_username);
        CHECK(peer(identity, "two").username == "");
    }
}

TEST_CASE("ALPN: mqtt, what is like it, or nothing at all") {
    CHECK(chosen("") == "");
    CHECK(chosen(alpn({"mqtt"})) == "mqtt");
    CHECK(chosen(alpn({"http/1.1", "x-mqtt-5", "mqtt"})) == "mqtt");
    CHECK(chosen(alpn({"http/1.1", "x-mqtt-5"})) == "x-mqtt-5");
    CHECK(chosen(alpn({"http/1.1", "h2"})) == "refused");
}

TEST_CASE("the certificate is that of the name the client wants") {
    const TlsFolder folder;
    config::Tls tls = folder.listener();
    tls.certificates.push_back({folder.placed("other.pem"), folder.placed("other.key"), {}});
    Fixture fixture(tls);
    CHECK(name_shown(fixture.server, nullptr) == "localhost");
    CHECK(name_shown(fixture.server, "localhost") == "localhost");
    CHECK(name_shown(fixture.server, "other.example") == "other.example");
    CHECK(name_shown(fixture.server, "a.other.example") == "other.example");
    CHECK(name_shown(fixture.server, "unknown.example") == "localhost");
}

TEST_CASE("a session is resumed with its certificate, and not after a reload") {
    const TlsFolder folder;
    config::Tls tls = folder.mutual();
    tls.identity = config::TlsIdentity::cn;
    for (const int version : {TLS1_3_VERSION, TLS1_2_VERSION}) {
        Fixture fixture(tls);
        fixture.client.use(folder, "client");
        SSL_CTX_set_max_proto_version(fixture.client.context.get(), version);
        OpensslPointer<SSL_SESSION, SSL_SESSION_free> session;
        const auto resumes = [&] {
            TlsPair pair(fixture.server, fixture.client);
            if (session) SSL_set_session(pair.client.get(), session.get());
            REQUIRE(pair.connect());
            pair.send("x");
            pair.got("x");
            CHECK(write_text(*pair.served.stream, "y") == 1);
            CHECK(pair.receive(1) == "y");  // the ticket has come before
            CHECK(pair.served.stream->tls_peer()->username == "melon");
            session.reset(SSL_get1_session(pair.client.get()));
            SSL_shutdown(pair.client.get());  // a session cut off is not resumed
            return SSL_session_reused(pair.client.get()) == 1;
        };
        CHECK_FALSE(resumes());
        CHECK(resumes());
        CHECK(resumes());
        fixture.server.replace(load(tls));
        CHECK_FALSE(resumes());
        CHECK(resumes());
    }
}

TEST_CASE("a certificate that has expired is not valid any more, however old the session is") {
    TlsFolder folder;
    folder.make("old", "old", "", -1);
    for (const std::string name : {"server", "old"}) {
        config::Tls tls;
        tls.certificates.push_back(
            {folder.placed(name + ".pem"), folder.placed(name + ".key"), {}});
        Fixture fixture(tls);
        TlsPair pair(fixture.server, fixture.client);
        REQUIRE(pair.connect());
        CHECK(TlsContext::still_valid(*pair.client) == (name == "server"));
    }
}

TEST_CASE("who is connected stays so when certificates are replaced") {
    const TlsFolder folder;
    Fixture fixture(folder.listener());
    TlsPair pair(fixture.server, fixture.client);
    REQUIRE(pair.connect());
    const TlsFolder anew;
    fixture.server.replace(load(anew.listener()));
    pair.send("still here");
    pair.got("still here");
    CHECK(fixture.admits(fixture.client));
}

TEST_CASE("what is no TLS is refused at once, and read no further") {
    Fixture fixture;
    for (const std::string& text :
         {std::string("GET / HTTP/1.1\r\n\r\n"), std::string("\x10\x0c\0\4MQTT\5\2\0\0\0\0", 14),
          std::string(100'000, '\xff'), std::string("\x16\x03\x01\xff\xff zzz", 9),
          std::string("\x16\x03\x01\0\4zzzz", 9)}) {
        TlsPair pair(fixture.server, fixture.client);
        const uint64_t failed = fixture.server.handshakes_failed;
        CHECK(::send(pair.ends[1], text.data(), text.size(), MSG_NOSIGNAL) > 0);
        pair.until([&] { return fixture.server.handshakes_failed == failed + 1; });
        CHECK(pair.served.told == 0);
        pair.hang_up();
        pair.until([&] { return pair.served.closed; });
        CHECK(pair.served.got == "");
    }
}

TEST_CASE("a peer that goes away while hands are shaken") {
    Fixture fixture;
    TlsPair pair(fixture.server, fixture.client);
    CHECK(::send(pair.ends[1], "\x16\x03\x01", 3, 0) == 3);
    for (int i = 0; i < 3; ++i) pair.poller.poll(0);
    CHECK(fixture.server.handshakes_failed == 0);
    pair.hang_up();
    pair.until([&] { return pair.served.closed; });
    CHECK(fixture.server.handshakes_failed == 1);
    { const TlsPair dropped(fixture.server, fixture.client); }
    CHECK(fixture.server.handshakes_failed == 2);
}

TEST_CASE("many handshakes at once share the turns of the loop") {
    constexpr int kClients = 300;
    Fixture fixture;
    Poller poller;
    struct Client {
        Served served;
        int end = -1;
        OpensslPointer<SSL, SSL_free> ssl;
    };
    std::deque<Client> clients(kClients);
    for (Client& client : clients) {
        int ends[2];
        REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) == 0);
        client.end = ends[1];
        client.served.stream =
            start_tls(std::make_unique<SocketTransport>(ends[0]), fixture.server, {})
                ->open(poller, client.served);
        client.ssl.reset(SSL_new(fixture.client.context.get()));
        SSL_set_fd(client.ssl.get(), client.end);
        SSL_set_connect_state(client.ssl.get());
        CHECK(SSL_do_handshake(client.ssl.get()) == -1);
    }
    const auto answered = [&] {
        int count = 0;
        char byte;
        for (const Client& client : clients)
            count += ::recv(client.end, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 1 ? 1 : 0;
        return count;
    };
    poller.poll(0);
    CHECK(answered() > 0);
    CHECK(answered() < kClients);
    for (int turns = 0; answered() != kClients; ++turns) {
        poller.poll(-1);  // does not wait: some are recalled
        REQUIRE(turns < kClients);
    }
    for (Client& client : clients) {
        CHECK(SSL_do_handshake(client.ssl.get()) == 1);
    }
    for (int turns = 0; fixture.server.handshakes != kClients; ++turns) {
        poller.poll(0);
        REQUIRE(turns < 100'000);
    }
    for (Client& client : clients) {
        client.served.stream.reset();
        ::close(client.end);
    }
}
