#include "ctl/table.h"

#include <algorithm>
#include <utility>

#include "base/assert.h"
#include "ctl/printable.h"

namespace grapnel::ctl {
namespace {

constexpr std::string_view kGap = "  ";

std::string padding(size_t columns, size_t wanted) {
    return std::string(wanted > columns ? wanted - columns : 0, ' ');
}

}  // namespace

Table::Table(std::vector<std::string> titles) : titles_(std::move(titles)) {
    for (std::string& title : titles_) {
        to_right_.push_back(title.starts_with('>'));
        if (to_right_.back()) title.erase(0, 1);
    }
}

void Table::add(std::vector<std::string> cells) {
    GN_ASSERT(cells.size() == titles_.size());
    for (std::string& cell : cells) cell = cell.empty() ? "-" : printable(cell);
    rows_.push_back(std::move(cells));
}

std::string Table::text(const TableStyle& style) const {
    std::vector<std::vector<std::string>> rows = rows_;
    if (style.cell_columns_most != 0)
        for (auto& row : rows)
            for (std::string& cell : row) cell = cut(cell, style.cell_columns_most);
    std::vector<size_t> widths;
    for (size_t i = 0; i < titles_.size(); ++i) {
        widths.push_back(columns_of(titles_[i]));
        for (const auto& row : rows) widths[i] = std::max(widths[i], columns_of(row[i]));
    }
    const auto line = [&](const std::vector<std::string>& cells) {
        std::string out;
        for (size_t i = 0; i < cells.size(); ++i) {
            const std::string space = padding(columns_of(cells[i]), widths[i]);
            if (i != 0) out += kGap;
            out += to_right_[i] ? space + cells[i] : cells[i] + space;
        }
        out.erase(out.find_last_not_of(' ') + 1);
        return out;
    };
    std::string out = line(titles_);
    if (style.bold_titles) out = "\x1b[1m" + out + "\x1b[0m";
    out += '\n';
    for (const auto& row : rows) out += line(row) + '\n';
    return out;
}

void Sheet::add(std::string name, const std::string& value) {
    lines_.emplace_back(std::move(name), value.empty() ? "-" : printable(value));
}

std::string Sheet::text() const {
    size_t width = 0;
    for (const auto& [name, value] : lines_) width = std::max(width, columns_of(name));
    std::string out;
    for (const auto& [name, value] : lines_)
        out.append(name).append(padding(columns_of(name), width)).append(kGap).append(value) +=
            '\n';
    return out;
}

}  // namespace grapnel::ctl
