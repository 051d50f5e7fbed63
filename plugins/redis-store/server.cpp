#include "server.h"

#include <charconv>
#include <chrono>
#include <random>
#include <stdexcept>
#include <thread>
#include <utility>

#include "command.h"
#include "cursors.h"
#include "durability.h"
#include "store/record.h"

namespace grapnel::redis {

namespace {

constexpr std::int64_t kLoadingPause_ms = 100;

std::int64_t now_ms() {
    using std::chrono::milliseconds;
    return std::chrono::duration_cast<milliseconds>(
               std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

void sleep_ms(std::int64_t ms) { std::this_thread::sleep_for(std::chrono::milliseconds(ms)); }

std::string random_id() {
    constexpr int kWords = 4;
    std::random_device random;
    std::string id;
    for (int word = 0; word < kWords; ++word) {
        id.append(word == 0 ? "" : "-");
        id.append(std::to_string(static_cast<std::uint32_t>(random())));
    }
    return id;
}

}  // namespace

Server::Server(gn::Host host, Settings settings)
    : host_(host),
      settings_(std::move(settings)),
      layout_(settings_.prefix),
      connection_(settings_),
      outage_(settings_.hold_ms),
      run_(random_id()) {}

void Server::start() {
    Fault fault = open_loaded();
    if (fault.empty()) fault = check_durability();
    Reply watched;
    if (fault.empty()) fault = connection_.call({"WATCH", layout_.run()}, watched);
    if (fault.empty()) fault = transact({}, 0);
    if (!fault.empty()) throw std::runtime_error(fault);
    host_.info("while Redis is away commits are held for " + std::to_string(settings_.hold_ms) +
               " ms, if defer_timeout of this plugin's table is " +
               std::to_string(settings_.commit_most_ms()) + " ms or more");
}

// Connects, and waits for a Redis that reads its data.
Fault Server::open_loaded() {
    const std::int64_t until = now_ms() + settings_.loading_timeout_ms;
    for (;;) {
        Fault fault = connection_.open();
        if (fault.empty()) fault = check_schema(true);
        if (!is_loading(fault) || now_ms() >= until) return fault;
        sleep_ms(kLoadingPause_ms);
    }
}

// The schema is written before anything else is: where there is none, all is new.
Fault Server::check_schema(bool create) {
    Reply reply;
    Fault fault = connection_.call({"GET", layout_.schema()}, reply);
    if (!fault.empty()) return fault;
    const std::string known = std::to_string(store::kSchema);
    if (reply->type == REDIS_REPLY_NIL)
        return create ? connection_.call({"SET", layout_.schema(), known}, reply) : Fault();
    const std::string_view text = text_of(*reply);
    std::uint32_t schema = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), schema);
    const bool number = error == std::errc() && end == text.data() + text.size();
    if (number && schema >= 1 && schema <= store::kSchema) return {};
    return connection_.fault("\"" + layout_.schema() + "\" is of schema " + std::string(text) +
                             ", and this program knows up to " + known + ": start a newer one");
}

Fault Server::check_durability() {
    Durability durability;
    Fault fault = ask_durability(connection_, durability);
    if (!fault.empty()) return fault;
    for (const std::string& line : warnings_of(durability)) host_.warn(line);
    return {};
}

std::unique_ptr<store::Batch> Server::make_batch() {
    return std::make_unique<CommandBatch>(layout_);
}

Fault Server::write(store::Batch& batch) {
    for (;;) {
        if (!lost_.empty()) return lost_;
        if (outage_.may_try(now_ms())) {
            Fault fault = write_once(static_cast<CommandBatch&>(batch));
            if (connection_.is_open()) note_back();
            if (connection_.is_open() || !lost_.empty()) return fault;
            note_away(fault);
            continue;
        }
        if (!outage_.holds(now_ms())) return away_fault_;
        sleep_ms(outage_.wait_ms(now_ms()));
    }
}

void Server::note_away(const Fault& fault) {
    if (!outage_.away()) host_.warn(fault);
    outage_.failed(now_ms());
    away_fault_ = fault;
}

void Server::note_back() {
    if (!outage_.away()) return;
    host_.info("connected again after " + std::to_string(outage_.lasted_ms(now_ms())) + " ms");
    outage_.over();
}

Fault Server::write_once(const CommandBatch& batch) {
    const Fault fault = connection_.is_open() ? Fault() : return_to();
    return fault.empty() ? transact(batch.commands(), batch.count()) : fault;
}

// The text is watched before it is read: what is judged is what the next EXEC finds, or it does
// nothing.
void Server::append_watch(std::string& commands) const {
    append_command(commands, {"WATCH", layout_.run()});
    append_command(commands, {"GET", layout_.run()});
}

// Connects anew, to a Redis that must hold what it held.
Fault Server::return_to() {
    Fault fault = connection_.open();
    if (fault.empty()) fault = check_schema(false);
    if (fault.empty()) fault = watch();
    if (!fault.empty()) connection_.close();
    return fault;
}

Fault Server::watch() {
    std::string commands;
    append_watch(commands);
    const std::string_view pieces[]{commands};
    Fault fault = connection_.send(pieces);
    return fault.empty() ? read_watch() : fault;
}

Fault Server::read_watch() {
    Reply watched;
    Reply run;
    Fault fault = connection_.receive(watched);
    if (fault.empty()) fault = connection_.receive(run);
    if (!fault.empty()) return fault;
    for (const Reply* reply : {&watched, &run})
        if (is_error(**reply)) return connection_.fault(text_of(**reply));
    return judge(*run);
}

Fault Server::judge(const redisReply& text) {
    const RunId::Found found = run_.judge(is_text(text), text_of(text));
    if (found == RunId::Found::ours) return {};
    std::string why = "Redis lost its data: ";
    if (found == RunId::Found::foreign)
        why = "another broker, or a tool, writes here: ";
    else if (found == RunId::Found::older)
        why = "Redis lost its last data: ";
    const char* const rest =
        " differs from what is expected. What is in memory and in Redis is no longer the same, so "
        "nothing is acknowledged until the broker is restarted";
    lost_ = connection_.fault(why + '"' + layout_.run() + '"' + rest);
    host_.error(lost_);
    return lost_;
}

Fault Server::transact(std::string_view commands, std::size_t count) {
    std::string head;
    std::string tail;
    append_command(head, {"MULTI"});
    append_command(head, {"SET", layout_.run(), run_.begin()});
    append_command(tail, {"EXEC"});
    append_watch(tail);
    const std::string_view pieces[]{head, commands, tail};
    bool anew = false;
    Fault fault = connection_.send(pieces);
    if (fault.empty()) fault = read_transaction(count + 1, anew);
    if (!connection_.is_open()) return fault;
    Fault unwatched = read_watch();
    if (anew || !unwatched.empty()) connection_.close();
    return unwatched.empty() ? fault : unwatched;
}

// Of several errors the first one tells the cause.
Fault Server::read_transaction(std::size_t count, bool& anew) {
    std::string error;
    Reply reply;
    const auto note = [&error](const redisReply& one) {
        if (is_error(one) && error.empty()) error = text_of(one);
    };
    for (std::size_t at = 0; at < count + 2; ++at) {
        const Fault fault = connection_.receive(reply);
        if (!fault.empty()) return fault;
        note(*reply);
    }
    const bool whole = is_array(*reply) && reply->elements == count;
    for (std::size_t at = 0; whole && at < count; ++at) note(*reply->element[at]);
    const bool overtaken = reply->type == REDIS_REPLY_NIL;
    if (error.empty() && overtaken) error = "another transaction came in between";
    if (error.empty() && !whole) error = "no answer to EXEC";
    // Another server may be the one to write to by now.
    anew = overtaken || error.starts_with("READONLY ");
    if (!error.empty()) return connection_.fault(error);
    run_.done();
    return {};
}

std::unique_ptr<store::Cursor> Server::scan(Kind kind) {
    if (store::is_owned(kind)) return std::make_unique<OwnedCursor>(connection_, layout_, kind);
    return std::make_unique<PlainCursor>(connection_, layout_.hash_of(kind));
}

std::uint64_t Server::estimate(Kind kind) {
    Reply reply;
    if (store::is_owned(kind) || !connection_.is_open()) return 0;
    const Fault fault = connection_.call({"HLEN", layout_.hash_of(kind)}, reply);
    return fault.empty() && reply->integer > 0 ? static_cast<std::uint64_t>(reply->integer) : 0;
}

}  // namespace grapnel::redis
