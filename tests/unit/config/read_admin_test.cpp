#include "config/read_admin.h"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>

#include "config/admin.h"
#include "config/text_config.h"

using namespace grapnel::config;

namespace {

// A file that goes with it.
class TokenFile {
public:
    explicit TokenFile(const std::string& text, mode_t mode = 0600) {
        const int descriptor = ::mkstemp(path_);
        REQUIRE(descriptor >= 0);
        ::close(descriptor);
        std::ofstream(path_) << text;
        REQUIRE(::chmod(path_, mode) == 0);
    }
    ~TokenFile() { ::unlink(path_); }
    TokenFile(const TokenFile&) = delete;
    TokenFile& operator=(const TokenFile&) = delete;

    std::string path() const { return path_; }

private:
    char path_[32] = "/tmp/grapnel-token-XXXXXX";
};

std::string faults_of(const std::string& admin) { return TextConfig("[admin]\n" + admin).lines(); }

std::string why_not(const TokenFile& file) {
    std::string why;
    CHECK_FALSE(read_token_file(file.path(), why));
    return why;
}

constexpr const char* kToken = "0123456789abcdef";
constexpr const char* kOther = "fedcba9876543210";

}  // namespace

TEST_CASE("without [admin] nobody may use the API") {
    const TextConfig read("");
    CHECK_FALSE(read.config.admin.there);
    CHECK_FALSE(read.config.admin.enabled());
    CHECK_FALSE(TextConfig("[admin]\n").config.admin.enabled());
    CHECK(TextConfig("[admin]\n").config.admin.there);
}

TEST_CASE("names of certificates that may") {
    constexpr const char* kListener =
        "[[listener]]\nid = \"h\"\ntype = \"http\"\naddress = \"127.0.0.1:0\"\n";
    const std::string verifying =
        std::string(kListener) +
        "tls = { cert = \"a\", key = \"b\", ca = \"c\", verify = \"required\" }\n";
    const TextConfig read("[admin]\ncertificates = [\"anna\", \"ops-*\"]\n" + verifying);
    CHECK(read.lines() == "");
    CHECK(read.config.admin.certificates == std::vector<std::string>{"anna", "ops-*"});
    CHECK(read.config.admin.enabled());
    for (const char* wrong : {"[]", "[\"\"]", "[\"a*b\"]", "[\"**\"]", "[1]", "\"anna\""})
        CHECK_MESSAGE(TextConfig("[admin]\ncertificates = " + std::string(wrong) + "\n" + verifying)
                              .lines() != "",
                      wrong);
    const std::string lonely =
        TextConfig("[admin]\ncertificates = [\"anna\"]\n" + std::string(kListener)).lines();
    CHECK_MESSAGE(lonely.find("certificates needs an http listener") != std::string::npos, lonely);
}

TEST_CASE("tokens stand in the file, or in files of their own") {
    const TokenFile file(std::string(kOther) + "\n");
    const TextConfig read(std::string("[admin]\ntoken = \"") + kToken + "\"\nread_token_file = \"" +
                          file.path() + "\"\n");
    CHECK(read.lines().empty());
    CHECK(read.config.admin.token == kToken);
    CHECK(read.config.admin.read_token == kOther);
    CHECK(read.config.admin.enabled());
}

TEST_CASE("faults of tokens are told where they stand, without the token") {
    CHECK(faults_of("token = \"short-secret\"\n") ==
          "a.toml:2:1: token has 12 characters; it needs at least 16\n");
    CHECK(faults_of("token = \"\"\n") == "a.toml:2:1: token is empty\n");
    CHECK(faults_of("read_token = \"a secret with blanks\"\n") ==
          "a.toml:2:1: read_token has blanks or characters that are no ASCII; write letters, "
          "digits and signs\n");
    CHECK(faults_of("token = \"" + std::string(1025, 'x') + "\"\n") ==
          "a.toml:2:1: token has more than 1024 characters\n");
    CHECK(faults_of("token = \"0123456789abcdef\"\ntoken_file = \"x\"\n") ==
          "a.toml:3:1: [admin] has both token and token_file; remove one of them\n");
    CHECK(faults_of("token = \"0123456789abcdef\"\nread_token = \"0123456789abcdef\"\n") ==
          "a.toml:3:1: read_token gives the same token as that which may do everything; they must "
          "differ\n");
    CHECK(faults_of("token_file = \"/nonexistent\"\n") ==
          "a.toml:2:1: token_file is \"/nonexistent\", which cannot be read: No such file or "
          "directory\n");
    CHECK(faults_of("tokens = 1\n").starts_with("a.toml:2:"));
}

TEST_CASE("a token file holds one line that others cannot see") {
    std::string why;
    CHECK(read_token_file(TokenFile(kToken).path(), why) == std::string(kToken));
    CHECK(read_token_file(TokenFile(std::string(kToken) + "\r\n", 0640).path(), why) ==
          std::string(kToken));
    CHECK(why_not(TokenFile("")) == "is empty");
    CHECK(why_not(TokenFile("\n")) == "is empty");
    CHECK(why_not(TokenFile("short\n")).starts_with("has 5 characters"));
    CHECK(why_not(TokenFile(std::string(kToken) + "\n" + kOther + "\n")).starts_with("has blanks"));
    CHECK(why_not(TokenFile(std::string(5000, 'x'))).starts_with("has more than"));
    for (const mode_t mode : {0604U, 0606U, 0602U})
        CHECK(why_not(TokenFile(kToken, mode)).starts_with("others may read or write"));
    CHECK_FALSE(read_token_file("/tmp", why));
    CHECK(why == "is no file");
}

TEST_CASE("a listener is told whether it serves the operator") {
    const std::string admin = std::string("[admin]\ntoken = \"") + kToken + "\"\n";
    const auto serves = [&](const std::string& listener) {
        const TextConfig read(admin + "[[listener]]\nid = \"x\"\n" + listener);
        CHECK(read.lines().empty());
        return serves_admin(read.config, read.config.listeners[0]);
    };
    CHECK(serves("type = \"http\"\naddress = \"127.0.0.1:0\"\n"));
    CHECK(serves("type = \"http\"\naddress = \"[::1]:0\"\n"));
    CHECK(serves("type = \"http\"\naddress = \"0.0.0.0:0\"\nadmin = true\n"));
    CHECK_FALSE(serves("type = \"http\"\naddress = \"127.0.0.1:0\"\nadmin = false\n"));
    CHECK_FALSE(serves("type = \"http\"\naddress = \"0.0.0.0:0\"\n"));
    CHECK_FALSE(serves("type = \"http\"\naddress = \"127.example.com:0\"\n"));
    CHECK_FALSE(serves("type = \"tcp\"\naddress = \"127.0.0.1:0\"\n"));
}

TEST_CASE("admin at a listener needs [admin], and HTTP") {
    CHECK(TextConfig("[[listener]]\nid = \"x\"\ntype = \"http\"\naddress = \"127.0.0.1:0\"\n"
                     "admin = true\n")
              .lines() ==
          "a.toml:5:1: admin is true, and there is no [admin] that says who may use it\n");
    CHECK(TextConfig("[[listener]]\nid = \"x\"\ntype = \"tcp\"\naddress = \"127.0.0.1:0\"\n"
                     "admin = false\n")
              .lines() == "a.toml:5:1: admin is for listeners of type \"http\"; remove it\n");
}
