#pragma once

#include <string>
#include <vector>

#include "ctl/api.h"
#include "ctl/arguments.h"
#include "ctl/output.h"

namespace grapnel::ctl {

// What a command is given.
struct Session {
    const Arguments& arguments;
    std::vector<std::string> words;  // behind the command's name
    const Api& api;
    const Output& output;
    bool json;  // --json: what the API says, instead of tables

    // Prints the reply when it is to be JSON; then there is nothing more to do.
    [[nodiscard]] bool printed_as_json(const Reply& reply) const {
        if (json && !reply.text.empty()) output.write_json(reply.text);
        return json;
    }
};

}  // namespace grapnel::ctl
