/* The header of the library compiles alone, as C99 to C++20, without a warning and without padding.
 * It must be the first and only header here. */
#include <grapnel/broker.h>

typedef char
    options_have_no_padding[sizeof(gn_broker_options) ==
                                    2 * sizeof(uint32_t) + 2 * sizeof(gn_str) + 2 * sizeof(void*)
                                ? 1
                                : -1];
