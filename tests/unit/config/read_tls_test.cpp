#include "config/read_tls.h"

#include <doctest/doctest.h>

#include <string>

#include "text_config.h"

using namespace grapnel;
using namespace grapnel::config;

namespace {

// A listener whose `tls` table begins in line 5.
TextConfig with(const std::string& keys) {
    return TextConfig("[[listener]]\nid = \"a\"\ntype = \"tcp\"\naddress = \"a:1\"\n" +
                      ("[listener.tls]\n" + keys));
}

}  // namespace

TEST_CASE("a listener without tls is plain") {
    const TextConfig text("[[listener]]\nid = \"a\"\ntype = \"tcp\"\naddress = \"a:1\"\n");
    CHECK(text.lines() == "");
    CHECK_FALSE(text.config.listeners[0].tls.has_value());
}

TEST_CASE("cert and key are enough") {
    const TextConfig text = with("cert = \"a.pem\"\nkey = \"/b.key\"\n");
    CHECK(text.lines() == "");
    const Tls& tls = *text.config.listeners[0].tls;
    REQUIRE(tls.certificates.size() == 1);
    CHECK(tls.certificates[0].cert.text == "a.pem");
    CHECK(tls.certificates[0].cert.where.text() == "a.toml:6:1");
    CHECK(tls.certificates[0].key.text == "/b.key");
    CHECK(tls.certificates[0].key.where.text() == "a.toml:7:1");
    CHECK_FALSE(tls.certificates[0].key_password_file.given());
    CHECK(tls.verify == TlsVerify::none);
    CHECK(tls.identity == TlsIdentity::none);
    CHECK(tls.minimum_version == TlsVersion::v1_2);
}

TEST_CASE("every key of a tls table is read") {
    const TextConfig text = with(R"(cert = "a.pem"
key = "a.key"
key_password_file = "password"
ca = "ca"
crl = "crl"
verify = "optional"
identity = "san"
ciphers = "ECDHE+AESGCM"
ciphersuites = "TLS_AES_128_GCM_SHA256"
certificates = [{ cert = "b.pem", key = "b.key", key_password_file = "other" }]
)");
    CHECK(text.lines() == "");
    const Tls& tls = *text.config.listeners[0].tls;
    REQUIRE(tls.certificates.size() == 2);
    CHECK(tls.certificates[0].key_password_file.text == "password");
    CHECK(tls.certificates[1].cert.text == "b.pem");
    CHECK(tls.certificates[1].key.text == "b.key");
    CHECK(tls.certificates[1].key_password_file.text == "other");
    CHECK(tls.ca.text == "ca");
    CHECK(tls.crl.text == "crl");
    CHECK(tls.verify == TlsVerify::optional);
    CHECK(tls.identity == TlsIdentity::san);
    CHECK(tls.ciphers.text == "ECDHE+AESGCM");
    CHECK(tls.ciphersuites.text == "TLS_AES_128_GCM_SHA256");
}

TEST_CASE("all certificates may stand in the list") {
    const TextConfig text = with(R"(minimum_version = "1.3"
certificates = [{ cert = "a.pem", key = "a.key" }, { cert = "b.pem", key = "b.key" }]
)");
    CHECK(text.lines() == "");
    REQUIRE(text.config.listeners[0].tls->certificates.size() == 2);
    CHECK(text.config.listeners[0].tls->certificates[0].cert.text == "a.pem");
    CHECK(text.config.listeners[0].tls->minimum_version == TlsVersion::v1_3);
}

TEST_CASE("a tls table that lacks something") {
    CHECK(with("").lines() ==
          "a.toml:5:11: tls needs cert, as \"server.pem\"\n"
          "a.toml:5:11: tls needs key, as \"server.key\"\n");
    CHECK(with("certificates = []\n").lines() == "a.toml:5:11: tls needs cert and key\n");
    CHECK(with("certificates = [{ cert = \"a\" }]\n").lines() ==
          "a.toml:6:17: certificates needs key, as \"server.key\"\n");
}

TEST_CASE("keys of a tls table that do not go together") {
    const std::string pair = "cert = \"a\"\nkey = \"b\"\n";
    CHECK(with(pair + "verify = \"required\"\n").lines() ==
          "a.toml:8:1: verify needs ca, the certificates of who signs those of clients\n");
    CHECK(with(pair + "ca = \"c\"\n").lines() ==
          "a.toml:8:1: ca has no use without verify; write verify = \"required\" or "
          "\"optional\"\n");
    CHECK(with(pair + "crl = \"c\"\n").lines() ==
          "a.toml:8:1: crl has no use without ca and verify\n");
    CHECK(with(pair + "identity = \"cn\"\n").lines() ==
          "a.toml:8:1: identity needs verify = \"required\" or \"optional\", and ca\n");
    CHECK(with(pair + "minimum_version = \"1.3\"\nciphers = \"X\"\n").lines() ==
          "a.toml:9:1: ciphers are those of TLS 1.2, which minimum_version excludes\n");
}

TEST_CASE("keys of a tls table that are wrong") {
    CHECK(with("cert = \"a\"\nkey = \"b\"\nverfiy = \"none\"\nminimum_version = \"1.1\"\n"
               "ciphersuites = \"\"\n")
              .lines() ==
          "a.toml:8:1: unknown key \"verfiy\" in tls; did you mean \"verify\"?\n"
          "a.toml:9:1: minimum_version is \"1.1\"; it must be \"1.2\" or \"1.3\"; did you mean "
          "\"1.2\"?\n"
          "a.toml:10:1: ciphersuites is empty; remove it, or name some\n");
}
