#include "net/listening_socket.h"

#include <doctest/doctest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>

using namespace grapnel;

namespace {

struct Folder {
    Folder() {
        char text[] = "/tmp/grapnel-socket-XXXXXX";
        REQUIRE(::mkdtemp(text) != nullptr);
        path = text;
    }
    ~Folder() { std::filesystem::remove_all(path); }
    std::string path;
    std::string file() const { return path + "/mqtt.sock"; }
};

int connect_to(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.c_str(), path.size());
    const int descriptor = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (::connect(descriptor, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0)
        return descriptor;
    ::close(descriptor);
    return -1;
}

mode_t mode_of(const std::string& path) {
    struct stat status {};
    REQUIRE(::lstat(path.c_str(), &status) == 0);
    return status.st_mode & 07777;
}

// What an earlier life left behind: bound, and gone without removing it.
void leave_stale(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.c_str(), path.size());
    const int descriptor = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    REQUIRE(::bind(descriptor, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    ::close(descriptor);
}

std::string refusal(const SocketFile::Settings& settings) {
    const auto bound = ListeningSocket::bind(settings);
    REQUIRE_FALSE(bound);
    return bound.error().text;
}

}  // namespace

TEST_CASE("port 0 takes a free port and the address tells it") {
    auto first = ListeningSocket::bind("127.0.0.1", 0);
    auto second = ListeningSocket::bind("127.0.0.1", 0);
    REQUIRE(first);
    REQUIRE(second);
    CHECK(first.value()->address().starts_with("127.0.0.1:"));
    CHECK_FALSE(first.value()->address().ends_with(":0"));
    CHECK(first.value()->address() != second.value()->address());
    CHECK(first.value()->descriptor() != second.value()->descriptor());
    CHECK_FALSE(first.value()->is_unix());
}

TEST_CASE("a port in use and a host that is none are refused with words") {
    auto taken = ListeningSocket::bind("127.0.0.1", 0);
    REQUIRE(taken);
    const std::string address = taken.value()->address();
    const auto port = static_cast<uint16_t>(std::stoi(address.substr(address.rfind(':') + 1)));
    const auto again = ListeningSocket::bind("127.0.0.1", port);
    REQUIRE_FALSE(again);
    CHECK(again.error().text.find("cannot bind") != std::string::npos);
    const auto nobody = ListeningSocket::bind("256.1.1.1.", 0);
    REQUIRE_FALSE(nobody);
    CHECK_FALSE(nobody.error().text.empty());
}

TEST_CASE("a unix socket has a file of the given mode, as long as it lives") {
    const Folder folder;
    {
        auto bound = ListeningSocket::bind({folder.file(), 0622, {}, {}});
        REQUIRE(bound);
        CHECK(bound.value()->is_unix());
        CHECK(bound.value()->address() == folder.file());
        CHECK(mode_of(folder.file()) == 0622);
        const int client = connect_to(folder.file());
        CHECK(client >= 0);
        ::close(client);
    }
    CHECK_FALSE(std::filesystem::exists(folder.file()));
}

TEST_CASE("the file is removed when told, and only then if it is still ours") {
    const Folder folder;
    auto bound = ListeningSocket::bind({folder.file(), 0600, {}, {}});
    REQUIRE(bound);
    SUBCASE("ours") {
        bound.value()->remove_file();
        CHECK_FALSE(std::filesystem::exists(folder.file()));
    }
    SUBCASE("somebody else's") {
        std::filesystem::remove(folder.file());
        // Kept open, so that the other file is another one for certain.
        leave_stale(folder.path + "/other");
        std::filesystem::rename(folder.path + "/other", folder.file());
        bound.value()->remove_file();
        CHECK(std::filesystem::exists(folder.file()));
    }
}

TEST_CASE("a stale socket file is replaced") {
    const Folder folder;
    leave_stale(folder.file());
    auto bound = ListeningSocket::bind({folder.file(), 0600, {}, {}});
    REQUIRE(bound);
    const int client = connect_to(folder.file());
    CHECK(client >= 0);
    ::close(client);
}

TEST_CASE("a live socket and a file that is no socket stay what they are") {
    const Folder folder;
    auto live = ListeningSocket::bind({folder.file(), 0600, {}, {}});
    REQUIRE(live);
    CHECK(refusal({folder.file(), 0600, {}, {}}) == "another process listens there");
    const int client = connect_to(folder.file());
    CHECK(client >= 0);
    ::close(client);
    const std::string plain = folder.path + "/plain";
    std::ofstream(plain) << "mine";
    CHECK(refusal({plain, 0600, {}, {}}) == "there is a file that is no socket");
    CHECK(std::filesystem::file_size(plain) == 4);
}

TEST_CASE("paths, users and groups that cannot be are refused with words") {
    const Folder folder;
    CHECK(refusal({folder.path + "/absent/mqtt.sock", 0600, {}, {}}) ==
          "there is no folder " + folder.path + "/absent: make it, and let the broker write to it");
    CHECK(refusal({folder.path + "/" + std::string(100, 'x'), 0600, {}, {}}) ==
          "the path is longer than 107 bytes");
    CHECK(refusal({folder.file(), 0600, "no-such-user", {}}) == "there is no user no-such-user");
    CHECK(refusal({folder.file(), 0600, {}, "no-such-group"}) == "there is no group no-such-group");
    CHECK_FALSE(std::filesystem::exists(folder.file()));
}

TEST_CASE("owner and group may be numbers") {
    const Folder folder;
    auto bound = ListeningSocket::bind(
        {folder.file(), 0660, std::to_string(::getuid()), std::to_string(::getgid())});
    REQUIRE(bound);
    CHECK(mode_of(folder.file()) == 0660);
}

TEST_CASE("a time of want is told once, and over after a second without any") {
    auto bound = ListeningSocket::bind("127.0.0.1", 0);
    REQUIRE(bound);
    ListeningSocket& socket = *bound.value();
    CHECK(socket.out_of_descriptors(5000));
    CHECK_FALSE(socket.out_of_descriptors(5010));
    CHECK_FALSE(socket.out_of_descriptors(5990));
    CHECK_FALSE(socket.out_of_descriptors(6980));
    CHECK(socket.wants() == 1);
    CHECK(socket.out_of_descriptors(7990));
    CHECK(socket.wants() == 2);
}
