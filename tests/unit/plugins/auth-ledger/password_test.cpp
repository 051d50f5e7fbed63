#include "password.h"

#include <doctest/doctest.h>

#include <string>

using grapnel::ledger::hash_password;
using grapnel::ledger::parse_password_hash;
using grapnel::ledger::PasswordHash;
using grapnel::ledger::verify_password;

namespace {

bool verifies(std::string_view stored, std::string_view password) {
    std::string why;
    const auto hash = parse_password_hash(stored, why);
    REQUIRE_MESSAGE(hash.has_value(), stored, ": ", why);
    return verify_password(*hash, password);
}

std::string fault_of(std::string_view stored) {
    std::string why;
    CHECK_FALSE_MESSAGE(parse_password_hash(stored, why).has_value(), stored);
    return why;
}

}  // namespace

TEST_CASE("a new hash verifies its password and no other") {
    const auto stored = hash_password("melon");
    REQUIRE(stored.has_value());
    CHECK(stored->starts_with("$scrypt$ln=14,r=8,p=1$"));
    CHECK(verifies(*stored, "melon"));
    CHECK_FALSE(verifies(*stored, "Melon"));
    CHECK_FALSE(verifies(*stored, ""));
    CHECK_FALSE(verifies(*stored, {}));
}

TEST_CASE("each hash has its own salt") { CHECK(hash_password("melon") != hash_password("melon")); }

TEST_CASE("an empty password can be hashed and is not a wildcard") {
    const auto stored = hash_password("");
    REQUIRE(stored.has_value());
    CHECK(verifies(*stored, ""));
    CHECK_FALSE(verifies(*stored, "x"));
}

TEST_CASE("scrypt agrees with RFC 7914") {
    // Its third vector: N=16384, r=8, p=1.
    const char* stored =
        "$scrypt$ln=14,r=8,p=1$U29kaXVtQ2hsb3JpZGU$"
        "cCO9yzr9c0hGHAbNgf046/2o+7qQT44+qbVD9lRdofLVQylVYT8Pz2LUlwUkKpr55h6F3A1lHkDfzwF7RVdYhw";
    CHECK(verifies(stored, "pleaseletmein"));
    CHECK_FALSE(verifies(stored, "pleaseletmeout"));
}

TEST_CASE("what mosquitto_passwd makes is verified") {
    const char* alice =
        "$7$101$623Aeuntjm7fpsEY$x1/iFJM2Wm+iW9cu2esHVyeOpFxkcHcqn+C62cYI97QDY4HTkbN73G2+pEK+JM/"
        "i7raqA4dY0wq+Wl5ssUEb8g==";
    CHECK(verifies(alice, "wonderland"));
    CHECK_FALSE(verifies(alice, "Wonderland"));
    const char* bob =
        "$6$Cyrg+pim9Rli0uQw$kjCSAseBbTO6vp9Nv+"
        "Awgq/uFWtT7THEUagT4xawkIGoNsQjQrDaxA0JbPyWm4F2BDfsvqZeRk1wl8UZygOUKw==";
    CHECK(verifies(bob, "pass word:x"));
    CHECK_FALSE(verifies(bob, "pass word"));
}

TEST_CASE("plain text is refused with the way out") {
    for (const char* text : {"", "melon", "$", "$$", "$1$salt$hash", "$scrypt$", "$6$only",
                             "x$6$c2FsdHNhbHQ$aGFzaA", "$6$a$b$c", "$7$x$c2FsdA$aGFzaA"}) {
        CHECK_MESSAGE(fault_of(text).find("grapnel passwd") != std::string::npos, text);
    }
}

TEST_CASE("a fault never repeats what may be a password") {
    CHECK(fault_of("hunter2").find("hunter2") == std::string::npos);
}

TEST_CASE("the cost of a hash is bounded") {
    const std::string tail = "$c2FsdHNhbHRzYWx0$c2FsdHNhbHRzYWx0c2FsdHNhbHQ";
    for (const char* parameters :
         {"ln=0,r=8,p=1", "ln=20,r=8,p=1", "ln=63,r=8,p=1", "ln=64,r=8,p=1", "ln=14,r=0,p=1",
          "ln=14,r=33,p=1", "ln=14,r=8,p=0", "ln=14,r=8,p=17", "ln=4294967295,r=1,p=1"}) {
        CHECK_MESSAGE(fault_of("$scrypt$" + std::string(parameters) + tail).find("range") !=
                          std::string::npos,
                      parameters);
    }
    const std::string long_hash(86, 'A');
    CHECK(fault_of("$7$0$c2FsdHNhbHRzYWx0$" + long_hash).find("range") != std::string::npos);
    CHECK(fault_of("$7$50000000$c2FsdHNhbHRzYWx0$" + long_hash).find("range") != std::string::npos);
}

TEST_CASE("salt and hash have sound lengths") {
    CHECK(fault_of("$scrypt$ln=14,r=8,p=1$$").find("length") != std::string::npos);
    CHECK(fault_of("$scrypt$ln=14,r=8,p=1$c2FsdHNhbHQ$").find("length") != std::string::npos);
    CHECK(fault_of("$6$c2FsdHNhbHQ$c2FsdHNhbHQ").find("length") != std::string::npos);
    CHECK(fault_of("$scrypt$ln=14,r=8,p=1$!!!!$!!!!").find("base64") != std::string::npos);
}

TEST_CASE("a hash that was never parsed verifies nothing") {
    CHECK_FALSE(verify_password(PasswordHash{}, ""));
}
