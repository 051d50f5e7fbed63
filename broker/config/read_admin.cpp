#include "config/read_admin.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "config/table_reader.h"

namespace grapnel::config {
namespace {

constexpr size_t kTokenBytesMin = 16;
constexpr size_t kTokenBytesMax = 1024;  // the headers of a request have little more room

class File {
public:
    // A pipe that nobody writes to does not hold up the start.
    explicit File(const std::string& path)
        : descriptor_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {}
    ~File() {
        if (descriptor_ >= 0) ::close(descriptor_);
    }
    File(const File&) = delete;
    File& operator=(const File&) = delete;

    int descriptor() const { return descriptor_; }

private:
    const int descriptor_;
};

// What is wrong with a token; empty: nothing. The token itself is never said.
std::string fault_of_token(std::string_view token) {
    const auto visible = [](char c) { return c > ' ' && c <= '~'; };
    if (token.empty()) return "is empty";
    if (token.size() < kTokenBytesMin)
        return "has " + std::to_string(token.size()) + " characters; it needs at least " +
               std::to_string(kTokenBytesMin);
    if (token.size() > kTokenBytesMax)
        return "has more than " + std::to_string(kTokenBytesMax) + " characters";
    if (!std::all_of(token.begin(), token.end(), visible))
        return "has blanks or characters that are no ASCII; write letters, digits and signs";
    return {};
}

std::string failure() { return std::string("cannot be read: ") + std::strerror(errno); }

// '*' alone would let in everybody whom the authority signed, which is its own to say.
void read_certificates(TableReader& table, std::vector<std::string>& out) {
    const Node* const list = table.child("certificates", Kind::array);
    if (list == nullptr) return;
    if (list->size() == 0)
        table.fault(*list, "certificates is empty; remove it, or name the clients that may");
    for (size_t i = 0; i < list->size(); ++i) {
        const Node& node = *list->at(i);
        const auto name = node.as_string();
        if (!name || name->empty() || name->find('*') < name->size() - 1)
            table.fault(node,
                        "certificates has names of client certificates, as \"ops-anna\" or "
                        "\"ops-*\", with the * at the end only");
        else
            out.emplace_back(*name);
    }
}

// Who holds the key of one token, however it was given; null: none was.
const Node* read_token(TableReader& table, const char* key, const char* file_key,
                       std::string& out) {
    const Node* const given = table.child(key, Kind::string);
    std::string path;
    table.path(file_key, path);
    const Node* const file = table.child(file_key);
    if (given != nullptr && file != nullptr) {
        table.fault(*file, std::string("[admin] has both ") + key + " and " + file_key +
                               "; remove one of them");
        return file;
    }
    if (given != nullptr) {
        const std::string why = fault_of_token(*given->as_string());
        if (why.empty())
            out = *given->as_string();
        else
            table.fault(*given, std::string(key) + " " + why);
        return given;
    }
    if (path.empty()) return file;
    std::string why;
    if (auto token = read_token_file(path, why))
        out = std::move(*token);
    else
        table.fault(*file, std::string(file_key) + " is " + quoted(path) + ", which " + why);
    return file;
}

}  // namespace

std::optional<std::string> read_token_file(const std::string& path, std::string& why) {
    const File file(path);
    struct stat status {};
    if (file.descriptor() < 0 || ::fstat(file.descriptor(), &status) != 0) {
        why = failure();
        return std::nullopt;
    }
    if (!S_ISREG(status.st_mode)) {
        why = "is no file";
        return std::nullopt;
    }
    if ((status.st_mode & (S_IROTH | S_IWOTH)) != 0) {
        why = "others may read or write; chmod o-rw it, and choose another token";
        return std::nullopt;
    }
    char text[kTokenBytesMax + 2];
    const ssize_t size = ::read(file.descriptor(), text, sizeof text);
    if (size < 0) {
        why = failure();
        return std::nullopt;
    }
    std::string_view token(text, static_cast<size_t>(size));
    if (token.ends_with('\n')) token.remove_suffix(1);
    if (token.ends_with('\r')) token.remove_suffix(1);
    why = fault_of_token(token);
    if (!why.empty()) return std::nullopt;
    return std::string(token);
}

Admin read_admin(const Node* node, Faults& faults) {
    TableReader table(node, "[admin]", faults);
    Admin out;
    out.there = node != nullptr;
    read_token(table, "token", "token_file", out.token);
    const Node* const read_node =
        read_token(table, "read_token", "read_token_file", out.read_token);
    if (!out.token.empty() && out.token == out.read_token)
        table.fault(*read_node, read_node->key() +
                                    " gives the same token as that which may do "
                                    "everything; they must differ");
    read_certificates(table, out.certificates);
    table.finish();
    return out;
}

}  // namespace grapnel::config
