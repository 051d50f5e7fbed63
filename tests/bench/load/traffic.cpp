#include "traffic.h"

#include <algorithm>
#include <limits>

#include "clock.h"
#include "fail.h"

namespace grapnel::load {

namespace {

constexpr int kWait_ms = 10;

}  // namespace

Traffic::Traffic(const Options& options, const Plan& plan, size_t window)
    : options_(options), plan_(plan), clients_(options, *this), tally_(plan) {
    const auto subscribers = clients_.connect(Role::kSubscriber, plan.subscribers());
    const auto connections = clients_.connect(Role::kPublisher, plan.publishers());
    Publisher::Limits limits{.run = options.run, .qos = options.qos, .inflight = options.inflight};
    if (window != 0) limits.window = std::max<size_t>(1, window / plan.feeders());
    for (Connection* connection : connections)
        publishers_.emplace_back(*connection, clients_.loop(), limits);
    const Message::Shape shape{.payload = options.payload, .qos = options.qos, .v5 = options.v5};
    for (const std::string& topic : plan.topics()) messages_.emplace_back(topic, shape);
    for (size_t i = 0; i < subscribers.size(); ++i)
        clients_.subscribe(*subscribers[i], plan.filters(i));
    clients_.wait_subscribed();
    clients_.exchange_pings();
}

void Traffic::publish(size_t number, uint64_t time_ns) {
    Publisher& publisher = publishers_[number];
    const size_t topic = plan_.topic_of(number, publisher.sent());
    publisher.send(messages_[topic], time_ns, plan_.receivers(topic));
    expected_ += plan_.receivers(topic);
}

void Traffic::fill(size_t number) {
    const uint64_t time_ns = clients_.loop().turned_ns();
    size_t left = options_.batch != 0 ? options_.batch : std::numeric_limits<size_t>::max();
    for (; left > 0 && has_room(number); --left) publish(number, time_ns);
}

bool Traffic::anyone_has_room() const {
    return std::ranges::any_of(publishers_, &Publisher::has_room);
}

void Traffic::publish_for(double seconds) {
    const uint64_t end_ns = now_ns() + nanoseconds(seconds);
    moved_ns_ = now_ns();
    while (now_ns() < end_ns) {
        for (size_t i = 0; i < publishers_.size(); ++i) fill(i);
        clients_.loop().send_all();
        const bool more = anyone_has_room();
        clients_.turn(more ? 0 : kWait_ms);
        if (more || !stands_still()) continue;
        ++standstills_;
        for (Publisher& publisher : publishers_) publisher.open_window();
    }
}

bool Traffic::stands_still() {
    const uint64_t now = clients_.loop().turned_ns();
    if (movements_ == movements_seen_)
        return now > moved_ns_ && now - moved_ns_ > nanoseconds(options_.standstill_s);
    movements_seen_ = movements_;
    moved_ns_ = now;
    return false;
}

void Traffic::drain() {
    moved_ns_ = now_ns();
    while ((tally_.delivered() < expected_ || unacknowledged() > 0) && !stands_still())
        clients_.turn(kWait_ms);
    clients_.exchange_pings();
}

size_t Traffic::unacknowledged() const {
    size_t count = 0;
    for (const Publisher& publisher : publishers_) count += publisher.unacknowledged();
    return count;
}

void Traffic::record(Latencies& latencies) {
    latencies_ = &latencies;
    for (const Publisher& publisher : publishers_) recorded_from_.push_back(publisher.sent());
}

void Traffic::on_delivery(Connection& subscriber, std::string_view payload, bool) {
    Stamp stamp;
    if (subscriber.role() != Role::kSubscriber ||
        !read_stamp(payload, options_.payload, options_.run, stamp) ||
        stamp.publisher >= publishers_.size() ||
        stamp.sequence >= publishers_[stamp.publisher].sent()) {
        ++corrupt_;
        return;
    }
    if (!tally_.take(subscriber.number(), stamp)) return;
    ++movements_;
    publishers_[stamp.publisher].on_delivery(stamp.sequence);
    if (latencies_ != nullptr && stamp.sequence >= recorded_from_[stamp.publisher])
        latencies_->add(now_ns() - stamp.time_ns);
}

void Traffic::on_acknowledgement(Connection& connection, uint8_t first, uint16_t packet_id) {
    if (connection.role() != Role::kPublisher)
        fail(connection.name() + " got an acknowledgement, and published nothing");
    const uint64_t sent_ns = publishers_[connection.number()].on_acknowledgement(first, packet_id);
    if (sent_ns != 0 && acknowledgements_ != nullptr) acknowledgements_->add(now_ns() - sent_ns);
    ++movements_;
}

void Traffic::write_to(Report& report) const {
    uint64_t published = 0;
    for (const Publisher& publisher : publishers_) published += publisher.sent();
    report.add("published", published);
    report.add("expected", expected_);
    report.add("delivered", tally_.delivered());
    report.add("lost", expected_ - tally_.delivered());
    report.add("duplicates", tally_.duplicates());
    report.add("reordered", tally_.reordered());
    report.add("corrupt", corrupt_ + tally_.strays());
    report.add("unacknowledged", uint64_t{unacknowledged()});
    report.add("standstills", standstills_);
}

}  // namespace grapnel::load
