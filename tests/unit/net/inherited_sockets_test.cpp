#include "net/inherited_sockets.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

#include "net/listening_socket.h"

using namespace grapnel;

namespace {

// A listening socket whose descriptor is none of the low ones.
int open_high(std::string& address) {
    auto bound = ListeningSocket::bind("127.0.0.1", 0);
    REQUIRE(bound);
    address = bound.value()->address();
    return ::fcntl(bound.value()->descriptor(), F_DUPFD_CLOEXEC, 100);
}

// Descriptors 3 and on, put aside as long as this lives and made to be what a service manager hands
// over: listening sockets on the loopback address.
struct Handed {
    explicit Handed(int sockets) : count(sockets) {
        for (int i = 0; i < count; ++i) {
            saved[i] = ::fcntl(3 + i, F_DUPFD_CLOEXEC, 100);
            const int high = open_high(addresses[i]);
            REQUIRE(::dup2(high, 3 + i) == 3 + i);
            ::close(high);
        }
    }
    ~Handed() {
        for (int i = 0; i < count; ++i) {
            ::close(3 + i);
            if (saved[i] < 0) continue;
            ::dup2(saved[i], 3 + i);
            ::close(saved[i]);
        }
    }
    Handed(const Handed&) = delete;
    Handed& operator=(const Handed&) = delete;

    const int count;
    int saved[4] = {};
    std::string addresses[4];
};

void set(const char* descriptors, const std::string& process, const char* names) {
    ::setenv("LISTEN_FDS", descriptors, 1);
    ::setenv("LISTEN_PID", process.c_str(), 1);
    ::setenv("LISTEN_FDNAMES", names, 1);
}

}  // namespace

TEST_CASE("sockets are found by address, then by name, and once") {
    const Handed handed(3);
    set("3", std::to_string(::getpid()), "one:two:two");
    {
        InheritedSockets sockets = InheritedSockets::from_environment();
        CHECK(std::getenv("LISTEN_FDS") == nullptr);
        CHECK(std::getenv("LISTEN_PID") == nullptr);
        CHECK(std::getenv("LISTEN_FDNAMES") == nullptr);
        REQUIRE(sockets.left().size() == 3);
        CHECK((::fcntl(4, F_GETFD) & FD_CLOEXEC) != 0);
        CHECK(sockets.take("two", handed.addresses[2]) == 5);
        CHECK(sockets.take("none", "192.0.2.1:1") == -1);
        CHECK(sockets.take("two", "192.0.2.1:1") == 4);
        CHECK(sockets.take("two", "192.0.2.1:1") == -1);
        REQUIRE(sockets.left().size() == 1);
        CHECK(sockets.left()[0].name == "one");
        CHECK(sockets.left()[0].address == handed.addresses[0]);
    }
    CHECK(::fcntl(3, F_GETFD) == -1);  // nobody took it
    CHECK(::fcntl(4, F_GETFD) != -1);
}

TEST_CASE("sockets of another process, or a number that is none, are left alone") {
    const Handed handed(1);
    for (const char* process : {"1", "", "x", "0"}) {
        set("1", process, "one");
        CHECK(InheritedSockets::from_environment().left().empty());
    }
    for (const char* count : {"", "x", "-1", "0", "1x"}) {
        set(count, std::to_string(::getpid()), "one");
        CHECK(InheritedSockets::from_environment().left().empty());
    }
    CHECK(::fcntl(3, F_GETFD) != -1);
    CHECK(InheritedSockets::from_environment().left().empty());
}

TEST_CASE("names may be missing, and descriptors may be no sockets") {
    const Handed handed(2);
    const int plain = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    REQUIRE(::dup2(plain, 3) == 3);
    ::close(plain);
    set("2", std::to_string(::getpid()), "");
    const InheritedSockets sockets = InheritedSockets::from_environment();
    REQUIRE(sockets.left().size() == 1);
    CHECK(sockets.left()[0].descriptor == 4);
    CHECK(sockets.left()[0].name.empty());
}

TEST_CASE("a listening socket is adopted as it is, and nothing else is") {
    auto bound = ListeningSocket::bind("127.0.0.1", 0);
    REQUIRE(bound);
    auto adopted = ListeningSocket::adopt(::dup(bound.value()->descriptor()));
    REQUIRE(adopted);
    CHECK(adopted.value()->address() == bound.value()->address());
    CHECK_FALSE(adopted.value()->is_unix());
    CHECK_FALSE(ListeningSocket::adopt(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)));
    CHECK_FALSE(ListeningSocket::adopt(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)));
    CHECK_FALSE(ListeningSocket::adopt(::open("/dev/null", O_RDONLY | O_CLOEXEC)));
}
