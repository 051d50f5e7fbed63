#include "ctl/events.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "ctl/failure.h"

using namespace grapnel::ctl;

namespace {

// Events as "name=data", from a text that comes in pieces of that size.
std::vector<std::string> read(const std::string& text, size_t piece_size) {
    std::vector<std::string> out;
    EventReader reader;
    for (size_t at = 0; at < text.size(); at += piece_size)
        reader.feed(std::string_view(text).substr(at, piece_size),
                    [&out](const std::string& event, const std::string& data) {
                        out.push_back(event + "=" + data);
                        return true;
                    });
    return out;
}

using Events = std::vector<std::string>;

}  // namespace

TEST_CASE("events come whole, wherever the pieces end") {
    const std::string text =
        ": hello\n\nevent: log\ndata: {\"a\":1}\nid: 7\n\ndata:x\ndata: y\n\nevent: empty\n\n"
        "event: cr\r\ndata: z\r\n\r\nevent: unfinished\ndata: n\n";
    for (const size_t piece_size : {1U, 2U, 3U, 7U, 1000U})
        CHECK(read(text, piece_size) == Events{"log={\"a\":1}", "message=x\ny", "cr=z"});
}

TEST_CASE("whoever has enough gets no more") {
    int count = 0;
    EventReader reader;
    const auto once = [&count](const std::string&, const std::string&) { return ++count != 1; };
    CHECK_FALSE(reader.feed("data: a\n\ndata: b\n\n", once));
    CHECK(count == 1);
}

TEST_CASE("an event without end is refused") {
    EventReader reader;
    const std::string piece(size_t{1} << 20U, 'a');
    const auto none = [](const std::string&, const std::string&) { return true; };
    for (int i = 0; i < 4; ++i) CHECK(reader.feed(piece, none));
    CHECK_THROWS_AS(reader.feed("a", none), Failure);
}
