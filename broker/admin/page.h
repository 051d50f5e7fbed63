#pragma once

#include "web/http.h"

namespace grapnel {

// Serves the dashboard, `/` and what it is made of, and the description of the API. They are the
// same for everybody and know nothing; what the dashboard shows it asks the API for, with the
// operator's token.
void add_page_routes(HttpRoutes& routes);

}  // namespace grapnel
