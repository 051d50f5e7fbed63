// create lets a C++ exception out.
#include <grapnel/plugin.h>

#include <stdexcept>

static gn_status create(const gn_host*, const gn_node*, void**, const gn_hooks**) {
    throw std::runtime_error("no luck in create");
}

extern "C" GN_EXPORT const gn_plugin gn_plugin_entry = {
    GN_MAGIC, sizeof(gn_plugin), 1,       0,       0,       0,       "create_throws", "1", nullptr,
    create,   nullptr,           nullptr, nullptr, nullptr, nullptr,
};
