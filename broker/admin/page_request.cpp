#include "admin/page_request.h"

namespace grapnel {

Page page_of(Parameters& parameters) {
    return {parameters.number("limit", 100, 1, Page::kLimitMost), parameters.value("after")};
}

}  // namespace grapnel
