#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/fault.h"
#include "config/tree.h"

namespace grapnel::config {

// Reads the keys of one table into variables. A key that is absent leaves its variable as it is, a
// key that is wrong leaves it too and adds a fault. The reader remembers the keys it was asked for:
// `finish` adds a fault for every other one.
class TableReader {
public:
    // `name` stands in the faults: "[limits]". A null table reads as an empty one.
    TableReader(const Node* table, std::string name, Faults& faults);

    // The child, used or not, or nullptr.
    const Node* child(std::string_view key);
    // The child when it is of the kind; another kind is a fault.
    const Node* child(std::string_view key, Kind kind);

    void boolean(std::string_view key, bool& out);
    void text(std::string_view key, std::string& out);
    // As text, and a relative path is taken from the folder of the file that states it.
    void path(std::string_view key, std::string& out);
    void paths(std::string_view key, std::vector<std::string>& out);

    template <std::integral Integer>
    void integer(std::string_view key, Integer& out, int64_t smallest, int64_t largest) {
        int64_t value = 0;
        if (read_integer(key, value, smallest, largest)) out = static_cast<Integer>(value);
    }

    // A string with a unit, or an integer of seconds; smallest and largest count `unit_us`.
    template <std::integral Integer>
    void duration(std::string_view key, Integer& out, uint64_t unit_us, uint64_t smallest,
                  uint64_t largest = std::numeric_limits<Integer>::max()) {
        uint64_t value = 0;
        if (read_duration(key, value, unit_us, smallest, largest)) {
            out = static_cast<Integer>(value);
        }
    }

    // A string with a unit, or an integer of bytes.
    template <std::integral Integer>
    void size(std::string_view key, Integer& out,
              uint64_t largest = std::numeric_limits<Integer>::max()) {
        uint64_t value = 0;
        if (read_size(key, value, largest)) out = static_cast<Integer>(value);
    }

    template <typename Enum>
    void choice(std::string_view key, Enum& out,
                std::initializer_list<std::pair<std::string_view, Enum>> names) {
        std::vector<std::string_view> words;
        for (const auto& each : names) words.push_back(each.first);
        const std::string_view word = read_choice(key, words);
        for (const auto& [name, value] : names) {
            if (word == name) out = value;
        }
    }

    // The key must be there.
    void require(std::string_view key, std::string_view example);

    // A fault for every key that no call above asked for.
    void finish();

    void fault(const Node& node, std::string text);

    const std::string& name() const { return name_; }

private:
    void wrong_kind(const Node& node, std::string_view wanted);
    bool read_integer(std::string_view key, int64_t& out, int64_t smallest, int64_t largest);
    bool read_duration(std::string_view key, uint64_t& out, uint64_t unit_us, uint64_t smallest,
                       uint64_t largest);
    bool read_size(std::string_view key, uint64_t& out, uint64_t largest);
    std::string_view read_choice(std::string_view key, const std::vector<std::string_view>& words);

    const Node* table_;
    std::string name_;
    Faults& faults_;
    std::vector<std::string_view> known_;
};

}  // namespace grapnel::config
