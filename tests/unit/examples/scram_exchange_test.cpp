// The messages of SCRAM-SHA-256, with the example of RFC 7677, section 3.

#include <doctest/doctest.h>

#include <scram_exchange.h>

#include <openssl/evp.h>

#include <optional>
#include <string>
#include <string_view>

using scram::ClientFirst;
using scram::Exchange;
using scram::Verifier;

namespace {

constexpr std::string_view kServerNonce = "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
constexpr std::string_view kFinal =
    "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
    "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";

Verifier verifier_of(std::string_view password, std::string_view salt, int iterations) {
    std::string salted(scram::kDigestBytes, '\0');
    REQUIRE(PKCS5_PBKDF2_HMAC(password.data(), static_cast<int>(password.size()),
                              scram::octets(salt), static_cast<int>(salt.size()), iterations,
                              EVP_sha256(), static_cast<int>(salted.size()),
                              reinterpret_cast<unsigned char*>(salted.data())) == 1);
    return {std::string(salt), iterations, scram::hash(scram::hmac(salted, "Client Key")),
            scram::hmac(salted, "Server Key")};
}

Exchange example() {
    const auto first = ClientFirst::read("n,,n=user,r=rOprNGfwEbeRWgbNEkqO");
    REQUIRE(first);
    return {*first, kServerNonce,
            verifier_of("pencil", *scram::from_base64("W22ZaJ0SNY7soEsUEjb6gQ=="), 4096)};
}

}  // namespace

TEST_CASE("the example of RFC 7677") {
    const Exchange exchange = example();
    CHECK(exchange.user() == "user");
    CHECK(exchange.server_first() ==
          "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
          "s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096");
    CHECK(exchange.finish(kFinal) == "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=");
}

TEST_CASE("a message that differs in any byte proves nothing") {
    const Exchange exchange = example();
    for (std::size_t at = 0; at < kFinal.size(); ++at) {
        std::string other(kFinal);
        other[at] = static_cast<char>(other[at] ^ 1);
        CHECK_FALSE(exchange.finish(other));
    }
    CHECK_FALSE(exchange.finish(kFinal.substr(0, kFinal.size() - 4)));
    CHECK_FALSE(exchange.finish(""));
    CHECK_FALSE(exchange.finish(std::string(scram::kMessageBytesMax + 1, 'p')));
}

TEST_CASE("the first message is read by its grammar") {
    const auto first = ClientFirst::read("y,,n=a=2Cb=3Dc,r=x!~,z=later");
    REQUIRE(first);
    CHECK(first->header == "y,,");
    CHECK(first->bare == "n=a=2Cb=3Dc,r=x!~,z=later");
    CHECK(first->user == "a,b=c");
    CHECK(first->nonce == "x!~");
    for (const std::string_view wrong :
         {"", "n", "n,,", "n,,n=a", "n,,n=a,", "n,,n=a,r=", "n,,n=,r=x", "n,,r=x,n=a",
          "n,a=b,n=a,r=x", "p=tls-unique,,n=a,r=x", "N,,n=a,r=x", "n,,m=1,n=a,r=x", "n,,n=a=,r=x",
          "n,,n=a=2c,r=x", "n,,n=a=3,r=x", "n,,n=a,r=x y", "n,,n=a,r=\x7f"})
        CHECK_FALSE(ClientFirst::read(wrong));
    CHECK_FALSE(ClientFirst::read("n,,n=a,r=" + std::string(scram::kMessageBytesMax, 'x')));
}

TEST_CASE("base64 has one spelling") {
    for (const std::string_view bytes : {"", "f", "fo", "foo", "\xff\xfe\xfd"})
        CHECK(scram::from_base64(scram::to_base64(bytes)) == bytes);
    for (const std::string_view wrong :
         {"A", "AB", "ABC", "A===", "====", "AB=C", "AB==AB==", "AC==\n", " AA=", "AB==", "!!!!"})
        CHECK_FALSE(scram::from_base64(wrong));
}

TEST_CASE("a decoy is like a user, and stays") {
    const Verifier like{std::string(40, 's'), 5000, {}, {}};
    const Verifier one = scram::decoy("carl", "secret", like);
    CHECK(one.salt.size() == 40);
    CHECK(one.iterations == 5000);
    CHECK(one.stored_key.size() == scram::kDigestBytes);
    CHECK(one.salt == scram::decoy("carl", "secret", like).salt);
    CHECK(one.salt != scram::decoy("dora", "secret", like).salt);
    CHECK(one.salt != scram::decoy("carl", "other", like).salt);
    CHECK(one.stored_key != one.server_key);
}
