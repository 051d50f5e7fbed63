#include "base/log.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <string>
#include <thread>
#include <vector>

using namespace grapnel;

namespace {

constexpr int64_t kWallMs = 1795456920123;  // 2026-11-23T18:02:00.123Z

std::string render(LogFormat format, std::string_view message, LogFields fields = {}) {
    std::string line;
    log_render(line, format, kWallMs, LogLevel::info, "server", message, fields);
    return line;
}

// What `write_records` sends to standard error.
template <typename Function>
std::string captured(Function write_records) {
    int ends[2];
    REQUIRE(pipe(ends) == 0);
    const int saved = dup(STDERR_FILENO);
    REQUIRE(dup2(ends[1], STDERR_FILENO) == STDERR_FILENO);
    write_records();
    dup2(saved, STDERR_FILENO);
    close(saved);
    close(ends[1]);
    std::string text;
    char chunk[4096];
    for (ssize_t n = 0; (n = read(ends[0], chunk, sizeof chunk)) > 0;) {
        text.append(chunk, static_cast<size_t>(n));
    }
    close(ends[0]);
    return text;
}

}  // namespace

TEST_CASE("a text record") {
    CHECK(render(LogFormat::text, "listening", {{"listener", "tcp"}, {"port", 1883}}) ==
          "2026-11-23T18:02:00.123Z info server: listening listener=tcp port=1883\n");
}

TEST_CASE("a JSON record") {
    CHECK(render(LogFormat::json, "listening", {{"listener", "tcp"}, {"up", true}, {"n", -1}}) ==
          "{\"time\":\"2026-11-23T18:02:00.123Z\",\"level\":\"info\",\"module\":\"server\","
          "\"message\":\"listening\",\"listener\":\"tcp\",\"up\":true,\"n\":-1}\n");
}

TEST_CASE("values of every kind") {
    const std::string owned = "s";
    const std::string line = render(LogFormat::text, "m",
                                    {{"a", owned},
                                     {"b", std::string_view("v")},
                                     {"c", false},
                                     {"d", UINT64_MAX},
                                     {"e", INT64_MIN},
                                     {"f", static_cast<uint8_t>(7)},
                                     {"g", static_cast<const char*>(nullptr)}});
    CHECK(
        line.find(" a=s b=v c=false d=18446744073709551615 e=-9223372036854775808 f=7 g=\"\"\n") !=
        std::string::npos);
}

TEST_CASE("text values are quoted when they need it") {
    const std::string line =
        render(LogFormat::text, "m",
               {{"a", "two words"}, {"b", ""}, {"c", "k=v"}, {"d", "say \"hi\""}, {"e", "a\\b"}});
    CHECK(line.find(R"(a="two words" b="" c="k=v" d="say \"hi\"" e="a\\b")") != std::string::npos);
}

TEST_CASE("no input makes a second line or an escape sequence") {
    const std::string hostile("x\ny\r\t\x1b[31m\0\x7f\xc2\x85\xe2\x80\xa8\xff", 19);
    for (const LogFormat format : {LogFormat::text, LogFormat::json}) {
        const std::string line = render(format, hostile, {{"key", hostile}});
        CHECK(line.find('\n') == line.size() - 1);
        for (const char c : line.substr(0, line.size() - 1)) {
            CHECK(static_cast<unsigned char>(c) >= 0x20);
            CHECK(static_cast<unsigned char>(c) < 0x7F);
        }
    }
}

TEST_CASE("UTF-8 passes, anything else is escaped") {
    CHECK(render(LogFormat::text, "Grüße €😀").find("Grüße €😀\n") != std::string::npos);
    CHECK(render(LogFormat::json, "\xc0\xaf").find(R"("\ufffd\ufffd")") != std::string::npos);
    CHECK(render(LogFormat::json, "\xed\xa0\x80").find(R"("\ufffd\ufffd\ufffd")") !=
          std::string::npos);
    CHECK(render(LogFormat::text, "cut\xe2\x82").find(R"(cut\xe2\x82)") != std::string::npos);
}

TEST_CASE("levels below the configured one are not written") {
    log_configure(LogLevel::warn, LogFormat::text);
    const std::string text = captured([] {
        log_debug("m", "one");
        log_info("m", "two");
        log_warn("m", "three");
        log_error("m", "four");
    });
    log_configure(LogLevel::info, LogFormat::text);
    CHECK(text.find("one") == std::string::npos);
    CHECK(text.find("two") == std::string::npos);
    CHECK(text.find("warn m: three\n") != std::string::npos);
    CHECK(text.find("error m: four\n") != std::string::npos);
}

TEST_CASE("records of many threads do not mix") {
    const std::string text = captured([] {
        std::vector<std::thread> threads;
        for (int i = 0; i < 4; ++i) {
            threads.emplace_back([] {
                for (int n = 0; n < 50; ++n) log_info("m", "0123456789");
            });
        }
        for (std::thread& thread : threads) thread.join();
    });
    size_t lines = 0;
    size_t start = 0;
    for (size_t end = 0; (end = text.find('\n', start)) != std::string::npos; start = end + 1) {
        CHECK(text.substr(start, end - start).ends_with("Z info m: 0123456789"));
        ++lines;
    }
    CHECK(lines == 200);
}

namespace {

void keep(void* lines, LogLevel level, std::string_view line) {
    CHECK(level != LogLevel::info);
    static_cast<std::vector<std::string>*>(lines)->emplace_back(line);
}

}  // namespace

TEST_CASE("a thread that is bound to a target writes there") {
    std::vector<std::string> lines;
    LogTarget target(keep, &lines);
    const std::string elsewhere = captured([&] {
        {
            const LogBinding binding(target);
            CHECK(&log_target() == &target);
            log_warn("m", "here", {{"n", 1}});
            std::thread([] { log_warn("m", "another thread"); }).join();
        }
        log_warn("m", "there");
    });
    REQUIRE(lines.size() == 1);
    CHECK(lines[0].ends_with("Z warn m: here n=1"));
    CHECK(elsewhere.find("m: another thread\n") != std::string::npos);
    CHECK(elsewhere.find("m: there\n") != std::string::npos);
    CHECK(elsewhere.find("here n=1") == std::string::npos);
}

TEST_CASE("targets have levels and formats of their own") {
    std::vector<std::string> lines;
    CHECK_FALSE(log_enabled(LogLevel::debug));
    {
        LogTarget target(keep, &lines);
        target.configure(LogLevel::debug, LogFormat::json);
        CHECK(log_enabled(LogLevel::debug));  // somebody wants it
        CHECK(captured([] { log_debug("m", "not for the process"); }).empty());
        const LogBinding binding(target);
        log_debug("m", "for the target");
        log_configure(LogLevel::error, LogFormat::text);
        log_warn("m", "too quiet now");
        CHECK(target.level() == LogLevel::error);
    }
    CHECK_FALSE(log_enabled(LogLevel::debug));
    CHECK(log_enabled(LogLevel::info));
    REQUIRE(lines.size() == 1);
    CHECK(lines[0].find("for the target") != std::string::npos);
}

TEST_CASE("a muted target drops what comes") {
    std::vector<std::string> lines;
    LogTarget target(keep, &lines);
    target.mute();
    const LogBinding binding(target);
    log_error("m", "lost");
    CHECK(lines.empty());
}

TEST_CASE("a tap gets what the target takes, as text without time, level and module") {
    struct Tap final : LogTap {
        void take(int64_t wall_ms, LogLevel level, std::string_view module,
                  std::string_view text) override {
            if (throws) throw 1;
            taken += std::string(name_of(level)) + " " + std::string(module) + ": " +
                     std::string(text) + (wall_ms > kWallMs / 2 ? "\n" : "?");
        }
        std::string taken;
        bool throws = false;
    } tap;
    LogTarget target([](void*, LogLevel, std::string_view) {});
    target.configure(LogLevel::info, LogFormat::json);
    target.write(LogLevel::warn, "m", "before", {});
    target.tap(&tap);
    target.write(LogLevel::warn, "m", "a\nb", {{"key", "two words"}, {"n", 1}});
    target.write(LogLevel::debug, "m", "too low", {});
    target.set_level(LogLevel::debug);
    CHECK(target.level() == LogLevel::debug);
    target.write(LogLevel::debug, "m", "low", {});
    tap.throws = true;
    target.write(LogLevel::warn, "m", "lost", {});
    target.tap(nullptr);
    target.write(LogLevel::warn, "m", "behind", {});
    CHECK(tap.taken == "warn m: a\\nb key=\"two words\" n=1\ndebug m: low\n");
}
