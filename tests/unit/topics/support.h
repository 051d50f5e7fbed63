#pragma once

#include <doctest/doctest.h>

#include <random>
#include <string>
#include <vector>

#include "topics/filter.h"
#include "topics/message.h"

namespace grapnel::test {

// The rules of matching once more, as simple as they can be said: by split levels, recursively.
struct Reference {
    static std::vector<std::string> split(const std::string& text) {
        std::vector<std::string> levels{""};
        for (const char c : text) {
            if (c == '/') {
                levels.emplace_back();
            } else {
                levels.back() += c;
            }
        }
        return levels;
    }

    static bool levels(const std::vector<std::string>& filter, size_t f,
                       const std::vector<std::string>& topic, size_t t) {
        if (f == filter.size()) return t == topic.size();
        if (filter[f] == "#") return true;
        if (t == topic.size()) return false;
        if (filter[f] != "+" && filter[f] != topic[t]) return false;
        return levels(filter, f + 1, topic, t + 1);
    }

    static bool matches(const std::string& filter, const std::string& topic) {
        if (topic[0] == '$' && (filter[0] == '+' || filter[0] == '#')) return false;
        return levels(split(filter), 0, split(topic), 0);
    }
};

// Topics and filters of few levels over few names, so that they meet often.
class Random {
public:
    explicit Random(uint32_t seed) : engine_(seed) {}

    // 0 … end - 1
    size_t below(size_t end) { return engine_() % end; }
    bool one_in(size_t n) { return below(n) == 0; }

    std::string topic() {
        for (;;) {
            const std::string text = join(1 + below(5), false);
            if (!text.empty()) return text;
        }
    }

    std::string filter() {
        for (;;) {
            std::string text = join(1 + below(5), true);
            if (one_in(3)) text = text.empty() || one_in(8) ? "#" : text + "/#";
            if (!text.empty()) return text;
        }
    }

private:
    std::string join(size_t levels, bool wildcards) {
        static const char* const names[] = {"a", "b", "", "ab", "$a", "c"};
        std::string text;
        for (size_t level = 0; level < levels; ++level) {
            if (level != 0) text += '/';
            text += wildcards && one_in(3) ? "+" : names[below(6)];
        }
        return text;
    }

    std::mt19937 engine_;
};

// Borrows `text`.
inline Filter parse(Bytes text) {
    Filter filter;
    REQUIRE(parse_filter(text, 0, filter));
    return filter;
}

inline Ref<Message> make_message(Bytes topic, Bytes payload, uint64_t key = 1,
                                 int64_t expires_ms = 0) {
    MessageView view;
    view.topic = topic;
    view.payload = payload;
    view.key = key;
    view.expires_ms = expires_ms;
    return Message::create(view);
}

}  // namespace grapnel::test
