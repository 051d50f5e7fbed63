#include "world.h"

#include <algorithm>
#include <utility>

namespace grapnel::churn {

namespace {

constexpr uint8_t kSessionTakenOver = 0x8e;

}  // namespace

const char* fault_name(Fault fault) {
    switch (fault) {
        case Fault::lost: return "lost";
        case Fault::duplicated: return "duplicated";
        case Fault::reordered: return "reordered";
        case Fault::unknown: return "unknown";
        case Fault::refused: return "refused";
        case Fault::forgotten: return "forgotten";
        case Fault::ended: return "ended";
        case Fault::stalled: return "stalled";
        case Fault::farewell: return "farewell";
        case Fault::will_missing: return "will_missing";
        case Fault::will_unwanted: return "will_unwanted";
        case Fault::retained_stale: return "retained_stale";
    }
    return "?";
}

void Farewells::keep(std::unique_ptr<Socket> socket, bool told, Clock::time_point now) {
    socket->hand_over(*this);
    guests_.push_back({std::move(socket), told, now});
}

void Farewells::tick(Clock::time_point now) {
    while (!guests_.empty() && now - guests_.front().since > kAnswerWithin) {
        tally_.add(Fault::farewell);
        poller_.bury(std::move(guests_.front().socket));
        guests_.pop_front();
    }
}

std::list<Farewells::Guest>::iterator Farewells::find(const Socket& socket) {
    return std::find_if(guests_.begin(), guests_.end(),
                        [&](const Guest& guest) { return guest.socket.get() == &socket; });
}

void Farewells::on_packet(Socket& socket, const load::Packet& packet) {
    if (packet.first != load::kDisconnect || packet.body.empty()) return;
    if (static_cast<uint8_t>(packet.body[0]) == kSessionTakenOver) find(socket)->told = false;
}

void Farewells::on_end(Socket& socket) {
    const auto guest = find(socket);
    if (guest->told) tally_.add(Fault::farewell);
    poller_.bury(std::move(guest->socket));
    guests_.erase(guest);
}

}  // namespace grapnel::churn
