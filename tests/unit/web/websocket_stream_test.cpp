#include "web/websocket_stream.h"

#include <doctest/doctest.h>

#include <deque>
#include <string>

#include "net/loop.h"
#include "web/mailbox.h"
#include "web/wakes.h"

using namespace grapnel;

namespace {

constexpr size_t kHeadroom = 16;

struct Handler final : StreamHandler {
    void on_readable() override {
        ++readable;
        char buffer[64 * 1024];
        long count = 0;
        while (reads != 0 && (count = stream->read(buffer, sizeof buffer)) > 0) {
            received.append(buffer, static_cast<size_t>(count));
            --reads;
        }
        if (count == Stream::kClosed) {
            closed = true;
            stream.reset();
        }
    }
    void on_writable() override { ++writable; }

    StreamPointer stream;
    std::string received;
    int reads = 1 << 20;
    int readable = 0;
    int writable = 0;
    bool closed = false;
};

// Both ends of a channel on one thread: the web thread's are calls, the loop turns when told.
struct Ends {
    explicit Ends(int count = 1) : loops(static_cast<size_t>(count)) {
        std::vector<Loop*> all;
        for (Loop& loop : loops) all.push_back(&loop);
        table = std::make_shared<const LoopTable>(all);
        channel = std::make_shared<WebChannel>(mailbox, kHeadroom);
    }
    // What still is in the mailbox holds it, too.
    ~Ends() { mailbox->close(); }
    TransportPointer transport() { return std::make_unique<WebSocketTransport>(table, channel); }
    void open(Handler& handler, size_t loop = 0) {
        handler.stream = transport()->open(loops[loop].poller(), handler);
    }
    WebChannel::Pushed push(const std::string& bytes) {
        const WebChannel::Pushed pushed = channel->push(bytes);
        wakes.add(pushed.wake, channel);
        wakes.send();
        return pushed;
    }
    void end() {
        wakes.add(channel->end(), channel);
        wakes.send();
    }
    std::string taken(size_t most = SIZE_MAX) {
        std::string bytes;
        last = channel->take(bytes, most);
        wakes.add(last.wake, channel);
        wakes.send();
        return bytes.empty() ? bytes : bytes.substr(kHeadroom);
    }
    WebChannel::News news() { return channel->news(); }
    void turn(size_t loop = 0) {
        for (int i = 0; i < 4; ++i) loops[loop].turn(false);
    }

    int woken = 0;
    std::shared_ptr<WebMailbox> mailbox = std::make_shared<WebMailbox>([this] { ++woken; });
    std::deque<Loop> loops;
    std::shared_ptr<const LoopTable> table;
    std::shared_ptr<WebChannel> channel;
    LoopWakes wakes;
    WebChannel::Taken last;
};

long write(Stream& stream, const std::string& text) {
    const iovec piece{const_cast<char*>(text.data()), text.size()};
    return stream.write(&piece, 1);
}

}  // namespace

TEST_CASE("what the web thread received is read on the loop, in one wake-up for a batch") {
    Ends ends;
    Handler handler;
    ends.open(handler);
    ends.turn();
    CHECK(handler.readable == 0);
    CHECK(ends.channel->push("one ").wake == &ends.loops[0]);
    CHECK(ends.channel->push("two").wake == nullptr);
    ends.channel->poke(ends.loops[0]);
    CHECK(handler.readable == 1);
    CHECK(handler.received == "one two");
}

TEST_CASE("what is not read at once is told again, as by a socket") {
    Ends ends;
    Handler handler;
    ends.open(handler);
    handler.reads = 1;
    ends.push(std::string(100'000, 'x'));
    ends.turn();
    CHECK(handler.received.size() == 64 * 1024);
    CHECK(handler.readable > 1);
    handler.reads = 2;
    ends.turn();
    CHECK(handler.received.size() == 100'000);
    const int told = handler.readable;
    ends.turn();
    CHECK(handler.readable == told);
}

TEST_CASE("nothing is told that is not watched, and all of it once it is") {
    Ends ends;
    Handler handler;
    ends.open(handler);
    handler.stream->watch(false, false);
    ends.push("held");
    ends.turn();
    CHECK(handler.readable == 0);
    handler.stream->watch(true, false);
    ends.turn();
    CHECK(handler.received == "held");
}

TEST_CASE("the web thread is told to wait while the loop takes nothing, and to go on") {
    Ends ends;
    Handler handler;
    ends.open(handler);
    handler.stream->watch(false, false);
    CHECK_FALSE(ends.push(std::string(WebChannel::kWaitMost - 1, 'x')).full);
    CHECK(ends.push("x").full);
    CHECK_FALSE(ends.news().receive);
    const int woken = ends.woken;
    handler.stream->watch(true, false);
    ends.turn();
    CHECK(handler.received.size() == WebChannel::kWaitMost);
    CHECK(ends.woken == woken + 1);
    CHECK(ends.news().receive);  // and it does not take that the peer reads
}

TEST_CASE("writing blocks when too much waits, and goes on when it was taken") {
    Ends ends;
    Handler handler;
    ends.open(handler);
    const auto most = static_cast<long>(WebChannel::kWaitMost);
    CHECK(write(*handler.stream, std::string(WebChannel::kWaitMost + 5, 'a')) == most);
    CHECK(write(*handler.stream, "b") == Stream::kWouldBlock);
    CHECK(ends.woken == 1);
    handler.stream->watch(true, true);
    ends.turn();
    CHECK(handler.writable == 0);
    CHECK(ends.taken() == std::string(WebChannel::kWaitMost, 'a'));
    ends.turn();
    CHECK(handler.writable >= 1);
    CHECK(write(*handler.stream, "b") == 1);
    handler.stream->watch(true, false);
    CHECK(ends.taken() == "b");
    CHECK(ends.taken().empty());
}

TEST_CASE("the end is told behind what was received, and writing ends") {
    Ends ends;
    Handler handler;
    ends.open(handler);
    ends.push("last words");
    ends.end();
    ends.turn();
    CHECK(handler.received == "last words");
    CHECK(handler.closed);
    Ends others;
    Handler other;
    others.open(other);
    others.end();
    CHECK(write(*other.stream, "x") == Stream::kClosed);
}

TEST_CASE("finishing follows what was written; closing drops what comes") {
    Ends ends;
    Handler handler;
    ends.open(handler);
    write(*handler.stream, "bye");
    handler.stream->finish();
    CHECK(ends.taken() == "bye");
    CHECK(ends.last.finished);
    CHECK(ends.news().finished);
    handler.stream.reset();
    CHECK(ends.taken().empty());
    CHECK(ends.push("late").wake == nullptr);
    ends.turn();
    CHECK(handler.readable == 0);
}

TEST_CASE("a connection moves to another loop with what was not read, and what comes meanwhile") {
    Ends ends(2);
    Handler first;
    ends.open(first);
    first.reads = 1;
    ends.push(std::string(70'000, 'x'));
    ends.turn();
    CHECK(first.received.size() == 64 * 1024);
    ends.push("y");
    const int told = first.readable;
    TransportPointer transport = first.stream->release();
    first.stream.reset();
    CHECK(ends.push("z").wake == nullptr);
    Handler second;
    second.stream = transport->open(ends.loops[1].poller(), second);
    ends.turn(0);
    CHECK(first.readable == told);
    ends.turn(1);
    CHECK(second.received.size() == 70'002 - 64 * 1024);
    CHECK(second.received.substr(second.received.size() - 2) == "yz");
    ends.push("!");
    ends.turn(1);
    CHECK(second.received.back() == '!');
}

TEST_CASE("a transport that nobody opens ends its connection") {
    Ends ends;
    ends.transport().reset();
    CHECK(ends.news().finished);
}

TEST_CASE("after the mailbox was closed nothing wakes the web thread") {
    Ends ends;
    Handler handler;
    ends.open(handler);
    ends.mailbox->close();
    write(*handler.stream, "x");
    handler.stream.reset();
    CHECK(ends.woken == 0);
    CHECK_FALSE(ends.mailbox->post([] {}));
}

TEST_CASE("the web thread takes as much as its socket has room for") {
    Ends ends;
    Handler handler;
    ends.open(handler);
    CHECK(write(*handler.stream, "one two") == 7);
    CHECK(ends.taken(0).empty());
    CHECK(ends.last.left);
    CHECK(ends.taken(4) == "one ");
    CHECK(ends.last.left);
    handler.stream->finish();
    CHECK(ends.taken(2) == "tw");
    CHECK_FALSE(ends.last.finished);
    CHECK(ends.taken(1) == "o");
    CHECK_FALSE(ends.last.left);
    CHECK(ends.last.finished);
}
