/* Strings and flags of the ABI, for plugins in C and C++. */
#ifndef TEXT_H
#define TEXT_H

#include <grapnel/plugin.h>

#include <string.h>

/* Borrows the text. */
static inline gn_str str(const char* text) {
    gn_str out;
    out.ptr = text;
    out.len = strlen(text);
    return out;
}

static inline int is(gn_str text, const char* expected) {
    return text.len == strlen(expected) && memcmp(text.ptr, expected, text.len) == 0;
}

/* [main] A key of the configuration that is true or, as when it is absent, false. */
static inline int flag(const gn_host* host, const gn_node* config, const char* key) {
    int32_t value = 0;
    host->config->flag(host->config->get(config, str(key)), &value);
    return value != 0;
}

#endif
