// Plays clients that come and go beside steady traffic, to a broker on this machine, and prints a
// line of JSON each second: what was done, what arrived, and what the broker did wrong. Ends with 1
// if that is anything.
// Usage: churn --port N [--seconds N] [--rate N] [--churn N] [--payload BYTES] [--seed N]

#include <cstdlib>
#include <map>
#include <string>

#include "../load/fail.h"
#include "soak.h"

namespace {

using namespace grapnel::churn;
using grapnel::load::fail;

Options read_options(int count, char** arguments) {
    if (count % 2 == 0) fail("options come with one value each");
    std::map<std::string, double> given;
    for (int i = 1; i + 1 < count; i += 2) {
        char* end = nullptr;
        given[arguments[i]] = std::strtod(arguments[i + 1], &end);
        if (end == arguments[i + 1] || *end != '\0')
            fail(std::string("not a number: ") + arguments[i + 1]);
    }
    Options options;
    const auto take = [&](const char* name, auto& target) {
        const auto found = given.find(name);
        if (found == given.end()) return;
        target = static_cast<std::remove_reference_t<decltype(target)>>(found->second);
        given.erase(found);
    };
    take("--port", options.port);
    take("--seconds", options.seconds);
    take("--rate", options.rate);
    take("--churn", options.churn);
    take("--payload", options.payload);
    take("--seed", options.seed);
    if (!given.empty()) fail("unknown: " + given.begin()->first);
    if (options.port == 0) fail("--port is needed");
    return options;
}

}  // namespace

int main(int count, char** arguments) { return Soak(read_options(count, arguments)).run() ? 0 : 1; }
