#include "net/proxy_header.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace grapnel;
using State = ProxyHeader::State;

namespace {

const std::string kSignature("\r\n\r\n\0\r\nQUIT\n", 12);

// Version 2: command and family as bytes, then what the length counts.
std::string binary(int command, int family, const std::string& rest) {
    std::string out = kSignature;
    out += static_cast<char>(command);
    out += static_cast<char>(family);
    out += static_cast<char>(rest.size() >> 8U);
    out += static_cast<char>(rest.size() & 0xffU);
    return out + rest;
}

const std::string kIpv4("\x0a\x01\x02\x03\x7f\x00\x00\x01\x30\x39\x07\x5b", 12);
const std::string kIpv6 = std::string("\x20\x01\x0d\xb8", 4) + std::string(11, '\0') + "\x01" +
                          std::string(15, '\0') + "\x01" + "\x30\x39\x07\x5b";
// A TLV of 300 bytes.
const std::string kMore = std::string("\x04\x01\x29", 3) + std::string(297, '\0');

// What comes out, whole, and the same in pieces of every size.
std::string read(const std::string& header) {
    const std::string behind = "\x10\x0c the client's own";
    std::vector<std::string> answers;
    for (size_t piece = 1; piece <= header.size() + behind.size(); ++piece) {
        const std::string all = header + behind;
        ProxyHeader reader;
        size_t at = 0;
        while (at < all.size() && reader.state() == State::more)
            at += reader.take(Bytes(all).substr(at, piece));
        if (reader.state() == State::broken) return "broken";
        REQUIRE(reader.state() == State::complete);
        REQUIRE(at == header.size());
        answers.push_back(reader.client() ? reader.client()->text() : "itself");
        REQUIRE(answers.back() == answers.front());
    }
    return answers.front();
}

}  // namespace

TEST_CASE("version 1 names the client") {
    CHECK(read("PROXY TCP4 10.1.2.3 127.0.0.1 12345 1883\r\n") == "10.1.2.3:12345");
    CHECK(read("PROXY TCP6 2001:db8::1 ::1 12345 1883\r\n") == "[2001:db8::1]:12345");
    CHECK(read("PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535\r\n") ==
          "255.255.255.255:65535");
    const std::string longest = "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff";
    CHECK(read("PROXY TCP6 " + longest + " " + longest + " 65535 65535\r\n") ==
          "[" + longest + "]:65535");
}

TEST_CASE("version 1 may not know the client") {
    CHECK(read("PROXY UNKNOWN\r\n") == "itself");
    CHECK(read("PROXY UNKNOWN ffff::1 whatever it says 1 2\r\n") == "itself");
    CHECK(read("PROXY UNKNOWN " + std::string(91, 'x') + "\r\n") == "itself");
}

TEST_CASE("version 1 that is wrong") {
    for (const char* line :
         {"PROXY\r\n", "PROXY \r\n", "PROXY TCP4\r\n", "PROXY TCP4 1.2.3.4 5.6.7.8 1\r\n",
          "PROXY TCP4 1.2.3.4 5.6.7.8 1 2 3\r\n", "PROXY TCP4 1.2.3.4 5.6.7.8 1 65536\r\n",
          "PROXY TCP4 1.2.3.4 5.6.7.8 -1 2\r\n", "PROXY TCP4 1.2.3.4 5.6.7.8 1x 2\r\n",
          "PROXY TCP4 ::1 ::1 1 2\r\n", "PROXY TCP6 1.2.3.4 5.6.7.8 1 2\r\n",
          "PROXY TCP4  1.2.3.4 5.6.7.8 1 2\r\n", "PROXY TCP4 1.2.3.4 5.6.7.8 1 2\n",
          "PROXY UDP4 1.2.3.4 5.6.7.8 1 2\r\n", "PROXY tcp4 1.2.3.4 5.6.7.8 1 2\r\n",
          "proxy TCP4 1.2.3.4 5.6.7.8 1 2\r\n", "PROXX TCP4 1.2.3.4 5.6.7.8 1 2\r\n",
          "POST / HTTP/1.1\r\n"})
        CHECK_MESSAGE(read(line) == "broken", line);
    CHECK(read(std::string("PROXY TCP4 1.2.3.4\0x 5.6.7.8 1 2\r\n", 35)) == "broken");
    CHECK(read("PROXY UNKNOWN " + std::string(92, 'x') + "\r\n") == "broken");
}

TEST_CASE("version 2 names the client") {
    CHECK(read(binary(0x21, 0x11, kIpv4)) == "10.1.2.3:12345");
    CHECK(read(binary(0x21, 0x21, kIpv6)) == "[2001:db8::1]:12345");
    CHECK(read(binary(0x21, 0x31, std::string(216, 'u'))) == "unix");
}

TEST_CASE("what version 2 adds to the addresses is skipped") {
    CHECK(read(binary(0x21, 0x11, kIpv4 + kMore)) == "10.1.2.3:12345");
    CHECK(read(binary(0x21, 0x21, kIpv6 + kMore)) == "[2001:db8::1]:12345");
    CHECK(read(binary(0x21, 0x11, kIpv4 + std::string(4096 - 16 - 12, 'x'))) == "10.1.2.3:12345");
}

TEST_CASE("version 2 may speak for the proxy itself") {
    CHECK(read(binary(0x20, 0x00, "")) == "itself");
    CHECK(read(binary(0x20, 0x11, kIpv4)) == "itself");
    CHECK(read(binary(0x20, 0xff, "x")) == "itself");
    CHECK(read(binary(0x21, 0x00, "")) == "itself");
    CHECK(read(binary(0x21, 0x00, kMore)) == "itself");
}

TEST_CASE("version 2 that is wrong") {
    CHECK(read(binary(0x11, 0x11, kIpv4)) == "broken");
    CHECK(read(binary(0x31, 0x11, kIpv4)) == "broken");
    CHECK(read(binary(0x22, 0x11, kIpv4)) == "broken");
    CHECK(read(binary(0x21, 0x12, kIpv4)) == "broken");
    CHECK(read(binary(0x21, 0x41, kIpv4)) == "broken");
    CHECK(read(binary(0x21, 0x11, kIpv4.substr(1))) == "broken");
    CHECK(read(binary(0x21, 0x21, kIpv6.substr(1))) == "broken");
    CHECK(read(binary(0x21, 0x31, std::string(215, 'u'))) == "broken");
    CHECK(read(binary(0x21, 0x11, "")) == "broken");
    CHECK(read(binary(0x21, 0x11, kIpv4 + std::string(4096 - 16 - 11, 'x'))) == "broken");
    CHECK(read(kSignature.substr(0, 11) + "\r" + binary(0x21, 0x11, kIpv4).substr(12)) == "broken");
}

TEST_CASE("a header that is cut off is not complete") {
    for (const std::string& header : {std::string("PROXY TCP4 10.1.2.3 127.0.0.1 12345 1883\r\n"),
                                      binary(0x21, 0x11, kIpv4 + kMore)}) {
        for (size_t size = 0; size < header.size(); ++size) {
            ProxyHeader reader;
            CHECK(reader.take(Bytes(header).substr(0, size)) == size);
            CHECK(reader.state() == State::more);
        }
    }
}

TEST_CASE("what a client begins with is not what a header begins with") {
    CHECK(ProxyHeader::may_begin_with('P'));
    CHECK(ProxyHeader::may_begin_with('\r'));
    CHECK_FALSE(ProxyHeader::may_begin_with('\x10'));  // CONNECT
    CHECK_FALSE(ProxyHeader::may_begin_with('\x16'));  // a handshake of TLS
}
