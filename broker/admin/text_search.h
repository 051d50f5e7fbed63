#pragma once

#include <string>
#include <string_view>

namespace grapnel {

// Looks for a part of texts. Letters of ASCII count as equal to their capitals. What it costs grows
// with the text alone, whatever text and part are: both come from strangers. Any thread.
class TextSearch {
public:
    explicit TextSearch(std::string part);

    // True for an empty part.
    bool found_in(std::string_view text) const;
    bool all() const { return part_.empty(); }

private:
    std::string part_;  // in small letters
};

}  // namespace grapnel
