#include "steady.h"

#include <algorithm>
#include <utility>

namespace grapnel::churn {

namespace {

constexpr size_t kWindow = 200;  // unacknowledged messages of a publisher; brokers offer 1024
constexpr size_t kWaitingMax_bytes = 256 * 1024;
constexpr double kLongestTick_s = 0.02;  // what was due before is left out

}  // namespace

Publisher::Publisher(World& world, Account account, Streams& streams, std::vector<uint32_t> own,
                     double rate_per_s, size_t payload_size)
    : world_(world),
      streams_(streams),
      own_(std::move(own)),
      rate_per_s_(rate_per_s),
      ticked_(world.now),
      payload_(std::max(payload_size, kMarkSize), 'x'),
      session_(world, std::move(account), *this) {}

bool Publisher::has_room() const {
    return session_.ready() && session_.unacknowledged() < kWindow &&
           session_.waiting_bytes() < kWaitingMax_bytes;
}

void Publisher::tick() {
    const double passed_s = std::chrono::duration<double>(world_.now - ticked_).count();
    ticked_ = world_.now;
    due_ += rate_per_s_ * std::min(passed_s, kLongestTick_s);
    for (; due_ >= 1; due_ -= 1) {
        if (has_room())
            publish();
        else
            ++world_.tally.withheld;
    }
}

void Publisher::publish() {
    const uint32_t number = own_[turn_++ % own_.size()];
    Stream& stream = streams_[number];
    write_mark(payload_, {number, stream.sent++});
    ++world_.tally.published;
    session_.publish(stream.topic, payload_, stream.qos, false, number);
}

void Publisher::on_acknowledged(uint64_t) { ++world_.tally.acknowledged; }

Reader::Reader(World& world, Account account, std::string filter, uint8_t qos,
               std::shared_ptr<Ledger> ledger)
    : world_(world),
      filter_(std::move(filter)),
      qos_(qos),
      ledger_(std::move(ledger)),
      session_(world, std::move(account), *this) {}

void Reader::on_connected() {
    if (!subscribed_) session_.subscribe(filter_, qos_);
}

void Reader::on_publish(const load::Delivery& delivery) {
    Mark mark;
    if (!read_mark(delivery.payload, mark)) return world_.tally.add(Fault::unknown);
    ledger_->note(world_, mark, delivery.topic, highest_);
}

Restless::Restless(World& world, Session& session, Habit habit)
    : world_(world), session_(session), habit_(habit) {
    if (habit == Habit::looks_in) plan(Plan::go, world.pick_ms(100, 400));
}

void Restless::plan(Plan what, std::chrono::milliseconds in) {
    plan_ = what;
    planned_ = world_.now + in;
}

int Restless::disturb() {
    if (plan_ != Plan::none) return 0;
    if (habit_ == Habit::looks_in) {
        session_.open();
        plan(Plan::go, world_.pick_ms(100, 400));
        return 2;  // it goes again
    }
    if (!session_.ready()) return 0;
    if (habit_ == Habit::stays || world_.pick(3) == 0) {
        take_over();
        return 1;
    }
    go();
    plan(Plan::come, world_.pick_ms(0, 1500));
    return 2;
}

void Restless::take_over() {
    if (world_.pick(2) == 0)
        session_.open();
    else
        session_.falter(Session::Mishap::taken_over);
}

void Restless::go() {
    switch (world_.pick(3)) {
        case 0: return session_.leave();
        case 1: return session_.drop();
        default: session_.falter(Session::Mishap::dropped);
    }
}

void Restless::come() {
    session_.falter(Session::Mishap::none);
    if (!session_.connected()) session_.open();
}

void Restless::tick() {
    if (plan_ == Plan::none || world_.now < planned_) return;
    if (plan_ == Plan::go && !session_.ready()) {
        if (!session_.connected()) plan_ = Plan::none;  // an earlier mishap came first
        return;
    }
    const Plan what = std::exchange(plan_, Plan::none);
    if (what == Plan::come) return come();
    go();
}

void Restless::come_home() {
    plan_ = Plan::none;
    come();
}

}  // namespace grapnel::churn
