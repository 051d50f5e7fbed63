#include "web/http_stream.h"

#include <doctest/doctest.h>

#include <string>
#include <thread>

using namespace grapnel;

TEST_CASE("what is written is read in order, in pieces of any size") {
    HttpStream stream;
    CHECK(stream.write("one "));
    CHECK(stream.write(""));
    CHECK(stream.write("two"));
    CHECK(stream.take(2) == "on");
    CHECK(stream.take(3) == "e t");
    CHECK(stream.take(100) == "wo");
    CHECK(stream.take(100).empty());
    CHECK_FALSE(stream.finished());
    CHECK(stream.open());
}

TEST_CASE("the end comes behind what was written") {
    HttpStream stream;
    stream.write("last");
    stream.end();
    CHECK_FALSE(stream.open());
    CHECK_FALSE(stream.write("more"));
    CHECK_FALSE(stream.finished());
    CHECK(stream.take(100) == "last");
    CHECK(stream.finished());
}

TEST_CASE("a reader is woken when an empty stream has something, and at the end, and not else") {
    HttpStream stream;
    int wakes = 0;
    stream.attach([&] { ++wakes; });
    stream.write("a");
    stream.write("b");
    CHECK(wakes == 1);
    stream.take(1);
    stream.write("c");
    CHECK(wakes == 1);
    stream.take(100);
    stream.write("d");
    CHECK(wakes == 2);
    stream.take(100);
    stream.end();
    stream.end();
    CHECK(wakes == 3);
}

TEST_CASE("nobody is woken after close()") {
    HttpStream stream;
    int wakes = 0;
    stream.attach([&] { ++wakes; });
    stream.write("a");
    stream.close();
    CHECK_FALSE(stream.write("b"));
    stream.end();
    CHECK(wakes == 1);
    CHECK(stream.finished());
    CHECK(stream.take(100).empty());
}

TEST_CASE("a reader that lets too much wait gets none of it, and hears of the end") {
    HttpStream stream;
    int woken = 0;
    stream.attach([&] { ++woken; });
    const std::string piece(1000, 'x');
    size_t written = 0;
    while (stream.write(piece)) written += piece.size();
    CHECK(written <= HttpStream::kWaitingMost);
    CHECK(written > HttpStream::kWaitingMost - piece.size());
    CHECK_FALSE(stream.open());
    CHECK(woken == 2);
    CHECK(stream.finished());
    CHECK(stream.take(777).empty());
    CHECK_FALSE(stream.write("more"));
}

TEST_CASE("writers on other threads") {
    HttpStream stream;
    constexpr size_t kPieces = 2000;
    const auto write = [&] {
        for (size_t i = 0; i < kPieces; ++i) stream.write("0123456789");
    };
    std::thread one(write);
    std::thread two(write);
    size_t read = 0;
    while (read < 2 * kPieces * 10) read += stream.take(64).size();
    one.join();
    two.join();
    CHECK(read == 2 * kPieces * 10);
    CHECK(stream.open());
}
