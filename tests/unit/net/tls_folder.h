#pragma once

#include <string>

#include "config/tls.h"
#include "net/tls_context.h"

namespace grapnel::testing {

// A folder of certificates made for a test, gone with the object. An authority (ca.pem) signs
// `server`, `other` (for other.example) and `client`.
class TlsFolder {
public:
    TlsFolder();
    ~TlsFolder();
    TlsFolder(const TlsFolder&) = delete;
    TlsFolder& operator=(const TlsFolder&) = delete;

    std::string path(const std::string& name) const { return folder_ + "/" + name; }
    config::Placed placed(const std::string& name) const { return {path(name), {}}; }
    void write(const std::string& name, const std::string& text) const;
    std::string read(const std::string& name) const;

    // NAME.pem and NAME.key, for a subject of these common names, by commas, and these alternative
    // names in OpenSSL's words; signed by the authority.
    void make(const std::string& name, const std::string& common_names,
              const std::string& alternative_names, int days = 10);
    // NAME.key, encrypted.
    void encrypt_key(const std::string& name, const std::string& password) const;
    // ca.crl, in which NAME.pem stands.
    void revoke(const std::string& name) const;

    // A listener with `server`.
    config::Tls listener() const;
    // The same, for clients with a certificate.
    config::Tls mutual() const;

private:
    std::string folder_;
    X509Pointer authority_;
    KeyPointer authority_key_;
    long serial_ = 0;
};

}  // namespace grapnel::testing
