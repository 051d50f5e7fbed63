#include "config/table_reader.h"

#include <algorithm>
#include <utility>

#include "config/value.h"

namespace grapnel::config {
namespace {

// "2s", "1500ms": the largest unit that says it without a fraction.
std::string duration_text(uint64_t us) {
    if (us % 1000000 == 0) return std::to_string(us / 1000000) + "s";
    if (us % 1000 == 0) return std::to_string(us / 1000) + "ms";
    return std::to_string(us) + "us";
}

std::string bounds_text(uint64_t smallest, uint64_t largest, uint64_t unit_us) {
    constexpr uint64_t kMost = std::numeric_limits<uint64_t>::max();
    const uint64_t upper = largest > kMost / unit_us ? kMost : largest * unit_us;
    if (upper == kMost) return "at least " + quoted(duration_text(smallest * unit_us));
    return "from " + quoted(duration_text(smallest * unit_us)) + " to " +
           quoted(duration_text(upper));
}

std::string resolved_path(const Node& node, std::string_view path) {
    if (path.empty() || path.front() == '/' || !node.where().file) return std::string(path);
    const std::string& file = *node.where().file;
    const size_t slash = file.rfind('/');
    if (slash == std::string::npos) return std::string(path);
    return file.substr(0, slash + 1) + std::string(path);
}

}  // namespace

TableReader::TableReader(const Node* table, std::string name, Faults& faults)
    : table_(table), name_(std::move(name)), faults_(faults) {
    if (table_ != nullptr && table_->kind() != Kind::table) {
        wrong_kind(*table_, "a table");
        table_ = nullptr;
    }
}

void TableReader::fault(const Node& node, std::string text) {
    add_fault(faults_, node.where(), std::move(text));
}

void TableReader::wrong_kind(const Node& node, std::string_view wanted) {
    const std::string subject = node.key().empty() ? "an element of " + name_ : node.key();
    fault(node, subject + " must be " + std::string(wanted) + ", not " +
                    std::string(kind_name(node.kind())));
}

const Node* TableReader::child(std::string_view key) {
    known_.push_back(key);
    return table_ != nullptr ? table_->find(key) : nullptr;
}

const Node* TableReader::child(std::string_view key, Kind kind) {
    const Node* node = child(key);
    if (node == nullptr || node->kind() == kind) return node;
    wrong_kind(*node, kind_name(kind));
    return nullptr;
}

void TableReader::boolean(std::string_view key, bool& out) {
    const Node* node = child(key);
    if (node == nullptr) return;
    if (node->as_bool()) {
        out = *node->as_bool();
    } else if (node->as_int() && (*node->as_int() == 0 || *node->as_int() == 1)) {
        out = *node->as_int() == 1;
    } else {
        wrong_kind(*node, "true or false");
    }
}

void TableReader::text(std::string_view key, std::string& out) {
    if (const Node* node = child(key, Kind::string)) out = *node->as_string();
}

void TableReader::path(std::string_view key, std::string& out) {
    const Node* node = child(key, Kind::string);
    if (node == nullptr) return;
    if (node->as_string()->empty()) {
        fault(*node, node->key() + " is empty; write a path");
    } else {
        out = resolved_path(*node, *node->as_string());
    }
}

void TableReader::paths(std::string_view key, std::vector<std::string>& out) {
    const Node* node = child(key, Kind::array);
    if (node == nullptr) return;
    std::vector<std::string> found;
    for (size_t i = 0; i < node->size(); ++i) {
        const Node& element = *node->at(i);
        if (element.kind() != Kind::string || element.as_string()->empty()) {
            fault(element, "an element of " + node->key() + " must be a path, as a string");
        } else {
            found.push_back(resolved_path(element, *element.as_string()));
        }
    }
    out = std::move(found);
}

bool TableReader::read_integer(std::string_view key, int64_t& out, int64_t smallest,
                               int64_t largest) {
    const Node* node = child(key, Kind::integer);
    if (node == nullptr) return false;
    const int64_t value = *node->as_int();
    if (value < smallest || value > largest) {
        fault(*node, node->key() + " is " + std::to_string(value) + "; it must be from " +
                         std::to_string(smallest) + " to " + std::to_string(largest));
        return false;
    }
    out = value;
    return true;
}

bool TableReader::read_duration(std::string_view key, uint64_t& out, uint64_t unit_us,
                                uint64_t smallest, uint64_t largest) {
    constexpr uint64_t kSecondUs = 1000000;
    const Node* node = child(key);
    if (node == nullptr) return false;
    std::optional<uint64_t> us;
    std::string written;
    if (const auto text = node->as_string()) {
        written = quoted(*text);
        us = parse_duration_us(*text);
        if (!us) {
            fault(*node,
                  node->key() + " is " + written +
                      "; a duration is a number and one of us, ms, s, m, h, d, w, as \"2s\"");
            return false;
        }
    } else if (const auto seconds = node->as_int()) {
        written = std::to_string(*seconds);
        if (*seconds >= 0 &&
            static_cast<uint64_t>(*seconds) <= std::numeric_limits<uint64_t>::max() / kSecondUs) {
            us = static_cast<uint64_t>(*seconds) * kSecondUs;
        }
    } else {
        wrong_kind(*node, "a duration as \"2s\", or an integer of seconds");
        return false;
    }
    if (!us || *us / unit_us < smallest || *us / unit_us > largest) {
        fault(*node, node->key() + " is " + written + "; it must be " +
                         bounds_text(smallest, largest, unit_us));
        return false;
    }
    if (*us % unit_us != 0) {
        fault(*node, node->key() + " is " + written + "; its smallest step is " +
                         quoted(duration_text(unit_us)));
        return false;
    }
    out = *us / unit_us;
    return true;
}

bool TableReader::read_size(std::string_view key, uint64_t& out, uint64_t largest) {
    const Node* node = child(key);
    if (node == nullptr) return false;
    std::optional<uint64_t> bytes;
    std::string written;
    if (const auto text = node->as_string()) {
        written = quoted(*text);
        bytes = parse_size_bytes(*text);
        if (!bytes) {
            fault(*node,
                  node->key() + " is " + written +
                      "; a size is a number and one of B, KiB, MiB, GiB, TiB, kB, MB, GB, TB, "
                      "as \"1 MiB\"");
            return false;
        }
    } else if (const auto value = node->as_int()) {
        written = std::to_string(*value);
        if (*value >= 0) bytes = static_cast<uint64_t>(*value);
    } else {
        wrong_kind(*node, "a size as \"1 MiB\", or an integer of bytes");
        return false;
    }
    if (!bytes || *bytes > largest) {
        fault(*node, node->key() + " is " + written + "; it must be from 0 to " +
                         std::to_string(largest) + " bytes");
        return false;
    }
    out = *bytes;
    return true;
}

std::string_view TableReader::read_choice(std::string_view key,
                                          const std::vector<std::string_view>& words) {
    const Node* node = child(key, Kind::string);
    if (node == nullptr) return {};
    const std::string_view word = *node->as_string();
    if (std::find(words.begin(), words.end(), word) != words.end()) return word;
    std::string all;
    for (const std::string_view each : words) {
        if (!all.empty()) all += each == words.back() ? " or " : ", ";
        all += quoted(each);
    }
    fault(*node,
          node->key() + " is " + quoted(word) + "; it must be " + all + did_you_mean(word, words));
    return {};
}

void TableReader::require(std::string_view key, std::string_view example) {
    known_.push_back(key);
    if (table_ == nullptr || table_->find(key) != nullptr) return;
    fault(*table_, name_ + " needs " + std::string(key) + ", as " + std::string(example));
}

void TableReader::finish() {
    if (table_ == nullptr) return;
    for (size_t i = 0; i < table_->size(); ++i) {
        const Node& node = table_->peek(i);
        if (std::find(known_.begin(), known_.end(), node.key()) != known_.end()) continue;
        node.mark_used();
        fault(node, "unknown key " + quoted(node.key()) + " in " + name_ +
                        did_you_mean(node.key(), known_));
    }
}

}  // namespace grapnel::config
