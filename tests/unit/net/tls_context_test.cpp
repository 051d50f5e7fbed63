#include "net/tls_context.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <string>

#include "net/tls_folder.h"

using namespace grapnel;
using testing::TlsFolder;

namespace {

// What is wrong with a listener: the faults, without the folder.
std::string faults_of(const TlsFolder& folder, const config::Tls& tls) {
    config::Faults faults;
    const auto context = TlsContext::load(tls, faults);
    CHECK((context == nullptr) == !faults.empty());
    std::string text;
    for (const config::Fault& fault : faults) text += fault.text + "\n";
    const std::string prefix = folder.path("");
    for (size_t at; (at = text.find(prefix)) != std::string::npos;) text.erase(at, prefix.size());
    return text;
}

}  // namespace

TEST_CASE("a certificate and its key are loaded") {
    const TlsFolder folder;
    CHECK(faults_of(folder, folder.listener()) == "");
    CHECK(faults_of(folder, folder.mutual()) == "");
}

TEST_CASE("files that are not there, or are something else") {
    const TlsFolder folder;
    config::Tls tls = folder.mutual();
    tls.certificates[0].cert = folder.placed("none.pem");
    tls.certificates[0].key = folder.placed("server.pem");
    tls.ca = folder.placed("server.key");
    tls.crl = folder.placed("ca.pem");
    CHECK(faults_of(folder, tls) ==
          "\"none.pem\" cannot be read: No such file or directory; a relative path starts at the "
          "folder of this file\n"
          "\"server.pem\" holds no private key in PEM (unsupported)\n"
          "\"server.key\" holds no certificate in PEM; it names who signs those of clients\n"
          "\"ca.pem\" holds no list of revoked certificates in PEM\n");
}

TEST_CASE("a fault is where the file is named") {
    const TlsFolder folder;
    config::Tls tls = folder.listener();
    const config::Where where{std::make_shared<const std::string>("a.toml"), 7, 9};
    tls.certificates[0].cert = {"/none.pem", where};
    config::Faults faults;
    CHECK_FALSE(TlsContext::load(tls, faults));
    REQUIRE(faults.size() == 1);
    CHECK(faults[0].where.text() == "a.toml:7:9");
}

TEST_CASE("a key of another certificate") {
    const TlsFolder folder;
    config::Tls tls = folder.listener();
    tls.certificates[0].key = folder.placed("other.key");
    CHECK(faults_of(folder, tls) ==
          "\"other.key\" is not the key of the certificate \"server.pem\", whose file must begin "
          "with the broker's own\n");
    tls = folder.listener();
    tls.certificates.push_back({folder.placed("other.pem"), folder.placed("client.key"), {}});
    CHECK(faults_of(folder, tls).starts_with("\"client.key\" is not the key"));
}

TEST_CASE("an encrypted key opens with its password") {
    const TlsFolder folder;
    folder.encrypt_key("server", "open sesame");
    config::Tls tls = folder.listener();
    CHECK(faults_of(folder, tls) ==
          "\"server.key\" is encrypted; name the file with its password as key_password_file\n");
    config::Placed& file = tls.certificates[0].key_password_file;
    file = folder.placed("password");
    CHECK(faults_of(folder, tls).starts_with("\"password\" cannot be read"));
    folder.write("password", "\n");
    CHECK(faults_of(folder, tls) ==
          "\"password\" is empty; its first line is the password of the key\n");
    folder.write("password", "wrong\n");
    CHECK(faults_of(folder, tls) == "\"password\" does not hold the password of the key\n");
    folder.write("password", "open sesame\r\nanything\n");
    CHECK(faults_of(folder, tls) == "");
}

TEST_CASE("authorities come from a folder as well") {
    const TlsFolder folder;
    std::filesystem::create_directory(folder.path("authorities"));
    config::Tls tls = folder.mutual();
    tls.ca = folder.placed("authorities");
    CHECK(faults_of(folder, tls) ==
          "\"authorities\" holds no certificate in PEM; it names who signs those of clients\n");
    folder.write("authorities/a.pem", folder.read("ca.pem"));
    folder.write("authorities/README", "not a certificate\n");
    CHECK(faults_of(folder, tls) == "");
    folder.write("authorities/b.pem", folder.read("ca.pem").substr(0, 100));
    CHECK(faults_of(folder, tls) == "\"authorities/b.pem\" holds a broken certificate\n");
}

TEST_CASE("a list of revoked certificates is loaded") {
    const TlsFolder folder;
    folder.revoke("client");
    config::Tls tls = folder.mutual();
    tls.crl = folder.placed("ca.crl");
    CHECK(faults_of(folder, tls) == "");
}

TEST_CASE("ciphers that nobody knows") {
    const TlsFolder folder;
    config::Tls tls = folder.listener();
    tls.ciphers.text = "ROT13";
    tls.ciphersuites.text = "TLS_ROT13";
    CHECK(faults_of(folder, tls) ==
          "ciphers names none that OpenSSL knows; see `openssl ciphers -v`\n"
          "ciphersuites has one that is not of TLS 1.3; see `openssl ciphers -v -tls1_3 -s`\n");
    tls.ciphers.text = "ECDHE-ECDSA-AES256-GCM-SHA384";
    tls.ciphersuites.text = "TLS_AES_128_GCM_SHA256";
    CHECK(faults_of(folder, tls) == "");
}
