#pragma once

#include <cstdint>
#include <grapnel/plugin.hpp>
#include <memory>
#include <string>

#include "batch.h"
#include "connection.h"
#include "layout.h"
#include "outage.h"
#include "run_id.h"
#include "settings.h"
#include "store/backend.h"

namespace grapnel::redis {

// A Redis server as a store's backend. While it is away, write() waits for it as long as `hold`
// says, then answers faults until it is back. Once it is found to have lost data, or to be written
// to by another, nothing is written any more: memory and Redis differ. A transaction that Redis
// gets late, after its connection was given up, does nothing there.
class Server final : public store::Backend {
public:
    Server(gn::Host host, Settings settings);

    // Connects and prepares it. Throws std::runtime_error that says what an operator can do.
    void start();

    std::unique_ptr<store::Batch> make_batch() override;
    // A batch whose answer was lost may be written again, as it is or with more behind it.
    Fault write(store::Batch& batch) override;
    // Redis syncs as its appendfsync says before it answers.
    Fault sync() override { return {}; }
    std::unique_ptr<store::Cursor> scan(Kind kind) override;
    // Of owned kinds 0: nobody counts them.
    std::uint64_t estimate(Kind kind) override;

private:
    Fault open_loaded();
    Fault check_schema(bool create);
    Fault check_durability();
    Fault return_to();
    Fault write_once(const CommandBatch& batch);
    // One MULTI … EXEC of the commands and of a new run text, which Redis does only if nobody has
    // touched that text since it was judged last; and judges it anew for the next one.
    Fault transact(std::string_view commands, std::size_t count);
    // Up to the answer to EXEC; `anew`: only a new connection can do it.
    Fault read_transaction(std::size_t count, bool& anew);
    // Has the run text watched, and judges it.
    Fault watch();
    void append_watch(std::string& commands) const;
    Fault read_watch();
    Fault judge(const redisReply& text);
    void note_away(const Fault& fault);
    void note_back();

    gn::Host host_;
    const Settings settings_;
    const Layout layout_;
    Connection connection_;
    Outage outage_;
    RunId run_;
    Fault away_fault_;
    Fault lost_;  // why nothing is written any more
};

}  // namespace grapnel::redis
