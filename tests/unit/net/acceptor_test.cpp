#include "net/acceptor.h"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <vector>

using namespace grapnel;

namespace {

uint16_t port_of(const ListeningSocket& listener) {
    const std::string& address = listener.address();
    return static_cast<uint16_t>(std::stoi(address.substr(address.rfind(':') + 1)));
}

int connect_to(uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    REQUIRE(::connect(descriptor, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    return descriptor;
}

}  // namespace

TEST_CASE("an acceptor hands over connected descriptors with their peer") {
    uv_loop_t loop;
    REQUIRE(uv_loop_init(&loop) == 0);
    auto bound = ListeningSocket::bind("127.0.0.1", 0);
    REQUIRE(bound);
    const ListeningSocket::Pointer listener = bound.value();
    constexpr size_t kClients = 100;
    std::vector<int> accepted;
    std::vector<std::string> peers;
    Acceptor* acceptor =
        Acceptor::start(&loop, listener, [&](int descriptor, const PeerAddress& peer) {
            accepted.push_back(descriptor);
            peers.push_back(peer.text());
            if (accepted.size() == kClients) uv_stop(&loop);
        });
    REQUIRE(acceptor != nullptr);
    std::vector<int> clients;
    for (size_t i = 0; i < kClients; ++i) clients.push_back(connect_to(port_of(*listener)));
    uv_run(&loop, UV_RUN_DEFAULT);
    REQUIRE(accepted.size() == kClients);
    for (size_t i = 0; i < kClients; ++i) {
        sockaddr_in own{};
        socklen_t size = sizeof own;
        REQUIRE(::getsockname(clients[i], reinterpret_cast<sockaddr*>(&own), &size) == 0);
        CHECK(peers[i] == "127.0.0.1:" + std::to_string(ntohs(own.sin_port)));
        char byte;
        CHECK(::recv(accepted[i], &byte, 1, 0) == -1);
        CHECK(errno == EAGAIN);
        int no_delay = 0;
        socklen_t option_size = sizeof no_delay;
        ::getsockopt(accepted[i], IPPROTO_TCP, TCP_NODELAY, &no_delay, &option_size);
        CHECK(no_delay != 0);
        ::close(accepted[i]);
        ::close(clients[i]);
    }
    acceptor->stop();
    uv_run(&loop, UV_RUN_DEFAULT);
    CHECK(uv_loop_close(&loop) == 0);
}

TEST_CASE("several loops share a listener, which outlives each") {
    auto bound = ListeningSocket::bind("127.0.0.1", 0);
    REQUIRE(bound);
    ListeningSocket::Pointer listener = std::move(bound.value());
    uv_loop_t loops[2];
    Acceptor* acceptors[2];
    std::vector<int> accepted;
    for (int i = 0; i < 2; ++i) {
        REQUIRE(uv_loop_init(&loops[i]) == 0);
        acceptors[i] =
            Acceptor::start(&loops[i], listener, [&, i](int descriptor, const PeerAddress&) {
                accepted.push_back(i);
                ::close(descriptor);
                uv_stop(&loops[i]);
            });
        REQUIRE(acceptors[i] != nullptr);
    }
    for (int i = 0; i < 2; ++i) {
        const int client = connect_to(port_of(*listener));
        uv_run(&loops[i], UV_RUN_DEFAULT);
        ::close(client);
        acceptors[i]->stop();
        uv_run(&loops[i], UV_RUN_DEFAULT);
        CHECK(uv_loop_close(&loops[i]) == 0);
    }
    CHECK(accepted == std::vector<int>{0, 1});
    CHECK(listener.use_count() <= 2);
}

TEST_CASE("out of descriptors an acceptor rests, and goes on later") {
    uv_loop_t loop;
    REQUIRE(uv_loop_init(&loop) == 0);
    auto bound = ListeningSocket::bind("127.0.0.1", 0);
    REQUIRE(bound);
    int accepted = 0;
    Acceptor* acceptor =
        Acceptor::start(&loop, bound.value(), [&](int descriptor, const PeerAddress&) {
            ++accepted;
            ::close(descriptor);
            uv_stop(&loop);
        });
    REQUIRE(acceptor != nullptr);
    const int client = connect_to(port_of(*bound.value()));
    rlimit limit{};
    REQUIRE(::getrlimit(RLIMIT_NOFILE, &limit) == 0);
    const int lowest_free = ::fcntl(client, F_DUPFD_CLOEXEC, 0);
    ::close(lowest_free);
    rlimit tight = limit;
    tight.rlim_cur = static_cast<rlim_t>(lowest_free);
    REQUIRE(::setrlimit(RLIMIT_NOFILE, &tight) == 0);
    uv_run(&loop, UV_RUN_ONCE);
    CHECK(::setrlimit(RLIMIT_NOFILE, &limit) == 0);
    CHECK(accepted == 0);
    uv_run(&loop, UV_RUN_DEFAULT);
    CHECK(accepted == 1);
    CHECK(bound.value()->wants() == 1);
    ::close(client);
    acceptor->stop();
    uv_run(&loop, UV_RUN_DEFAULT);
    CHECK(uv_loop_close(&loop) == 0);
}
