#pragma once

#include "base/bytes.h"

namespace grapnel::mqtt {

// An MQTT UTF-8 string (1.5.4): well-formed, no surrogates, no U+0000. ASCII is checked eight bytes
// at a time.
bool is_mqtt_string(Bytes text);

// Well-formed UTF-8, U+0000 allowed: what payload format indicator 1 promises (3.3.2.3.2).
bool is_utf8(Bytes text);

}  // namespace grapnel::mqtt
