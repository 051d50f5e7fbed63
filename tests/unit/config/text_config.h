#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "config/check.h"
#include "config/load.h"
#include "config/read.h"

namespace grapnel::config {

// A configuration read from a text that is called "a.toml".
struct TextConfig {
    explicit TextConfig(std::string_view text) {
        auto tree = std::make_shared<Tree>();
        load_text(text, "a.toml", *tree, faults);
        config = read_config(std::move(tree), faults);
        check_config(config, faults);
        sort_faults(faults);
    }

    // All faults, one a line.
    std::string lines() const {
        std::string out;
        for (const Fault& fault : faults) out += fault.line() + "\n";
        return out;
    }

    Faults faults;
    Config config;
};

}  // namespace grapnel::config
