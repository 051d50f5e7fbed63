#include "visitor.h"

#include <charconv>

namespace grapnel::churn {

namespace {

constexpr size_t kErrands = 6;
constexpr uint64_t kShareGroups = 4;

Account account_of(World& world, uint64_t number) {
    Account account;
    account.id = "visitor-" + std::to_string(number);
    account.v5 = world.pick(2) == 0;
    if (world.pick(2) == 0) return account;
    account.will = Will{WillWatch::topic_of(number), "gone", 0};
    if (account.v5 && world.pick(2) == 0) {
        account.will->delay_s = 1;
        account.expiry_s = 2;
    }
    return account;
}

}  // namespace

Visitor::Visitor(World& world, const Streams& streams, WillWatch& wills, Shelf& shelf,
                 uint64_t number)
    : world_(world),
      streams_(streams),
      wills_(wills),
      shelf_(shelf),
      number_(number),
      born_(world.now),
      session_(world, account_of(world, number), *this) {
    choose();
    session_.open();
}

void Visitor::choose() {
    errand_ = static_cast<Errand>(world_.pick(kErrands));
    if (errand_ == Errand::rude && session_.account().will) errand_ = Errand::own;
    const std::string number = std::to_string(number_);
    size_t place = 0;
    switch (errand_) {
        case Errand::plain:
            stream_ = world_.pick(streams_.size());
            filter_ = streams_[stream_].topic;
            return;
        case Errand::wildcard: {
            const std::string filters[] = {"calm/+/#", "mail/2/+", "hot/1/+",
                                           "once/" + number + "/#",
                                           "hot/+/" + std::to_string(world_.pick(streams_.size()))};
            filter_ = filters[world_.pick(std::size(filters))];
            return;
        }
        case Errand::shared:
            filter_ = "$share/g" + std::to_string(number_ % kShareGroups) + "/calm/#";
            return;
        case Errand::retained:
            if (shelf_.pick(place, at_least_)) {
                filter_ = Shelf::topic_of(place);
                return;
            }
            errand_ = Errand::own;
            [[fallthrough]];
        case Errand::own:
        case Errand::rude: filter_ = "once/" + number + "/own"; return;
    }
}

void Visitor::on_connected() {
    if (state_ == State::usurping) {
        session_.leave();
        state_ = State::done;
        return;
    }
    session_.subscribe(filter_, 2);
}

void Visitor::on_subscribed() {
    state_ = State::staying;
    leaves_ = world_.now + world_.pick_ms(20, 150);
    first_at_most_ = streams_[stream_].sent;
    if (errand_ == Errand::own)
        session_.publish(filter_, "own", static_cast<uint8_t>(1 + world_.pick(2)), false, 0);
    content_ = errand_ != Errand::own && errand_ != Errand::retained;
}

void Visitor::on_publish(const load::Delivery& delivery) {
    if (errand_ == Errand::plain || errand_ == Errand::wildcard) return check_stream(delivery);
    if (errand_ == Errand::retained) return check_retained(delivery);
    if (errand_ == Errand::own && delivery.topic == filter_) content_ = true;
}

void Visitor::check_stream(const load::Delivery& delivery) {
    Mark mark;
    if (!read_mark(delivery.payload, mark) || mark.stream >= streams_.size() ||
        streams_[mark.stream].topic != delivery.topic)
        return world_.tally.add(Fault::unknown);
    ++world_.tally.delivered;
    const auto [last, first_time] = last_.try_emplace(mark.stream, mark.number);
    if (first_time) {
        const bool late =
            errand_ == Errand::plain && state_ == State::staying && mark.number > first_at_most_;
        if (late && delivery.qos != 0) world_.tally.add(Fault::lost);
        return;
    }
    if (mark.number <= last->second) {
        if (delivery.qos != 1) return world_.tally.add(Fault::duplicated);
        ++world_.tally.repeated;
        return;
    }
    const uint64_t skipped = mark.number - last->second - 1;
    if (delivery.qos == 0)
        world_.tally.dropped += skipped;
    else
        world_.tally.add(Fault::lost, skipped);
    last->second = mark.number;
}

void Visitor::check_retained(const load::Delivery& delivery) {
    uint64_t number = 0;
    std::from_chars(delivery.payload.data(), delivery.payload.data() + delivery.payload.size(),
                    number);
    if (delivery.topic != filter_) return world_.tally.add(Fault::unknown);
    if (!content_ && number < at_least_) world_.tally.add(Fault::retained_stale);
    content_ = true;
}

void Visitor::on_unsubscribed() {
    const bool will = session_.account().will.has_value();
    switch (world_.pick(3)) {
        case 0:
            session_.leave();
            state_ = State::done;
            return;
        case 1:
            session_.drop();
            if (will) wills_.expect(number_);
            state_ = State::done;
            return;
        default:
            state_ = State::usurping;
            session_.open();
            if (will) wills_.expect(number_);
    }
}

void Visitor::tick() {
    if (done()) return;
    if (errand_ == Errand::rude) {
        session_.drop();
        state_ = State::done;
    } else if (!session_.connected()) {
        state_ = State::done;  // the broker ended it, which is counted already
    } else if (world_.now - born_ > kAnswerWithin) {
        world_.tally.add(Fault::stalled);
        session_.drop();
        state_ = State::done;
    } else if (state_ == State::staying && content_ && world_.now >= leaves_) {
        session_.unsubscribe(filter_);
        state_ = State::going;
    }
}

void Visitors::invite() { visitors_.emplace_back(world_, streams_, wills_, shelf_, ++number_); }

void Visitors::tick() {
    for (Visitor& visitor : visitors_) visitor.tick();
    visitors_.remove_if([](const Visitor& visitor) { return visitor.done(); });
}

}  // namespace grapnel::churn
