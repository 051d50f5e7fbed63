#include "config/fault.h"

#include <algorithm>
#include <cstdio>
#include <numeric>
#include <tuple>
#include <utility>

namespace grapnel::config {
namespace {

constexpr size_t kQuotedBytesMax = 80;
constexpr size_t kWordBytesMax = 64;

std::string folded(std::string_view word) {
    std::string out(word);
    for (char& c : out) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
        if (c == '-' || c == '.' || c == ' ') c = '_';
    }
    return out;
}

// Insertions, deletions, replacements and swaps of neighbours that turn `a` into `b`.
size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<size_t> before(b.size() + 1);
    std::vector<size_t> above(b.size() + 1);
    std::vector<size_t> row(b.size() + 1);
    std::iota(above.begin(), above.end(), size_t{0});
    for (size_t i = 1; i <= a.size(); ++i) {
        row[0] = i;
        for (size_t j = 1; j <= b.size(); ++j) {
            const size_t replace = above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            row[j] = std::min({above[j] + 1, row[j - 1] + 1, replace});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                row[j] = std::min(row[j], before[j - 2] + 1);
            }
        }
        std::swap(before, above);
        std::swap(above, row);
    }
    return above[b.size()];
}

}  // namespace

void add_fault(Faults& faults, Where where, std::string text) {
    faults.push_back(Fault{std::move(where), std::move(text)});
}

void sort_faults(Faults& faults) {
    const auto before = [](const Fault& left, const Fault& right) {
        static const std::string kNoFile;
        const std::string& left_file = left.where.file ? *left.where.file : kNoFile;
        const std::string& right_file = right.where.file ? *right.where.file : kNoFile;
        return std::tie(left_file, left.where.line, left.where.column) <
               std::tie(right_file, right.where.line, right.where.column);
    };
    std::stable_sort(faults.begin(), faults.end(), before);
}

std::string quoted(std::string_view text) {
    std::string out = "\"";
    for (const char c : text.substr(0, kQuotedBytesMax)) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x20 || byte == 0x7F) {
            char escape[8];
            std::snprintf(escape, sizeof escape, "\\x%02x", byte);
            out += escape;
        } else {
            out += c;
        }
    }
    if (text.size() > kQuotedBytesMax) out += "…";
    out += '"';
    return out;
}

std::string did_you_mean(std::string_view word, const std::vector<std::string_view>& candidates) {
    if (word.size() > kWordBytesMax) return {};
    const std::string wanted = folded(word);
    std::string_view best;
    size_t best_distance = std::max<size_t>(1, word.size() / 3) + 1;
    for (const std::string_view candidate : candidates) {
        const size_t distance = edit_distance(wanted, folded(candidate));
        if (distance < best_distance) {
            best_distance = distance;
            best = candidate;
        }
    }
    if (best.empty()) return {};
    return "; did you mean " + quoted(best) + "?";
}

}  // namespace grapnel::config
