#include "hooks/library_file.h"

#include <doctest/doctest.h>
#include <sys/fsuid.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include "fixture.h"

using namespace grapnel;

namespace {

constexpr uid_t kNobody = 65534;

// A file in a folder that everybody may look into.
class TestFile {
public:
    TestFile() {
        folder_ = mkdtemp(name_);
        chmod(folder_.c_str(), 0755);
        std::FILE* file = std::fopen(path().c_str(), "w");
        std::fputs("text", file);
        std::fclose(file);
    }
    ~TestFile() {
        unlink(path().c_str());
        rmdir(folder_.c_str());
    }
    std::string path() const { return folder_ + "/x.so"; }

private:
    char name_[32] = "/tmp/grapnel-library-XXXXXX";
    std::string folder_;
};

}  // namespace

TEST_CASE("a good library has no fault") {
    CHECK(library_fault(test_plugin_folder() + "/picker.so").empty());
}

TEST_CASE("what may not be read is said to be so") {
    const TestFile file;
    chmod(file.path().c_str(), 0);
    const auto before = static_cast<uid_t>(setfsuid(kNobody));  // root may read everything
    const std::string fault = library_fault(file.path());
    setfsuid(before);
    CHECK(fault == "cannot be read: Permission denied; let the user of the broker read it");
}

TEST_CASE("a folder that may not be looked into") {
    const TestFile file;
    const std::string folder = file.path().substr(0, file.path().rfind('/'));
    chmod(folder.c_str(), 0);
    const auto before = static_cast<uid_t>(setfsuid(kNobody));
    const std::string fault = library_fault(file.path());
    setfsuid(before);
    chmod(folder.c_str(), 0755);
    CHECK(fault == "cannot be looked at: Permission denied");
}

TEST_CASE("what the loader says does not name the file twice, and ends with what to do") {
    CHECK(loader_fault("/x.so", "/x.so: undefined symbol: f") ==
          "cannot be loaded: undefined symbol: f; the plugin is not linked with what defines it, "
          "or with another version");
    CHECK(loader_fault("/x.so", "l.so: cannot open shared object file: No such file") ==
          "cannot be loaded: l.so: cannot open shared object file: No such file; the plugin needs "
          "that library: install it");
    CHECK(loader_fault("/x.so", nullptr) == "cannot be loaded: no reason given");
}
