#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "config/tree.h"

namespace grapnel::config {

enum class TlsVerify : uint8_t { none, optional, required };
enum class TlsIdentity : uint8_t { none, cn, san };
enum class TlsVersion : uint8_t { v1_2, v1_3 };

// A text together with where it is written, so that what is wrong with the thing it names can be
// said there. Empty: it was not given.
struct Placed {
    std::string text;
    Where where;

    bool given() const { return !text.empty(); }
};

struct TlsCertificate {
    Placed cert;               // PEM: the certificate, then those between it and the root
    Placed key;                // PEM
    Placed key_password_file;  // its first line opens the key
};

// The `tls` table of a listener.
struct Tls {
    std::vector<TlsCertificate> certificates;  // not empty; the first is for whoever names no other
    Placed ca;                                 // a PEM file, or a folder of them
    Placed crl;                                // PEM
    TlsVerify verify = TlsVerify::none;        // of the client's certificate
    TlsIdentity identity = TlsIdentity::none;  // what of it is the username
    TlsVersion minimum_version = TlsVersion::v1_2;
    Placed ciphers;       // of TLS 1.2, in OpenSSL's words
    Placed ciphersuites;  // of TLS 1.3
    Where where;          // of the table
};

}  // namespace grapnel::config
