#include "net/notify_socket.h"

#include <doctest/doctest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstddef>
#include <cstring>
#include <string>

using namespace grapnel;

namespace {

// A service manager that listens on an address in the abstract namespace or in the file system.
struct Manager {
    explicit Manager(std::string where) : address(std::move(where)) {
        sockaddr_un at{};
        at.sun_family = AF_UNIX;
        std::memcpy(at.sun_path, address.data(), address.size());
        if (address[0] == '@') at.sun_path[0] = '\0';
        const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + address.size());
        REQUIRE(::bind(descriptor, reinterpret_cast<sockaddr*>(&at), size) == 0);
    }
    ~Manager() {
        ::close(descriptor);
        if (address[0] == '/') ::unlink(address.c_str());
    }
    Manager(const Manager&) = delete;
    Manager& operator=(const Manager&) = delete;

    std::string received() const {
        std::string text(1000, '\0');
        const ssize_t count = ::recv(descriptor, text.data(), text.size(), MSG_DONTWAIT);
        text.resize(count < 0 ? 0 : static_cast<size_t>(count));
        return text;
    }

    const std::string address;
    const int descriptor = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
};

}  // namespace

TEST_CASE("each call is a datagram, at a path or an abstract address") {
    const std::string process = std::to_string(::getpid());
    for (const std::string& address :
         {"/tmp/grapnel-notify-" + process, "@grapnel-notify-" + process}) {
        const Manager manager(address);
        const NotifySocket socket(address);
        socket.send("READY=1\nSTATUS=well");
        socket.send("STOPPING=1");
        CHECK(manager.received() == "READY=1\nSTATUS=well");
        CHECK(manager.received() == "STOPPING=1");
    }
}

TEST_CASE("nothing is said where nobody listens") {
    NotifySocket("").send("READY=1");
    NotifySocket("relative").send("READY=1");
    NotifySocket("/" + std::string(200, 'x')).send("READY=1");
    NotifySocket("/nowhere/at/all").send("READY=1");
}
