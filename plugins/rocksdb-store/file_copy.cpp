#include "file_copy.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <vector>

namespace grapnel::rocks {

namespace fs = std::filesystem;

void copy_files(const std::string& from, const std::string& to,
                const std::function<bool(const std::string& name)>& chosen) {
    fs::remove_all(to);
    if (::mkdir(to.c_str(), 0700) != 0)
        throw std::runtime_error(to + " cannot be made: " + std::strerror(errno));
    for (const auto& entry : fs::directory_iterator(from)) {
        const std::string name = entry.path().filename();
        if (!entry.is_regular_file() || !chosen(name)) continue;
        const std::string copy = to + '/' + name;
        if (name.ends_with(".sst") && ::link(entry.path().c_str(), copy.c_str()) == 0) continue;
        fs::copy_file(entry.path(), copy);
    }
}

void complete_current(const std::string& path) {
    const std::string current = path + "/CURRENT";
    std::string named;
    std::getline(std::ifstream(current), named);
    if (!named.empty() && fs::exists(path + '/' + named)) return;
    std::vector<std::string> manifests;
    for (const auto& entry : fs::directory_iterator(path)) {
        std::string name = entry.path().filename();
        if (name.starts_with("MANIFEST-")) manifests.push_back(std::move(name));
    }
    if (manifests.size() != 1) return;
    std::ofstream out(current);
    out << manifests.front() << '\n';
    if (!out.flush()) throw std::runtime_error(current + " cannot be written");
}

}  // namespace grapnel::rocks
