#include "net/socket_stream.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <functional>
#include <string>

using namespace grapnel;

namespace {

struct Handler final : StreamHandler {
    void on_readable() override { readable(); }
    void on_writable() override { writable(); }

    std::function<void()> readable = [] { FAIL("not watched"); };
    std::function<void()> writable = [] { FAIL("not watched"); };
};

// A stream on one end of a socket pair; the test holds the other end.
struct Pair {
    Pair() {
        int ends[2];
        REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) == 0);
        other = ends[1];
        stream = SocketStream::open(poller, ends[0], handler);
        REQUIRE(stream);
    }
    ~Pair() {
        stream.reset();
        if (other >= 0) ::close(other);
    }
    Pair(const Pair&) = delete;
    Pair& operator=(const Pair&) = delete;

    void hang_up() {
        ::close(other);
        other = -1;
    }

    Poller poller;
    Handler handler;
    int other = -1;
    StreamPointer stream;
};

long write_text(Stream& stream, std::string text) {
    const iovec piece{text.data(), text.size()};
    return stream.write(&piece, 1);
}

std::string receive(int descriptor) {
    std::string text(100, '\0');
    const ssize_t count = ::recv(descriptor, text.data(), text.size(), 0);
    text.resize(count < 0 ? 0 : static_cast<size_t>(count));
    return text;
}

}  // namespace

TEST_CASE("reading gives bytes, nothing yet, and the end") {
    Pair pair;
    char buffer[16];
    CHECK(pair.stream->read(buffer, sizeof buffer) == Stream::kWouldBlock);
    REQUIRE(::send(pair.other, "abcdef", 6, 0) == 6);
    CHECK(pair.stream->read(buffer, 4) == 4);
    CHECK(pair.stream->read(buffer + 4, 12) == 2);
    CHECK(std::string(buffer, 6) == "abcdef");
    pair.hang_up();
    CHECK(pair.stream->read(buffer, sizeof buffer) == Stream::kClosed);
}

TEST_CASE("pieces are written one after the other") {
    Pair pair;
    char first[] = "ab";
    char second[] = "cde";
    const iovec pieces[] = {{first, 2}, {second, 0}, {second, 3}};
    CHECK(pair.stream->write(pieces, 3) == 5);
    CHECK(receive(pair.other) == "abcde");
}

TEST_CASE("a full socket takes a part, then nothing, and tells when it goes on") {
    Pair pair;
    const std::string block(1 << 20, 'x');
    const long taken = write_text(*pair.stream, block);
    CHECK(taken > 0);
    CHECK(taken < static_cast<long>(block.size()));
    CHECK(write_text(*pair.stream, block) == Stream::kWouldBlock);
    int called = 0;
    pair.handler.writable = [&] {
        ++called;
        pair.stream->watch(false, false);
    };
    pair.stream->watch(false, true);
    pair.poller.poll(0);
    CHECK(called == 0);
    while (!receive(pair.other).empty()) continue;
    pair.poller.poll(-1);
    pair.poller.poll(0);
    CHECK(called == 1);
    CHECK(write_text(*pair.stream, "y") == 1);
}

TEST_CASE("writing to nobody is an answer, not a signal") {
    Pair pair;
    pair.hang_up();
    CHECK(write_text(*pair.stream, "x") == Stream::kClosed);
}

TEST_CASE("the handler hears of bytes and of the end") {
    Pair pair;
    char buffer[16];
    std::string got;
    bool ended = false;
    pair.handler.readable = [&] {
        const long count = pair.stream->read(buffer, sizeof buffer);
        if (count == Stream::kClosed) {
            ended = true;
            return pair.stream->watch(false, false);
        }
        REQUIRE(count > 0);
        got.append(buffer, static_cast<size_t>(count));
        pair.hang_up();
    };
    REQUIRE(::send(pair.other, "hello", 5, 0) == 5);
    while (!ended) pair.poller.poll(-1);
    CHECK(got == "hello");
}

TEST_CASE("a stream that nobody wants to hear of is silent, also about its end") {
    Pair pair;
    pair.stream->watch(false, false);
    REQUIRE(::send(pair.other, "x", 1, 0) == 1);
    pair.hang_up();
    for (int i = 0; i < 3; ++i) pair.poller.poll(0);
    int called = 0;
    pair.handler.readable = [&] { ++called; };
    pair.stream->watch(true, false);
    pair.poller.poll(-1);
    CHECK(called == 1);
}

TEST_CASE("bytes that came before an error do not hide it") {
    Pair pair;
    char buffer[16];
    std::string got;
    bool closed = false;
    // One read a call, as a connection does that found less than it had room for.
    pair.handler.readable = [&] {
        const long count = pair.stream->read(buffer, sizeof buffer);
        if (count > 0) return void(got.append(buffer, static_cast<size_t>(count)));
        closed = count == Stream::kClosed;
        pair.stream->watch(false, false);
    };
    CHECK(write_text(*pair.stream, "unread") == 6);
    REQUIRE(::send(pair.other, "last", 4, 0) == 4);
    pair.hang_up();  // with unread input: a reset
    while (!closed) pair.poller.poll(-1);
    CHECK(got == "last");
    CHECK(closed);
}

TEST_CASE("a handler may destroy the stream in either call") {
    for (const bool at_writable : {false, true}) {
        Pair pair;
        int called = 0;
        const auto destroy = [&] {
            ++called;
            pair.stream.reset();
        };
        pair.handler.readable = destroy;
        if (at_writable) pair.handler.writable = destroy;
        pair.stream->watch(true, at_writable);
        REQUIRE(::send(pair.other, "x", 1, 0) == 1);
        for (int i = 0; i < 3; ++i) pair.poller.poll(0);
        CHECK(called == 1);
        CHECK(receive(pair.other).empty());
    }
}

TEST_CASE("after finish the peer reads to the end and sees it") {
    Pair pair;
    CHECK(write_text(*pair.stream, "bye") == 3);
    pair.stream->finish();
    CHECK(receive(pair.other) == "bye");
    char byte;
    CHECK(::recv(pair.other, &byte, 1, 0) == 0);
    CHECK(write_text(*pair.stream, "x") == Stream::kClosed);
    REQUIRE(::send(pair.other, "still", 5, 0) == 5);
    char buffer[16];
    CHECK(pair.stream->read(buffer, sizeof buffer) == 5);
}

TEST_CASE("a stream that another one's handler destroys hears nothing of what was read for it") {
    Poller poller;
    int ends[2][2];
    Handler handlers[2];
    StreamPointer streams[2];
    int called = 0;
    for (int i = 0; i < 2; ++i) {
        REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends[i]) == 0);
        streams[i] = SocketStream::open(poller, ends[i][0], handlers[i]);
        handlers[i].readable = [&] {
            ++called;
            for (StreamPointer& stream : streams) stream.reset();
        };
    }
    for (const auto& pair : ends) REQUIRE(::send(pair[1], "x", 1, 0) == 1);
    poller.poll(0);
    CHECK(called == 1);
    for (const auto& pair : ends) ::close(pair[1]);
}

TEST_CASE("a released descriptor goes on in another poller") {
    Pair first;
    first.stream->watch(true, true);
    REQUIRE(::send(first.other, "early", 5, 0) == 5);
    const TransportPointer transport = first.stream->release();
    REQUIRE(transport);
    first.stream.reset();
    first.poller.poll(0);

    Poller poller;
    Handler handler;
    auto second = transport->open(poller, handler);
    REQUIRE(second);
    char buffer[16];
    long count = 0;
    handler.readable = [&] {
        count = second->read(buffer, sizeof buffer);
        second.reset();
    };
    poller.poll(-1);
    CHECK(count == 5);
}

TEST_CASE("a transport that nobody opens is closed") {
    int ends[2];
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) == 0);
    { const SocketTransport unopened(ends[0]); }
    char byte;
    CHECK(::recv(ends[1], &byte, 1, 0) == 0);
    ::close(ends[1]);
}

TEST_CASE("a descriptor that a poller refuses is closed") {
    Poller poller;
    const int file = ::open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    REQUIRE(file >= 0);
    Handler handler;
    CHECK_FALSE(SocketStream::open(poller, file, handler));
    CHECK(::fcntl(file, F_GETFD) == -1);
}
