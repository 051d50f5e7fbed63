// The writer thread of the example: what loop_stop waits for.

#include <doctest/doctest.h>
#include <stdlib.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <grapnel/testing.hpp>
#include <string>
#include <thread>
#include <vector>

using gn::testing::FakeHost;
using gn::testing::FakeNode;
using gn::testing::FakePacket;
using gn::testing::FakePlugin;

namespace {

struct Fixture {
    Fixture() {
        std::string name = (std::filesystem::temp_directory_path() / "grapnel-XXXXXX").string();
        folder = ::mkdtemp(name.data());
    }
    ~Fixture() { std::filesystem::remove_all(folder); }

    FakeNode config() const {
        return FakeNode::Table{{"file", (folder / "archive").string()},
                               {"filters", std::vector<FakeNode>{FakeNode("kept/#")}}};
    }
    std::size_t lines() const {
        std::ifstream file(folder / "archive");
        std::size_t count = 0;
        for (std::string line; std::getline(file, line);) ++count;
        return count;
    }

    std::filesystem::path folder;
    FakeHost host;
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "all that was published is written before the loop may go") {
    constexpr std::size_t kThreads = 4;
    constexpr std::size_t kMessages = 2000;
    const FakeNode settings = config();
    FakePlugin plugin(gn_plugin_entry, host, settings);
    const gn_call call = *plugin.call();
    std::vector<std::thread> threads;
    for (std::size_t thread = 0; thread < kThreads; ++thread) {
        threads.emplace_back([&plugin, call] {
            gn_call own = call;
            FakePacket kept(3);
            kept.topic = "kept/a";
            FakePacket other(3);
            other.topic = "other/a";
            for (std::size_t sent = 0; sent < kMessages; ++sent) {
                plugin.hooks().on_published(&own, nullptr, kept.raw());
                plugin.hooks().on_published(&own, nullptr, other.raw());
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    const gn_ticket stopped = plugin.stop();
    REQUIRE(
        host.wait_until([&] { return host.answers.contains(stopped); }, std::chrono::seconds(60)));
    CHECK(host.answers.at(stopped) == GN_OK);
    CHECK(lines() == kThreads * kMessages);
}

TEST_CASE_FIXTURE(Fixture, "a file that cannot be opened is a fault of the settings") {
    FakeNode settings = FakeNode::Table{{"file", (folder / "no" / "archive").string()}};
    CHECK_THROWS(FakePlugin(gn_plugin_entry, host, settings));
    CHECK(host.failure.starts_with("cannot open "));
}
