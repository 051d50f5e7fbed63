#include "admin/client_list.h"

#include <iterator>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "admin/client_page.h"
#include "admin/sorted_page.h"

namespace grapnel {

// The parts of all workers, put together on the main thread.
class ClientListing {
public:
    ClientListing(std::shared_ptr<ClientLists> lists, ClientFilter wanted, Reply to)
        : broker(lists->broker_),
          filter(std::move(wanted)),
          reply_(std::move(to)),
          lists_(std::move(lists)) {}
    ~ClientListing() { --lists_->running_; }
    ClientListing(const ClientListing&) = delete;
    ClientListing& operator=(const ClientListing&) = delete;

    // Main thread.
    void add(ClientRows part) {
        parts_.push_back(std::move(part));
        if (parts_.size() == broker.worker_count())
            reply_.give(json_response(client_page(std::move(parts_), filter.limit)));
    }

    Broker& broker;
    const ClientFilter filter;

private:
    const Reply reply_;
    const std::shared_ptr<ClientLists> lists_;
    std::vector<ClientRows> parts_;
};

namespace {

constexpr size_t kSessionsATurn = 2000;
constexpr size_t kSessionsAStep = 16;
constexpr size_t kBytesATurn = size_t{256} << 10U;  // of names that are looked at
constexpr size_t kRowsATurn = 500;
constexpr size_t kNameBytesMost = size_t{1} << 20U;  // ids and usernames of one worker's rows

// One worker's part. Its loop thread.
class Scan : public std::enable_shared_from_this<Scan> {
public:
    explicit Scan(std::shared_ptr<ClientListing> listing)
        : listing_(std::move(listing)), page_({listing_->filter.limit, listing_->filter.after}) {}

    void look(Worker& worker) {
        size_t sessions = 0;
        size_t bytes = 0;
        do {
            place_ = worker.scan_sessions(place_, kSessionsAStep, [&](const Session& session) {
                const Bytes id = session.info.id.bytes();
                bytes += id.size() + session.info.username.bytes().size();
                if (page_.wants(id) && listing_->filter.matches(session))
                    page_.add(std::string(id), {});
            });
            sessions += kSessionsAStep;
        } while (place_ != 0 && sessions < kSessionsATurn && bytes < kBytesATurn);
        if (place_ != 0)
            return on_worker(worker, [self = shared_from_this()](Worker& w) { self->look(w); });
        next_ = page_.entries().begin();
        if (page_.more()) part_.complete_to = page_.entries().rbegin()->first;
        collect(worker);
    }

private:
    using Ids = std::map<std::string, std::monostate, std::less<>>;

    // Who ended since it was seen is left out.
    void collect(Worker& worker) {
        for (size_t i = 0; i < kRowsATurn && next_ != page_.entries().end(); ++i, ++next_) {
            const Session* const session = worker.sessions.find(next_->first);
            if (session == nullptr) continue;
            part_.rows.emplace_back(*session);
            const ClientRow& row = part_.rows.back();
            bytes_ += row.id.size() + row.username.value_or("").size();
            if (bytes_ < kNameBytesMost || std::next(next_) == page_.entries().end()) continue;
            part_.complete_to = row.id;
            next_ = page_.entries().end();
            break;
        }
        if (next_ != page_.entries().end())
            return on_worker(worker, [self = shared_from_this()](Worker& w) { self->collect(w); });
        listing_->broker.post_main(
            [self = shared_from_this()] { self->listing_->add(std::move(self->part_)); });
    }

    const std::shared_ptr<ClientListing> listing_;
    SortedPage<std::monostate> page_;
    Ids::const_iterator next_;
    size_t place_ = 0;
    size_t bytes_ = 0;
    ClientRows part_;
};

}  // namespace

bool ClientLists::begin(ClientFilter filter, const Reply& reply) {
    if (++running_ > kAtOnce) {
        --running_;
        return false;
    }
    const auto listing =
        std::make_shared<ClientListing>(shared_from_this(), std::move(filter), reply);
    for (const auto& worker : broker_.core().workers)
        on_worker(*worker, [scan = std::make_shared<Scan>(listing)](Worker& w) { scan->look(w); });
    return true;
}

}  // namespace grapnel
