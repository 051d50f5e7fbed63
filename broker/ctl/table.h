#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace grapnel::ctl {

// How a table is drawn.
struct TableStyle {
    bool bold_titles = false;
    size_t cell_columns_most = 0;  // longer cells are cut; 0 = none
};

// Rows below titles, in columns that are as wide as their widest cell. Cells are made printable;
// one that is empty is drawn as "-".
class Table {
public:
    // A title that begins with '>' (left out) has its column aligned to the right.
    explicit Table(std::vector<std::string> titles);

    // As many cells as titles.
    void add(std::vector<std::string> cells);
    bool empty() const { return rows_.empty(); }

    std::string text(const TableStyle& style) const;

private:
    std::vector<std::string> titles_;
    std::vector<bool> to_right_;
    std::vector<std::vector<std::string>> rows_;
};

// Names with their values, a line each, the values below each other.
class Sheet {
public:
    void add(std::string name, const std::string& value);

    std::string text() const;

private:
    std::vector<std::pair<std::string, std::string>> lines_;
};

}  // namespace grapnel::ctl
