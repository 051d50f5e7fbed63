#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "topics/filter_table.h"

namespace grapnel {

// The topics that concern a plugin: what gn_interest.limit was given. Immutable once made, so that
// all loops may ask at once.
class Interest {
public:
    static constexpr size_t kFiltersMax = 4096;
    static constexpr size_t kFilterBytesMax = 65'535;  // MQTT 5.0, 1.5.4

    // Null: one of them is no filter, or a shared one.
    static std::shared_ptr<const Interest> of(const std::vector<Bytes>& filters);

    // Does any filter match the topic, as subscriptions do?
    bool concerns(Bytes topic) const;

private:
    // So many are compared one by one; more are found by level.
    static constexpr size_t kFewMax = 4;

    struct Listed {
        bool is_listed = false;
        bool empty() const { return !is_listed; }
    };

    std::vector<std::string> few_;
    FilterTable<Listed> many_;
    bool has_many_ = false;
};

}  // namespace grapnel
