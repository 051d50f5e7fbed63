#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "layout.h"
#include "store/backend.h"

namespace grapnel::redis {

// A batch as the commands between MULTI and EXEC, in the order in which it was filled. Each of them
// may be done again: what is done twice is as if it were done once.
class CommandBatch final : public store::Batch {
public:
    explicit CommandBatch(const Layout& layout) : layout_(layout) {}

    void put(Kind kind, std::string_view key, std::string_view value) override;
    void erase(Kind kind, std::string_view key) override;
    void erase_owned(Kind kind, std::string_view client_id) override;
    bool empty() const override { return count_ == 0; }
    void clear() override;

    std::string_view commands() const { return commands_; }
    std::size_t count() const { return count_; }

    // Memory that is kept for the next batch.
    static constexpr std::size_t kKeptMost = std::size_t{1} << 20;

private:
    const Layout& layout_;
    std::string commands_;
    std::size_t count_ = 0;
};

}  // namespace grapnel::redis
