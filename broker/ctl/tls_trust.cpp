#include "ctl/tls_trust.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "config/fault.h"
#include "ctl/failure.h"

namespace grapnel::ctl {
namespace {

[[noreturn]] void refuse(const char* option, const std::string& file, const char* wanted) {
    ERR_clear_error();
    std::FILE* const opened = std::fopen(file.c_str(), "r");
    const std::string why =
        opened == nullptr ? std::string("cannot be read: ") + std::strerror(errno) : wanted;
    if (opened != nullptr) std::fclose(opened);
    throw Failure(std::string(option) + " " + config::quoted(file) + " " + why);
}

// Trusts the first certificate of the file, and nothing it signs.
void pin(SSL_CTX* context, const std::string& file) {
    std::FILE* const opened = std::fopen(file.c_str(), "r");
    X509* const certificate =
        opened == nullptr ? nullptr : PEM_read_X509(opened, nullptr, nullptr, nullptr);
    if (opened != nullptr) std::fclose(opened);
    if (certificate == nullptr)
        refuse("the certificate of the configuration,", file, "holds no certificate");
    X509_STORE_add_cert(SSL_CTX_get_cert_store(context), certificate);
    X509_free(certificate);
    X509_VERIFY_PARAM* const checks = SSL_CTX_get0_param(context);
    X509_VERIFY_PARAM_set_flags(checks, X509_V_FLAG_PARTIAL_CHAIN);
    X509_VERIFY_PARAM_set_depth(checks, 0);
}

void trust_authorities(SSL_CTX* context, const Endpoint& endpoint, const std::string& ca) {
    if (ca.empty())
        SSL_CTX_set_default_verify_paths(context);
    else if (SSL_CTX_load_verify_file(context, ca.c_str()) != 1)
        refuse("--ca", ca, "holds no certificate");
    X509_VERIFY_PARAM* const checks = SSL_CTX_get0_param(context);
    X509_VERIFY_PARAM_set_hostflags(checks, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    const std::string& host = endpoint.host;
    if (X509_VERIFY_PARAM_set1_ip_asc(checks, host.c_str()) != 1 &&
        X509_VERIFY_PARAM_set1_host(checks, host.data(), host.size()) != 1)
        throw Failure("the host " + config::quoted(host) + " cannot be checked");
    ERR_clear_error();
}

void identify(SSL_CTX* context, const TlsTrust& trust) {
    const std::string& key = trust.key.empty() ? trust.cert : trust.key;
    if (SSL_CTX_use_certificate_chain_file(context, trust.cert.c_str()) != 1)
        refuse("--cert", trust.cert, "holds no certificate");
    if (SSL_CTX_use_PrivateKey_file(context, key.c_str(), SSL_FILETYPE_PEM) != 1)
        refuse("--key", key, "holds no key of that certificate");
}

}  // namespace

TlsClientContext make_tls_context(const Endpoint& endpoint, const TlsTrust& trust) {
    TlsClientContext context(SSL_CTX_new(TLS_client_method()), SSL_CTX_free);
    if (context == nullptr) throw Failure("TLS cannot be started");
    SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
    SSL_CTX_set_verify(context.get(), trust.insecure ? SSL_VERIFY_NONE : SSL_VERIFY_PEER, nullptr);
    if (!trust.insecure && !trust.pinned.empty())
        pin(context.get(), trust.pinned);
    else if (!trust.insecure)
        trust_authorities(context.get(), endpoint, trust.ca);
    if (!trust.cert.empty()) identify(context.get(), trust);
    return context;
}

}  // namespace grapnel::ctl
