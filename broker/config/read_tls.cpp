#include "config/read_tls.h"

#include <utility>

#include "config/table_reader.h"

namespace grapnel::config {
namespace {

void read_path(TableReader& table, std::string_view key, Placed& out) {
    table.path(key, out.text);
    if (const Node* node = table.child(key)) out.where = node->where();
}

void read_text(TableReader& table, std::string_view key, Placed& out) {
    const Node* node = table.child(key, Kind::string);
    if (node == nullptr) return;
    out = {std::string(*node->as_string()), node->where()};
    if (!out.given()) table.fault(*node, node->key() + " is empty; remove it, or name some");
}

void read_files(TableReader& table, TlsCertificate& out) {
    read_path(table, "cert", out.cert);
    read_path(table, "key", out.key);
    read_path(table, "key_password_file", out.key_password_file);
}

void read_certificate(const Node& node, Tls& out, Faults& faults) {
    TableReader table(&node, "certificates", faults);
    table.require("cert", "\"server.pem\"");
    table.require("key", "\"server.key\"");
    TlsCertificate certificate;
    read_files(table, certificate);
    table.finish();
    out.certificates.push_back(std::move(certificate));
}

void read_certificates(TableReader& table, Tls& out, Faults& faults) {
    const Node* list = table.child("certificates", Kind::array);
    if (list == nullptr) return;
    for (size_t i = 0; i < list->size(); ++i) read_certificate(*list->at(i), out, faults);
}

// What one key needs of another.
void check_together(TableReader& table, const Node& node, const Tls& tls) {
    const auto lacks = [&](std::string_view key, const std::string& text) {
        const Node* at = node.find(key);
        table.fault(at != nullptr ? *at : node, text);
    };
    const bool verifies = tls.verify != TlsVerify::none;
    if (verifies && node.find("ca") == nullptr)
        lacks("verify", "verify needs ca, the certificates of who signs those of clients");
    if (!verifies && node.find("ca") != nullptr)
        lacks("ca", "ca has no use without verify; write verify = \"required\" or \"optional\"");
    if (tls.crl.given() && node.find("ca") == nullptr)
        lacks("crl", "crl has no use without ca and verify");
    if (!verifies && tls.identity != TlsIdentity::none)
        lacks("identity", "identity needs verify = \"required\" or \"optional\", and ca");
    if (tls.minimum_version == TlsVersion::v1_3 && tls.ciphers.given())
        lacks("ciphers", "ciphers are those of TLS 1.2, which minimum_version excludes");
}

}  // namespace

Tls read_tls(const Node& node, Faults& faults) {
    TableReader table(&node, "tls", faults);
    Tls out;
    out.where = node.where();
    if (node.kind() != Kind::table) return out;
    TlsCertificate first;
    read_files(table, first);
    if (node.find("certificates") == nullptr || first.cert.given() || first.key.given()) {
        table.require("cert", "\"server.pem\"");
        table.require("key", "\"server.key\"");
        out.certificates.push_back(std::move(first));
    }
    read_certificates(table, out, faults);
    if (out.certificates.empty()) table.fault(node, "tls needs cert and key");
    read_path(table, "ca", out.ca);
    read_path(table, "crl", out.crl);
    table.choice("verify", out.verify,
                 {{"none", TlsVerify::none},
                  {"optional", TlsVerify::optional},
                  {"required", TlsVerify::required}});
    table.choice("identity", out.identity,
                 {{"none", TlsIdentity::none}, {"cn", TlsIdentity::cn}, {"san", TlsIdentity::san}});
    table.choice("minimum_version", out.minimum_version,
                 {{"1.2", TlsVersion::v1_2}, {"1.3", TlsVersion::v1_3}});
    read_text(table, "ciphers", out.ciphers);
    read_text(table, "ciphersuites", out.ciphersuites);
    check_together(table, node, out);
    table.finish();
    return out;
}

}  // namespace grapnel::config
