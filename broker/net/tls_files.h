#pragma once

#include <optional>
#include <vector>

#include "config/fault.h"
#include "config/tls.h"
#include "net/tls_context.h"

namespace grapnel {

using CrlPointer = OpensslPointer<X509_CRL, X509_CRL_free>;

// What the files of a `tls` table hold. Each answers nothing, or less, when something is wrong, and
// adds the fault.

// A certificate, its chain, and the key that belongs to it.
std::optional<TlsChain> read_chain(const config::TlsCertificate& files, config::Faults& faults);
// The certificates of a file, or of the files of a folder.
std::vector<X509Pointer> read_authorities(const config::Placed& path, config::Faults& faults);
std::vector<CrlPointer> read_revocations(const config::Placed& path, config::Faults& faults);

// The reason of the first error that OpenSSL has noted on this thread, without its noise; forgets
// them all.
std::string openssl_reason();

}  // namespace grapnel
