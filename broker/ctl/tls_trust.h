#pragma once

#include <memory>
#include <string>

#include "ctl/endpoint.h"

struct ssl_ctx_st;

namespace grapnel::ctl {

// Whom to believe behind https, and who this side is.
struct TlsTrust {
    std::string ca;  // a PEM file of authorities; empty = those of the system
    std::string
        pinned;        // a PEM file whose first certificate is the server's, whatever it is called
    std::string cert;  // PEM; of this side
    std::string key;   // PEM; empty = in the file of the certificate
    bool insecure = false;
};

using TlsClientContext = std::shared_ptr<ssl_ctx_st>;

// Checks the server's certificate by itself: its chain, and its name or address. Throws Failure
// when a file cannot be used.
TlsClientContext make_tls_context(const Endpoint& endpoint, const TlsTrust& trust);

}  // namespace grapnel::ctl
