#include "admin/client_list.h"

#include <memory>
#include <utility>
#include <vector>

#include "admin/client_page.h"

namespace grapnel {

namespace {

constexpr size_t kSessionsATurn = 2000;
constexpr size_t kRowsATurn = 500;

// The parts of all workers, put together on the main thread.
class Listing {
public:
    Listing(Broker& owner, ClientFilter wanted, Reply to)
        : broker(owner), filter(std::move(wanted)), reply_(std::move(to)) {}

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
    std::vector<ClientRows> parts_;
};

// One worker's part. Its loop thread.
class Scan : public std::enable_shared_from_this<Scan> {
public:
    explicit Scan(std::shared_ptr<Listing> listing)
        : listing_(std::move(listing)), smallest_(listing_->filter.limit) {}

    void look(Worker& worker) {
        place_ = worker.scan_sessions(place_, kSessionsATurn, [&](const Session& session) {
            if (listing_->filter.matches(session)) smallest_.offer(session.info.id.bytes());
        });
        if (place_ != 0)
            return on_worker(worker, [self = shared_from_this()](Worker& w) { self->look(w); });
        ids_ = smallest_.take();
        if (smallest_.more()) part_.complete_to = ids_.back();
        collect(worker);
    }

private:
    // Who ended since it was seen is left out.
    void collect(Worker& worker) {
        for (size_t i = 0; i < kRowsATurn && collected_ < ids_.size(); ++i, ++collected_)
            if (const Session* const session = worker.sessions.find(ids_[collected_]))
                part_.rows.emplace_back(*session);
        if (collected_ < ids_.size())
            return on_worker(worker, [self = shared_from_this()](Worker& w) { self->collect(w); });
        listing_->broker.post_main(
            [self = shared_from_this()] { self->listing_->add(std::move(self->part_)); });
    }

    const std::shared_ptr<Listing> listing_;
    SmallestIds smallest_;
    size_t place_ = 0;
    std::vector<std::string> ids_;
    size_t collected_ = 0;
    ClientRows part_;
};

}  // namespace

void list_clients(Broker& broker, ClientFilter filter, const Reply& reply) {
    const auto listing = std::make_shared<Listing>(broker, std::move(filter), reply);
    for (const auto& worker : broker.core().workers)
        on_worker(*worker, [scan = std::make_shared<Scan>(listing)](Worker& w) { scan->look(w); });
}

}  // namespace grapnel
