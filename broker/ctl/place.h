#pragma once

#include <string>

#include "ctl/arguments.h"
#include "ctl/endpoint.h"
#include "ctl/tls_trust.h"

namespace grapnel::ctl {

// Where the admin API is and how to be let in.
struct Place {
    Endpoint endpoint;
    std::string token;  // empty = none
    TlsTrust trust;
};

// What a broker's configuration says of it: the first http listener that serves the admin API, the
// token of [admin], and the certificate of the listener as the one to believe. Asks for no token
// when `with_token` is false. Throws UsageFailure.
Place place_of_config(const std::string& file, bool with_token);

// The first line of a file, which must be a token. `what` names the file in failures.
std::string read_token(const std::string& file, const std::string& what);

// From --url, --config, GRAPNEL_URL or the default; and --token-file, --config or GRAPNEL_TOKEN, in
// this order. Throws Failure.
Place find_place(const Arguments& arguments);

}  // namespace grapnel::ctl
