#pragma once

#include <string_view>

#include "admin/api.h"

namespace grapnel {

// GET /openapi.json: the description of the API in OpenAPI 3.1, for anybody.
void add_openapi_routes(Api& api);

// That document: openapi.json as it was when this was built.
std::string_view openapi_text();

}  // namespace grapnel
