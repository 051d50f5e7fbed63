#pragma once

#include "web/http.h"

namespace grapnel {

// Serves the dashboard: `/` and what it is made of. It is the same for everybody and knows nothing;
// what it shows it asks the API for, with the operator's token.
void add_page_routes(HttpRoutes& routes);

}  // namespace grapnel
