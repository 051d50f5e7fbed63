#include "config/load.h"

#include <glob.h>

#include <toml++/toml.h>
#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <memory>
#include <optional>
#include <set>
#include <sstream>

namespace grapnel::config {
namespace {

constexpr size_t kFileBytesMax = 16U << 20U;

using FileName = std::shared_ptr<const std::string>;

Where where_of(const toml::source_region& region, const FileName& file) {
    return {file, region.begin.line, region.begin.column};
}

// Turns toml++ nodes into ours, keys in the order of the file.
class Converter {
public:
    Converter(Tree& tree, FileName file) : tree_(tree), file_(std::move(file)) {}

    void table(const toml::table& from, Node& to) {
        std::vector<std::pair<const toml::key*, const toml::node*>> entries;
        for (auto&& [key, value] : from) entries.emplace_back(&key, &value);
        std::sort(entries.begin(), entries.end(), [](const auto& left, const auto& right) {
            return left.first->source().begin < right.first->source().begin;
        });
        for (const auto& [key, value] : entries) {
            to.append(node(*value, std::string(key->str()), where_of(key->source(), file_)));
        }
    }

private:
    Node* node(const toml::node& from, std::string key, const Where& where) {
        Node* to = tree_.make(Kind::none, std::move(key), where);
        if (const toml::table* table_value = from.as_table()) {
            to->set_table();
            table(*table_value, *to);
        } else if (const toml::array* array_value = from.as_array()) {
            to->set_array();
            for (const toml::node& element : *array_value) {
                to->append(node(element, {}, where_of(element.source(), file_)));
            }
        } else if (const auto* text = from.as_string()) {
            to->set_string(text->get());
        } else if (const auto* integer = from.as_integer()) {
            to->set_int(integer->get());
        } else if (const auto* floating = from.as_floating_point()) {
            to->set_double(floating->get());
        } else if (const auto* boolean = from.as_boolean()) {
            to->set_bool(boolean->get());
        } else {
            to->set_string(date_text(from));
        }
        return to;
    }

    // Dates and times have no kind of their own: they are given as they are written.
    static std::string date_text(const toml::node& from) {
        std::ostringstream out;
        if (const auto* date = from.as_date()) out << date->get();
        if (const auto* time = from.as_time()) out << time->get();
        if (const auto* date_time = from.as_date_time()) out << date_time->get();
        return out.str();
    }

    Tree& tree_;
    FileName file_;
};

void parse_into(std::string_view text, const FileName& file, Tree& tree, Node& root,
                Faults& faults) {
    try {
        const toml::table table = toml::parse(text, std::string_view(*file));
        Converter(tree, file).table(table, root);
    } catch (const toml::parse_error& error) {
        add_fault(faults, where_of(error.source(), file), std::string(error.description()));
    } catch (const std::exception& error) {
        add_fault(faults, {file, 0, 0}, error.what());
    }
}

std::optional<std::string> read_whole(const std::string& path, std::string& failure) {
    const std::unique_ptr<FILE, int (*)(FILE*)> file(std::fopen(path.c_str(), "rbe"), std::fclose);
    if (!file) {
        failure = std::string("cannot be opened: ") + std::strerror(errno);
        return std::nullopt;
    }
    std::string text;
    char chunk[16384];
    size_t count = 0;
    while ((count = std::fread(chunk, 1, sizeof chunk, file.get())) > 0) {
        text.append(chunk, count);
        if (text.size() > kFileBytesMax) {
            failure = "is larger than 16 MiB";
            return std::nullopt;
        }
    }
    if (std::ferror(file.get()) != 0) {
        failure = std::string("cannot be read: ") + std::strerror(errno);
        return std::nullopt;
    }
    return text;
}

bool is_appended(const Node& parent, const Node& child) {
    return parent.key().empty() && child.kind() == Kind::array &&
           (child.key() == "listener" || child.key() == "plugin");
}

Node* child_named(Node& parent, std::string_view key) {
    for (size_t i = 0; i < parent.size(); ++i) {
        Node& child = parent.peek(i);
        if (child.key() == key) return &child;
    }
    return nullptr;
}

// Moves the children of `from` under `to`; both are tables.
void merge(Node& from, Node& to, Faults& faults) {
    for (size_t i = 0; i < from.size(); ++i) {
        Node& child = from.peek(i);
        if (to.key().empty() && child.key() == "include") continue;
        Node* present = child_named(to, child.key());
        if (present == nullptr) {
            to.append(&child);
        } else if (present->kind() == Kind::table && child.kind() == Kind::table) {
            merge(child, *present, faults);
        } else if (is_appended(to, *present) && is_appended(from, child)) {
            for (size_t j = 0; j < child.size(); ++j) present->append(&child.peek(j));
        } else {
            add_fault(faults, child.where(),
                      child.key() + " is set twice; it is set at " + present->where().text() +
                          " too, remove one of them");
        }
    }
}

std::string identity(const std::string& path) {
    const std::unique_ptr<char, void (*)(void*)> real(::realpath(path.c_str(), nullptr), std::free);
    return real ? std::string(real.get()) : path;
}

// The folder of a file with a slash at its end, escaped for glob(3); empty for the current one.
std::string folder_pattern(const std::string& file) {
    std::string out;
    const size_t slash = file.rfind('/');
    if (slash == std::string::npos) return out;
    for (const char c : file.substr(0, slash + 1)) {
        if (std::strchr("*?[\\", c) != nullptr) out += '\\';
        out += c;
    }
    return out;
}

// The files that one element of `include` names, in lexical order. A pattern may match nothing, a
// plain name may not.
std::vector<std::string> included_files(const Node& element, Faults& faults) {
    const std::string_view pattern = element.as_string().value_or("");
    if (pattern.empty() || pattern.find('\0') != std::string_view::npos) {
        add_fault(faults, element.where(), "an element of include must be a path or a pattern");
        return {};
    }
    std::string full = pattern.front() == '/' ? "" : folder_pattern(*element.where().file);
    full += pattern;
    std::vector<std::string> out;
    glob_t found{};
    const int status = ::glob(full.c_str(), GLOB_NOSORT, nullptr, &found);
    if (status == 0) {
        for (size_t i = 0; i < found.gl_pathc; ++i) out.emplace_back(found.gl_pathv[i]);
    } else if (status != GLOB_NOMATCH || pattern.find_first_of("*?[") == std::string_view::npos) {
        add_fault(faults, element.where(), quoted(pattern) + " names no readable file");
    }
    ::globfree(&found);
    std::sort(out.begin(), out.end());
    return out;
}

void load_included(const std::string& path, const Where& from, Tree& tree, Faults& faults) {
    std::string failure;
    const auto text = read_whole(path, failure);
    if (!text) {
        add_fault(faults, from, "the included file " + quoted(path) + " " + failure);
        return;
    }
    const auto file = std::make_shared<const std::string>(path);
    Node* root = tree.make(Kind::table, {}, {file, 0, 0});
    parse_into(*text, file, tree, *root, faults);
    if (const Node* nested = root->find("include")) {
        add_fault(faults, nested->where(),
                  "an included file cannot include others; name them in " + quoted(*from.file));
    }
    merge(*root, tree.root(), faults);
}

void load_includes(const std::string& path, Tree& tree, Faults& faults) {
    const Node* include = tree.root().find("include");
    if (include == nullptr) return;
    if (include->kind() != Kind::array) {
        faults.push_back(
            {include->where(), "include must be an array of paths, as [\"conf.d/*.toml\"]"});
        return;
    }
    std::set<std::string> seen = {identity(path)};
    for (size_t i = 0; i < include->size(); ++i) {
        const Node& element = *include->at(i);
        for (const std::string& file : included_files(element, faults)) {
            if (seen.insert(identity(file)).second) {
                load_included(file, element.where(), tree, faults);
            }
        }
    }
}

}  // namespace

void load_text(std::string_view text, const std::string& name, Tree& tree, Faults& faults) {
    const auto file = std::make_shared<const std::string>(name);
    tree.root().set_where({file, 0, 0});
    parse_into(text, file, tree, tree.root(), faults);
}

void load_file(const std::string& path, Tree& tree, Faults& faults) {
    std::string failure;
    const auto text = read_whole(path, failure);
    if (!text) {
        add_fault(faults, {std::make_shared<const std::string>(path), 0, 0}, failure);
        return;
    }
    load_text(*text, path, tree, faults);
    load_includes(path, tree, faults);
}

}  // namespace grapnel::config
