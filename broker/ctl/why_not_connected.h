#pragma once

#include <string>

#include "ctl/endpoint.h"

namespace grapnel::ctl {

// Why no request got an answer from there, and what to do: of the certificate when it has a fault
// (a number of X509_V_ERR_…, 0 = none), else what connecting once more finds out, else `reason`.
std::string why_not_connected(const Endpoint& endpoint, long certificate_fault,
                              const std::string& reason);

}  // namespace grapnel::ctl
