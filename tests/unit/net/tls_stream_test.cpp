#include "net/tls_stream.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "net/tls_pair.h"

using namespace grapnel;
using namespace grapnel::testing;

namespace {

std::string numbers(size_t size) {
    std::string text;
    for (int i = 0; text.size() < size; ++i) text += std::to_string(i) + ' ';
    text.resize(size);
    return text;
}

// A connection whose hands are shaken.
struct Open {
    Open() : server("tls", load(TlsFolder().listener())), pair(server, client) {
        REQUIRE(pair.connect());
        pair.until([&] { return server.handshakes == 1; });
    }
    Stream& stream() { return *pair.served.stream; }

    TlsServer server;
    ClientContext client;
    TlsPair pair;
};

// The client's records as bytes, instead of sending them.
std::string sealed(TlsPair& pair, const std::vector<std::string>& texts) {
    BIO* const memory = BIO_new(BIO_s_mem());
    BIO_up_ref(SSL_get_wbio(pair.client.get()));
    BIO* const socket = SSL_get_wbio(pair.client.get());
    SSL_set0_wbio(pair.client.get(), memory);
    for (const std::string& text : texts)
        CHECK(SSL_write(pair.client.get(), text.data(), static_cast<int>(text.size())) > 0);
    char* data = nullptr;
    const long size = BIO_get_mem_data(memory, &data);
    const std::string bytes(data, static_cast<size_t>(size));
    SSL_set0_wbio(pair.client.get(), socket);
    return bytes;
}

}  // namespace

TEST_CASE("a record that comes byte by byte") {
    Open open;
    const std::string bytes = sealed(open.pair, {"hello"});
    for (const char byte : bytes) {
        CHECK(open.pair.served.got == "");
        REQUIRE(::send(open.pair.ends[1], &byte, 1, 0) == 1);
        open.pair.poller.poll(0);
    }
    CHECK(open.pair.served.got == "hello");
}

TEST_CASE("records that come together, with half of one more") {
    Open open;
    const std::string bytes = sealed(open.pair, {"one ", "two ", "three ", "four"});
    REQUIRE(::send(open.pair.ends[1], bytes.data(), bytes.size() - 5, 0) > 0);
    open.pair.poller.poll(0);
    CHECK(open.pair.served.got == "one two three ");
    REQUIRE(::send(open.pair.ends[1], bytes.data() + bytes.size() - 5, 5, 0) == 5);
    open.pair.poller.poll(0);
    CHECK(open.pair.served.got == "one two three four");
}

TEST_CASE("very many records that come together, and then the end") {
    Open open;
    std::vector<std::string> texts;
    std::string all;
    for (int i = 0; i < 1300; ++i) all += texts.emplace_back(std::to_string(i));
    const std::string bytes = sealed(open.pair, texts);
    REQUIRE(::send(open.pair.ends[1], bytes.data(), bytes.size(), 0) ==
            static_cast<long>(bytes.size()));
    open.pair.hang_up();
    int waits = 0;
    while (!open.pair.served.closed) {
        open.pair.poller.poll(-1);
        REQUIRE(++waits < 100);
    }
    CHECK(open.pair.served.got == all);
}

TEST_CASE("what does not fit into the reader's buffer is told again, without an event") {
    Open open;
    const std::string text = numbers(40'000);
    open.pair.served.readable = [&] { open.pair.served.read_some(100); };
    const std::string bytes = sealed(open.pair, {text.substr(0, 15'000), text.substr(15'000, 9'000),
                                                 text.substr(24'000, 16'000)});
    REQUIRE(::send(open.pair.ends[1], bytes.data(), bytes.size(), 0) ==
            static_cast<long>(bytes.size()));
    int waits = 0;
    while (open.pair.served.got.size() < text.size()) {
        open.pair.poller.poll(-1);
        REQUIRE(++waits < 1000);
    }
    CHECK(open.pair.served.got == text);
    const int told = open.pair.served.told;
    for (int i = 0; i < 3; ++i) open.pair.poller.poll(0);
    CHECK(open.pair.served.told == told);
}

TEST_CASE("a reader that rests is not told, and hears of all when it goes on") {
    Open open;
    open.pair.served.readable = [&] {
        open.pair.served.read_some(3);
        open.stream().watch(false, false);
    };
    open.pair.send("hello");
    for (int i = 0; i < 5; ++i) open.pair.poller.poll(0);
    CHECK(open.pair.served.got == "hel");
    CHECK(open.pair.served.told == 1);
    open.stream().watch(true, false);
    open.pair.poller.poll(-1);
    CHECK(open.pair.served.got == "hello");
}

TEST_CASE("what was sent before the end is read before the end is told") {
    Open open;
    open.pair.served.readable = [&] { open.pair.served.read_some(4); };
    open.pair.send("last words");
    SSL_shutdown(open.pair.client.get());
    open.pair.hang_up();
    open.pair.until([&] { return open.pair.served.closed; });
    CHECK(open.pair.served.got == "last words");
}

TEST_CASE("a connection cut off without a farewell") {
    Open open;
    const std::string bytes = sealed(open.pair, {"whole", "half"});
    REQUIRE(::send(open.pair.ends[1], bytes.data(), bytes.size() - 1, 0) > 0);
    open.pair.hang_up();
    open.pair.until([&] { return open.pair.served.closed; });
    CHECK(open.pair.served.got == "whole");
}

TEST_CASE("a record that was changed on its way ends the connection") {
    Open open;
    std::string bytes = sealed(open.pair, {"good", "changed"});
    bytes.back() = static_cast<char>(bytes.back() ^ 1);
    REQUIRE(::send(open.pair.ends[1], bytes.data(), bytes.size(), 0) > 0);
    open.pair.until([&] { return open.pair.served.closed; });
    CHECK(open.pair.served.got == "good");
    CHECK(write_text(open.stream(), "x") == Stream::kClosed);
}

TEST_CASE("pieces are sealed together, into few records") {
    Open open;
    char letters[] = "abcdef";
    const iovec pieces[] = {{letters, 2}, {letters, 0}, {letters + 2, 4}};
    CHECK(open.stream().write(pieces, 3) == 6);
    CHECK(open.pair.receive(6) == "abcdef");
    const std::string big = numbers(100'000);
    const iovec mixed[] = {
        {letters, 6}, {const_cast<char*>(big.data()), big.size()}, {letters, 6}, {letters, 6}};
    CHECK(open.stream().write(mixed, 4) == 100'018);
    CHECK(open.pair.receive(100'018) == "abcdef" + big + "abcdefabcdef");
}

TEST_CASE("a peer that does not read takes a part, and the rest when it does") {
    Open open;
    const std::string text = numbers(4 << 20);
    size_t written = 0;
    const auto write_more = [&] {
        for (;;) {
            const long count = write_text(open.stream(), text.substr(written));
            if (count == Stream::kWouldBlock) return open.stream().watch(true, true);
            REQUIRE(count > 0);
            written += static_cast<size_t>(count);
            if (written == text.size()) return open.stream().watch(true, false);
        }
    };
    open.pair.served.writable = write_more;
    write_more();
    CHECK(written < text.size() / 2);
    for (int i = 0; i < 3; ++i) open.pair.poller.poll(0);
    CHECK(write_text(open.stream(), "x") == Stream::kWouldBlock);
    const std::string got = open.pair.receive(text.size());
    CHECK((got == text));
    CHECK(written == text.size());
}

TEST_CASE("what the socket did not take is sent though nobody asks for it") {
    Open open;
    const std::string text = numbers(4 << 20);
    long count = 0;
    long last = 0;
    while ((last = write_text(open.stream(), text.substr(static_cast<size_t>(count)))) > 0)
        count += last;
    CHECK(last == Stream::kWouldBlock);
    open.stream().finish();
    const std::string got = open.pair.receive(text.size());
    CHECK((got == text.substr(0, static_cast<size_t>(count))));
    CHECK(open.pair.error == SSL_ERROR_ZERO_RETURN);
}

TEST_CASE("a peer that asks for new keys and does not read is not read from for ever") {
    Open open;
    size_t sent = 0;
    open.pair.until([&] {
        std::string bytes;
        for (int i = 0; i < 100; ++i) {
            SSL_key_update(open.pair.client.get(), SSL_KEY_UPDATE_REQUESTED);
            bytes += sealed(open.pair, {"x"});
        }
        const ssize_t count =
            ::send(open.pair.ends[1], bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        sent += count > 0 ? static_cast<size_t>(count) : 0;
        open.pair.poller.poll(0);
        return count < 0 || sent > (8 << 20) || open.pair.served.closed;
    });
    CHECK(sent < (8 << 20));
}

TEST_CASE("after finish the peer sees an end in order, and may still speak") {
    Open open;
    CHECK(write_text(open.stream(), "bye") == 3);
    open.stream().finish();
    open.stream().finish();
    CHECK(write_text(open.stream(), "x") == Stream::kClosed);
    CHECK(open.pair.receive(100) == "bye");
    CHECK(open.pair.error == SSL_ERROR_ZERO_RETURN);
    open.pair.send("still");
    open.pair.got("still");
}

TEST_CASE("a TLS handler may destroy the stream in either call") {
    for (const bool at_writable : {false, true}) {
        Open open;
        int called = 0;
        const auto destroy = [&] {
            ++called;
            open.pair.served.stream.reset();
        };
        open.pair.served.readable = destroy;
        open.pair.served.writable = destroy;
        open.stream().watch(true, at_writable);
        open.pair.send("x");
        for (int i = 0; i < 3; ++i) open.pair.poller.poll(0);
        CHECK(called == 1);
    }
}

TEST_CASE("a released connection goes on in another poller, with what had come") {
    const TlsFolder folder;
    config::Tls tls = folder.mutual();
    tls.identity = config::TlsIdentity::cn;
    TlsServer server("tls", load(tls));
    ClientContext client;
    client.use(folder, "client");
    TlsPair pair(server, client);
    REQUIRE(pair.connect());
    pair.served.readable = [&] {
        pair.served.read_some(3);
        pair.served.stream->watch(false, false);
    };
    const std::string bytes = sealed(pair, {"abcdef", "ghi", "jkl"});
    REQUIRE(::send(pair.ends[1], bytes.data(), bytes.size() - 4, 0) > 0);
    pair.until([&] { return pair.served.got == "abc"; });

    TransportPointer transport = pair.served.stream->release();
    pair.served.stream.reset();
    for (int i = 0; i < 3; ++i) pair.poller.poll(0);
    CHECK(pair.served.told == 1);

    Poller poller;
    Served second;
    second.stream = transport->open(poller, second);
    REQUIRE(second.stream);
    transport.reset();
    poller.poll(-1);
    CHECK(second.got == "defghi");
    REQUIRE(::send(pair.ends[1], bytes.data() + bytes.size() - 4, 4, 0) == 4);
    poller.poll(-1);
    CHECK(second.got == "defghijkl");
    CHECK(second.stream->tls_peer()->username == "melon");
    CHECK(write_text(*second.stream, "answer") == 6);
    CHECK(pair.receive(6) == "answer");
    CHECK(server.handshakes == 1);
    CHECK(server.handshakes_failed == 0);
    second.stream.reset();
    poller.poll(0);
}
