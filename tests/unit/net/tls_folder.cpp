#include "net/tls_folder.h"

#include <doctest/doctest.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdlib.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace grapnel::testing {

namespace {

using BioPointer = OpensslPointer<BIO, BIO_free>;

constexpr long kDay_s = 86'400;

void extend(X509& certificate, X509& issuer, int kind, const std::string& value) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, &issuer, &certificate, nullptr, nullptr, 0);
    X509_EXTENSION* const extension = X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str());
    REQUIRE(extension != nullptr);
    X509_add_ext(&certificate, extension, -1);
    X509_EXTENSION_free(extension);
}

X509Pointer unsigned_certificate(EVP_PKEY& key, const std::string& common_names, long serial,
                                 int days) {
    X509Pointer certificate(X509_new());
    X509_set_version(certificate.get(), 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), serial);
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -20 * kDay_s);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), days * kDay_s);
    X509_set_pubkey(certificate.get(), &key);
    X509_NAME* const subject = X509_get_subject_name(certificate.get());
    const auto add = [&](const char* field, const std::string& text) {
        X509_NAME_add_entry_by_txt(subject, field, MBSTRING_UTF8,
                                   reinterpret_cast<const unsigned char*>(text.data()),
                                   static_cast<int>(text.size()), -1, 0);
    };
    add("O", "Grapnel tests");
    std::istringstream names(common_names);
    for (std::string name; std::getline(names, name, ',');) add("CN", name);
    return certificate;
}

}  // namespace

TlsFolder::TlsFolder() {
    char folder[] = "/tmp/grapnel-tls-XXXXXX";
    REQUIRE(::mkdtemp(folder) != nullptr);
    folder_ = folder;
    authority_key_.reset(EVP_EC_gen("P-256"));
    authority_ = unsigned_certificate(*authority_key_, "authority", ++serial_, 10);
    X509_set_issuer_name(authority_.get(), X509_get_subject_name(authority_.get()));
    extend(*authority_, *authority_, NID_basic_constraints, "critical,CA:TRUE");
    REQUIRE(X509_sign(authority_.get(), authority_key_.get(), EVP_sha256()) > 0);
    const BioPointer file(BIO_new_file(path("ca.pem").c_str(), "w"));
    PEM_write_bio_X509(file.get(), authority_.get());
    make("server", "localhost", "DNS:localhost,IP:127.0.0.1");
    make("other", "other.example", "DNS:other.example,DNS:*.other.example");
    make("client", "melon", "email:melon@example.org,DNS:melon.example");
}

TlsFolder::~TlsFolder() { std::filesystem::remove_all(folder_); }

void TlsFolder::write(const std::string& name, const std::string& text) const {
    std::ofstream(path(name)) << text;
}

std::string TlsFolder::read(const std::string& name) const {
    std::ostringstream text;
    text << std::ifstream(path(name)).rdbuf();
    return text.str();
}

void TlsFolder::make(const std::string& name, const std::string& common_names,
                     const std::string& alternative_names, int days) {
    const KeyPointer key(EVP_EC_gen("P-256"));
    const X509Pointer certificate = unsigned_certificate(*key, common_names, ++serial_, days);
    X509_set_issuer_name(certificate.get(), X509_get_subject_name(authority_.get()));
    if (!alternative_names.empty())
        extend(*certificate, *authority_, NID_subject_alt_name, alternative_names);
    REQUIRE(X509_sign(certificate.get(), authority_key_.get(), EVP_sha256()) > 0);
    const BioPointer file(BIO_new_file(path(name + ".pem").c_str(), "w"));
    PEM_write_bio_X509(file.get(), certificate.get());
    const BioPointer key_file(BIO_new_file(path(name + ".key").c_str(), "w"));
    PEM_write_bio_PrivateKey(key_file.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
}

void TlsFolder::encrypt_key(const std::string& name, const std::string& password) const {
    KeyPointer key;
    {
        const BioPointer file(BIO_new_file(path(name + ".key").c_str(), "r"));
        key.reset(PEM_read_bio_PrivateKey(file.get(), nullptr, nullptr, nullptr));
    }
    const BioPointer file(BIO_new_file(path(name + ".key").c_str(), "w"));
    REQUIRE(PEM_write_bio_PKCS8PrivateKey(file.get(), key.get(), EVP_aes_256_cbc(),
                                          password.c_str(), static_cast<int>(password.size()),
                                          nullptr, nullptr) == 1);
}

void TlsFolder::revoke(const std::string& name) const {
    const BioPointer in(BIO_new_file(path(name + ".pem").c_str(), "r"));
    const X509Pointer certificate(PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr));
    const OpensslPointer<X509_CRL, X509_CRL_free> list(X509_CRL_new());
    X509_CRL_set_version(list.get(), 1);
    X509_CRL_set_issuer_name(list.get(), X509_get_subject_name(authority_.get()));
    ASN1_TIME* const time = X509_gmtime_adj(nullptr, -kDay_s);
    X509_CRL_set1_lastUpdate(list.get(), time);
    X509_REVOKED* const entry = X509_REVOKED_new();
    X509_REVOKED_set_serialNumber(entry, X509_get_serialNumber(certificate.get()));
    X509_REVOKED_set_revocationDate(entry, time);
    X509_CRL_add0_revoked(list.get(), entry);
    X509_gmtime_adj(time, 10 * kDay_s);
    X509_CRL_set1_nextUpdate(list.get(), time);
    ASN1_TIME_free(time);
    REQUIRE(X509_CRL_sign(list.get(), authority_key_.get(), EVP_sha256()) > 0);
    const BioPointer file(BIO_new_file(path("ca.crl").c_str(), "w"));
    PEM_write_bio_X509_CRL(file.get(), list.get());
}

config::Tls TlsFolder::listener() const {
    config::Tls tls;
    tls.certificates.push_back({placed("server.pem"), placed("server.key"), {}});
    return tls;
}

config::Tls TlsFolder::mutual() const {
    config::Tls tls = listener();
    tls.ca = placed("ca.pem");
    tls.verify = config::TlsVerify::required;
    return tls;
}

}  // namespace grapnel::testing
