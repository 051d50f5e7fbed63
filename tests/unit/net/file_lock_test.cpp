#include "net/file_lock.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

using namespace grapnel;

namespace {

struct Folder {
    Folder() {
        char text[] = "/tmp/grapnel-lock-XXXXXX";
        REQUIRE(::mkdtemp(text) != nullptr);
        path = text;
    }
    ~Folder() { std::filesystem::remove_all(path); }
    std::string path;
    std::string file() const { return path + "/a.lock"; }
};

std::string refusal(const std::string& path) {
    const auto lock = FileLock::take(path);
    REQUIRE_FALSE(lock);
    return lock.error().text;
}

}  // namespace

TEST_CASE("a lock is a file that nobody else may open, and goes with it") {
    const Folder folder;
    {
        const auto lock = FileLock::take(folder.file());
        REQUIRE(lock);
        struct stat status {};
        REQUIRE(::lstat(folder.file().c_str(), &status) == 0);
        CHECK((status.st_mode & 07177) == 0);
    }
    CHECK_FALSE(std::filesystem::exists(folder.file()));
}

TEST_CASE("one that a crash left behind is taken") {
    const Folder folder;
    ::close(::open(folder.file().c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    CHECK(FileLock::take(folder.file()));
}

TEST_CASE("one has it at a time, whoever removes and makes the file meanwhile") {
    const Folder folder;
    std::atomic<int> inside{0}, taken{0}, together{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i)
        threads.emplace_back([&] {
            for (int round = 0; round < 50; ++round) {
                const auto lock = FileLock::take(folder.file());
                if (!lock) continue;
                if (inside.fetch_add(1) != 0) ++together;
                ++taken;
                inside.fetch_sub(1);
            }
        });
    for (std::thread& thread : threads) thread.join();
    CHECK(together == 0);
    CHECK(taken > 0);
    CHECK_FALSE(std::filesystem::exists(folder.file()));
}

TEST_CASE("one that is never let go is waited for as long as was said") {
    const Folder folder;
    const int kept = ::open(folder.file().c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    REQUIRE(::flock(kept, LOCK_EX) == 0);
    CHECK(refusal(folder.file()) ==
          "another process holds " + folder.file() + ": end it, or wait until it is done");
    ::close(kept);
    CHECK(FileLock::take(folder.file()));
}

TEST_CASE("what somebody else could hold, and what is no file, is refused with words") {
    const Folder folder;
    const std::string foreign = folder.file() + " is not a file of this user alone: remove it";
    SUBCASE("of a wider mode") {
        ::close(::open(folder.file().c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
        REQUIRE(::chmod(folder.file().c_str(), 0640) == 0);
        CHECK(refusal(folder.file()) == foreign);
    }
    SUBCASE("a pipe") {
        REQUIRE(::mkfifo(folder.file().c_str(), 0600) == 0);
        CHECK(refusal(folder.file()) == foreign);
    }
    SUBCASE("a link") {
        std::filesystem::create_symlink(folder.path + "/elsewhere", folder.file());
        CHECK(refusal(folder.file()).starts_with("cannot make the lock file " + folder.file()));
        CHECK_FALSE(std::filesystem::exists(folder.path + "/elsewhere"));
    }
    SUBCASE("of another user") {
        if (::geteuid() != 0) return;
        ::close(::open(folder.file().c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
        REQUIRE(::chown(folder.file().c_str(), 12345, 12345) == 0);
        CHECK(refusal(folder.file()) == foreign);
    }
    SUBCASE("in no folder") {
        CHECK(refusal(folder.path + "/absent/a.lock") ==
              "cannot make the lock file " + folder.path +
                  "/absent/a.lock: No such file or directory");
    }
}
