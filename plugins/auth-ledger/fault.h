#pragma once

#include <string>
#include <utility>
#include <vector>

namespace grapnel::ledger {

// One thing wrong with the ledger: `where` is "file:line" or "file:line:column".
struct Fault {
    std::string where;
    std::string text;
};

// All faults of one load, in the order in which they were found. A load with faults gives no
// ledger.
class Faults {
public:
    void add(std::string where, std::string text) {
        all_.push_back({std::move(where), std::move(text)});
    }
    bool empty() const noexcept { return all_.empty(); }
    const std::vector<Fault>& all() const noexcept { return all_; }

private:
    std::vector<Fault> all_;
};

}  // namespace grapnel::ledger
