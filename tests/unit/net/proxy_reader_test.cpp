#include "net/proxy_reader.h"

#include <doctest/doctest.h>
#include <sys/socket.h>
#include <unistd.h>
#include <uv.h>

#include <optional>
#include <string>
#include <utility>

using namespace grapnel;
using Expects = ProxyReader::Expects;
using Outcome = ProxyReader::Outcome;

namespace {

const std::string kHeader = "PROXY TCP4 10.1.2.3 127.0.0.1 12345 1883\r\n";

// A reader on one end of a socket pair; the test holds the other end.
struct Reading {
    explicit Reading(Expects expects) {
        uv_loop_init(&loop);
        timers.emplace(
            &loop, &now_ms, [](void*) {}, nullptr);
        int ends[2];
        REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) == 0);
        other = ends[1];
        reader = ProxyReader::start(poller, *timers, now_ms + 1000, ends[0], expects,
                                    [this](ProxyReader& done, Outcome result) {
                                        outcome = result;
                                        if (result == Outcome::accepted) {
                                            client =
                                                done.client() ? done.client()->text() : "itself";
                                            descriptor = done.take_descriptor();
                                        }
                                        done.close();
                                        reader = nullptr;
                                    });
        REQUIRE(reader != nullptr);
    }
    ~Reading() {
        if (reader != nullptr) reader->close();
        if (descriptor >= 0) ::close(descriptor);
        if (other >= 0) ::close(other);
        timers->close();
        uv_run(&loop, UV_RUN_DEFAULT);
        uv_loop_close(&loop);
    }
    Reading(const Reading&) = delete;
    Reading& operator=(const Reading&) = delete;

    void send(const std::string& bytes) {
        REQUIRE(::send(other, bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
                static_cast<ssize_t>(bytes.size()));
        poller.poll(0);
    }
    void hang_up() {
        ::close(other);
        other = -1;
        poller.poll(0);
    }
    // What was left for whoever reads next.
    std::string rest() const {
        std::string text(10'000, '\0');
        const ssize_t count = ::recv(descriptor, text.data(), text.size(), 0);
        text.resize(count < 0 ? 0 : static_cast<size_t>(count));
        return text;
    }

    uv_loop_t loop;
    int64_t now_ms = 1000;
    Poller poller;
    std::optional<Timers> timers;
    ProxyReader* reader = nullptr;
    int other = -1;
    int descriptor = -1;
    std::optional<Outcome> outcome;
    std::string client;
};

}  // namespace

TEST_CASE("the header is read and nothing behind it, however it is cut") {
    const std::string all = kHeader + "\x10the rest";
    for (size_t cut = 1; cut <= all.size(); ++cut) {
        Reading reading(Expects::header);
        reading.send(all.substr(0, cut));
        REQUIRE(reading.outcome.has_value() == (cut >= kHeader.size()));
        if (cut < all.size()) reading.send(all.substr(cut));
        REQUIRE(reading.outcome == Outcome::accepted);
        REQUIRE(reading.client == "10.1.2.3:12345");
        REQUIRE(reading.rest() == "\x10the rest");
    }
}

TEST_CASE("a header beyond what is looked at at once") {
    Reading reading(Expects::header);
    std::string header("\r\n\r\n\0\r\nQUIT\n\x20\x00\x0f\x00", 16);
    header += std::string(0x0f00, 'x');
    reading.send(header + "rest");
    CHECK(reading.outcome == Outcome::accepted);
    CHECK(reading.client == "itself");
    CHECK(reading.rest() == "rest");
}

TEST_CASE("without the header that must come the connection is refused") {
    Reading reading(Expects::header);
    reading.send("\x10");
    CHECK(reading.outcome == Outcome::refused);
    CHECK(::send(reading.other, "x", 1, MSG_NOSIGNAL) == -1);
}

TEST_CASE("a header that need not come") {
    SUBCASE("does not") {
        Reading reading(Expects::header_or_none);
        reading.send("\x10PROXY");
        CHECK(reading.outcome == Outcome::accepted);
        CHECK(reading.client == "itself");
        CHECK(reading.rest() == "\x10PROXY");
    }
    SUBCASE("does") {
        Reading reading(Expects::header_or_none);
        reading.send("P");
        CHECK_FALSE(reading.outcome);
        reading.send(kHeader.substr(1));
        CHECK(reading.outcome == Outcome::accepted);
        CHECK(reading.client == "10.1.2.3:12345");
    }
    SUBCASE("goes wrong") {
        Reading reading(Expects::header_or_none);
        reading.send("P");
        reading.send("\x10");
        CHECK(reading.outcome == Outcome::refused);
    }
}

TEST_CASE("a header that nobody believes") {
    Reading reading(Expects::none);
    SUBCASE("version 1") { reading.send(kHeader); }
    SUBCASE("version 2") { reading.send("\r"); }
    CHECK(reading.outcome == Outcome::refused);
}

TEST_CASE("a client that may not send one and does not") {
    Reading reading(Expects::none);
    reading.send("\x10");
    CHECK(reading.outcome == Outcome::accepted);
    CHECK(reading.rest() == "\x10");
}

TEST_CASE("the end in the middle of a header, and before anything") {
    Reading cut(Expects::header);
    cut.send("PROXY TCP4");
    cut.hang_up();
    CHECK(cut.outcome == Outcome::refused);
    Reading silent(Expects::header);
    silent.hang_up();
    CHECK(silent.outcome == Outcome::gone);
}

TEST_CASE("a header that does not come in time") {
    Reading reading(Expects::header);
    reading.send("PROXY TCP4");
    reading.now_ms = 2100;
    reading.timers->advance();
    CHECK(reading.outcome == Outcome::refused);
}

TEST_CASE("a reader that is closed ends its connection") {
    Reading reading(Expects::header);
    std::exchange(reading.reader, nullptr)->close();
    CHECK_FALSE(reading.outcome);
    CHECK(::send(reading.other, "x", 1, MSG_NOSIGNAL) == -1);
}
