#include "net/tls_context.h"

#include <openssl/err.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "net/tls_files.h"

namespace grapnel {

namespace {

using config::Faults;
using config::TlsIdentity;
using config::TlsVerify;
using config::TlsVersion;

// What costs least first; a client that does better with ChaCha20 says so.
constexpr char kCiphers[] = "ECDHE+AES128+AESGCM:ECDHE+AESGCM:ECDHE+CHACHA20";  // of TLS 1.2
constexpr char kCiphersuites[] =
    "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256";
constexpr size_t kTicketsPerHandshake = 1;
constexpr long kTicketLife_s = 3600;

// Takes the first of the offered protocols that is accepted.
template <class Accepts>
bool choose(const unsigned char** out, unsigned char* out_size, const unsigned char* offered,
            unsigned int size, Accepts accepts) {
    for (unsigned int at = 0; at < size; at += 1 + offered[at]) {
        if (at + 1 + offered[at] > size) break;
        const std::string_view name(reinterpret_cast<const char*>(offered + at + 1), offered[at]);
        if (!accepts(name)) continue;
        *out = offered + at + 1;
        *out_size = offered[at];
        return true;
    }
    return false;
}

// RFC 7301: "mqtt" is the registered name. A client that names only other protocols is told so.
int choose_mqtt(SSL*, const unsigned char** out, unsigned char* out_size,
                const unsigned char* offered, unsigned int size, void*) {
    const auto registered = [](std::string_view name) { return name == "mqtt"; };
    const auto similar = [](std::string_view name) { return name.starts_with("x-mqtt"); };
    return choose(out, out_size, offered, size, registered) ||
                   choose(out, out_size, offered, size, similar)
               ? SSL_TLSEXT_ERR_OK
               : SSL_TLSEXT_ERR_ALERT_FATAL;
}

int choose_http(SSL*, const unsigned char** out, unsigned char* out_size,
                const unsigned char* offered, unsigned int size, void*) {
    const auto spoken = [](std::string_view name) { return name == "http/1.1"; };
    return choose(out, out_size, offered, size, spoken) ? SSL_TLSEXT_ERR_OK
                                                        : SSL_TLSEXT_ERR_ALERT_FATAL;
}

// A list of revoked certificates is needed of who signed the client's; of the others it counts if
// it is there.
int judge_certificate(int well, X509_STORE_CTX* store) {
    if (well == 1) return 1;
    const bool is_clients = X509_STORE_CTX_get_error_depth(store) == 0;
    if (is_clients || X509_STORE_CTX_get_error(store) != X509_V_ERR_UNABLE_TO_GET_CRL) return 0;
    X509_STORE_CTX_set_error(store, X509_V_OK);
    return 1;
}

std::string subject_of(const X509& certificate) {
    const OpensslPointer<BIO, BIO_free> text(BIO_new(BIO_s_mem()));
    X509_NAME_print_ex(text.get(), X509_get_subject_name(&certificate), 0, XN_FLAG_RFC2253);
    char* data = nullptr;
    const long size = BIO_get_mem_data(text.get(), &data);
    return {data, size > 0 ? static_cast<size_t>(size) : 0};
}

std::string utf8_of(const ASN1_STRING* string) {
    unsigned char* text = nullptr;
    const int size = ASN1_STRING_to_UTF8(&text, string);
    if (size < 0) return {};
    std::string out(reinterpret_cast<const char*>(text), static_cast<size_t>(size));
    OPENSSL_free(text);
    return out;
}

// Empty where there is none, or more than one: that would be a choice.
std::string common_name_of(const X509& certificate) {
    const X509_NAME* const subject = X509_get_subject_name(&certificate);
    const int at = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
    if (at < 0 || X509_NAME_get_index_by_NID(subject, NID_commonName, at) >= 0) return {};
    return utf8_of(X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at)));
}

// Those that are a host's, an e-mail address or a URI.
std::vector<std::string> alternative_names_of(const X509& certificate) {
    std::vector<std::string> out;
    const OpensslPointer<GENERAL_NAMES, GENERAL_NAMES_free> names(static_cast<GENERAL_NAMES*>(
        X509_get_ext_d2i(&certificate, NID_subject_alt_name, nullptr, nullptr)));
    for (int i = 0; names && i < sk_GENERAL_NAME_num(names.get()); ++i) {
        int type = 0;
        const void* const value =
            GENERAL_NAME_get0_value(sk_GENERAL_NAME_value(names.get(), i), &type);
        if (type == GEN_DNS || type == GEN_EMAIL || type == GEN_URI)
            out.push_back(utf8_of(static_cast<const ASN1_STRING*>(value)));
    }
    return out;
}

// A session of another context is not resumed, wherever the keys of its ticket are known.
void set_session_scope(SSL_CTX& context) {
    unsigned char scope[SSL_MAX_SID_CTX_LENGTH];
    GN_ASSERT(RAND_bytes(scope, sizeof scope) == 1);
    SSL_CTX_set_session_id_context(&context, scope, sizeof scope);
}

void set_rules(SSL_CTX& context, const config::Tls& tls, TlsProtocol protocol) {
    SSL_CTX_set_options(&context, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION |
                                      SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
    SSL_CTX_set_min_proto_version(
        &context, tls.minimum_version == TlsVersion::v1_3 ? TLS1_3_VERSION : TLS1_2_VERSION);
    SSL_CTX_set_max_proto_version(&context, 0);
    SSL_CTX_set_mode(&context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE);
    // Sessions are resumed by tickets alone: nothing is kept here for who does not come back.
    SSL_CTX_set_session_cache_mode(&context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_num_tickets(&context, kTicketsPerHandshake);
    TlsContext::set_ticket_life(context);
    set_session_scope(context);
    SSL_CTX_set_alpn_select_cb(&context, protocol == TlsProtocol::http ? choose_http : choose_mqtt,
                               nullptr);
}

bool set_ciphers(SSL_CTX& context, const config::Tls& tls, Faults& faults) {
    const char* const ciphers = tls.ciphers.given() ? tls.ciphers.text.c_str() : kCiphers;
    bool well = true;
    if (SSL_CTX_set_cipher_list(&context, ciphers) != 1) {
        config::add_fault(faults, tls.ciphers.where,
                          "ciphers names none that OpenSSL knows; see `openssl ciphers -v`");
        well = false;
    }
    const char* const suites =
        tls.ciphersuites.given() ? tls.ciphersuites.text.c_str() : kCiphersuites;
    if (SSL_CTX_set_ciphersuites(&context, suites) != 1) {
        config::add_fault(faults, tls.ciphersuites.where,
                          "ciphersuites has one that is not of TLS 1.3; see "
                          "`openssl ciphers -v -tls1_3 -s`");
        well = false;
    }
    ERR_clear_error();
    return well;
}

}  // namespace

std::shared_ptr<const TlsContext> TlsContext::load(const config::Tls& tls, Faults& faults,
                                                   TlsProtocol protocol) {
    std::shared_ptr<TlsContext> out(new TlsContext);
    out->context_.reset(SSL_CTX_new(TLS_server_method()));
    GN_ASSERT(out->context_ != nullptr);
    out->identity_ = tls.identity;
    set_rules(*out->context_, tls, protocol);
    const bool ciphers = set_ciphers(*out->context_, tls, faults);
    const bool configured = out->configure(tls, faults);
    const bool clients = out->load_clients(tls, faults);
    if (!ciphers || !configured || !clients) return nullptr;
    return out;
}

bool TlsContext::configure(const config::Tls& tls, Faults& faults) {
    for (const config::TlsCertificate& files : tls.certificates) {
        std::optional<TlsChain> chain = read_chain(files, faults);
        if (!chain) continue;
        if (chains_.empty() &&
            SSL_CTX_use_cert_and_key(context_.get(), chain->certificate.get(), chain->key.get(),
                                     chain->others.get(), 1) != 1) {
            config::add_fault(
                faults, files.cert.where,
                config::quoted(files.cert.text) + " cannot be used: " + openssl_reason());
            continue;
        }
        chains_.push_back(std::move(*chain));
    }
    if (chains_.size() > 1) SSL_CTX_set_cert_cb(context_.get(), choose_certificate, this);
    return !chains_.empty() && chains_.size() == tls.certificates.size();
}

bool TlsContext::load_clients(const config::Tls& tls, Faults& faults) {
    if (tls.verify == TlsVerify::none) return true;
    const size_t faults_before = faults.size();
    X509_STORE* const store = SSL_CTX_get_cert_store(context_.get());
    for (const X509Pointer& authority : read_authorities(tls.ca, faults)) {
        X509_STORE_add_cert(store, authority.get());
        SSL_CTX_add_client_CA(context_.get(), authority.get());
    }
    if (tls.crl.given()) {
        for (const CrlPointer& crl : read_revocations(tls.crl, faults))
            X509_STORE_add_crl(store, crl.get());
        X509_STORE_set_flags(store, X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL);
    }
    int mode = SSL_VERIFY_PEER;
    if (tls.verify == TlsVerify::required) mode |= SSL_VERIFY_FAIL_IF_NO_PEER_CERT;
    SSL_CTX_set_verify(context_.get(), mode, judge_certificate);
    return faults.size() == faults_before;
}

const TlsChain* TlsContext::chosen(const char* name) const {
    for (const TlsChain& chain : chains_)
        if (X509_check_host(chain.certificate.get(), name, 0, 0, nullptr) == 1) return &chain;
    return nullptr;
}

int TlsContext::choose_certificate(SSL* ssl, void* argument) {
    const auto& self = *static_cast<const TlsContext*>(argument);
    const char* const name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
    const TlsChain* const chain = name != nullptr ? self.chosen(name) : nullptr;
    if (chain == nullptr || chain == &self.chains_.front()) return 1;
    // Certificates of another kind than the chosen one's would be left beside it.
    SSL_certs_clear(ssl);
    return SSL_use_cert_and_key(ssl, chain->certificate.get(), chain->key.get(),
                                chain->others.get(), 1);
}

void TlsContext::set_ticket_life(SSL_CTX& context) { SSL_CTX_set_timeout(&context, kTicketLife_s); }

// SSL_set_SSL_CTX takes over certificates, the callbacks that choose among them and protocols, and
// who signs clients; the rest stays with the connection.
bool TlsContext::adopt(SSL& ssl) const {
    SSL_CTX* const context = context_.get();
    if (SSL_set_SSL_CTX(&ssl, context) != context) return false;
    SSL_set_verify(&ssl, SSL_CTX_get_verify_mode(context), SSL_CTX_get_verify_callback(context));
    SSL_clear_options(&ssl, SSL_get_options(&ssl));
    SSL_set_options(&ssl, SSL_CTX_get_options(context));
    SSL_set_num_tickets(&ssl, SSL_CTX_get_num_tickets(context));
    return SSL_set_min_proto_version(&ssl, SSL_CTX_get_min_proto_version(context)) == 1 &&
           SSL_set_max_proto_version(&ssl, SSL_CTX_get_max_proto_version(context)) == 1;
}

TlsPeer TlsContext::peer(const SSL& ssl) const {
    TlsPeer out;
    const X509* const certificate = SSL_get0_peer_certificate(&ssl);
    if (certificate == nullptr) return out;
    out.has_certificate = true;
    out.subject = subject_of(*certificate);
    out.common_name = common_name_of(*certificate);
    out.alternative_names = alternative_names_of(*certificate);
    out.has_username = identity_ != TlsIdentity::none;
    if (identity_ == TlsIdentity::cn) out.username = out.common_name;
    if (identity_ == TlsIdentity::san && !out.alternative_names.empty())
        out.username = out.alternative_names.front();
    return out;
}

bool TlsContext::still_valid(const SSL& ssl) {
    const X509* const certificate = SSL_get0_peer_certificate(&ssl);
    return certificate == nullptr || X509_cmp_current_time(X509_get0_notAfter(certificate)) > 0;
}

TlsProtocol tls_protocol_of(const config::Listener& listener) {
    return listener.type == config::ListenerType::websocket ||
                   listener.type == config::ListenerType::http
               ? TlsProtocol::http
               : TlsProtocol::mqtt;
}

void check_certificates(const config::Config& config, Faults& faults) {
    for (const config::Listener& listener : config.listeners)
        if (listener.tls) TlsContext::load(*listener.tls, faults, tls_protocol_of(listener));
}

}  // namespace grapnel
