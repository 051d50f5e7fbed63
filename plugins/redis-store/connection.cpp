#include "connection.h"

#include <sys/socket.h>
#include <sys/uio.h>

#include <cerrno>
#include <cstring>
#include <vector>

#include "command.h"

namespace grapnel::redis {

namespace {

constexpr std::string_view kLoading = "LOADING ";

timeval timeval_of(std::int64_t ms) {
    timeval out{};
    out.tv_sec = ms / 1000;
    out.tv_usec = ms % 1000 * 1000;
    return out;
}

// Texts of the system begin with a capital letter.
std::string sentence(std::string text) {
    const bool capital = text.size() > 1 && text[0] >= 'A' && text[0] <= 'Z' && text[1] >= 'a';
    if (capital) text[0] = static_cast<char>(text[0] - 'A' + 'a');
    return text;
}

// Takes what was sent off the front.
void advance(std::vector<iovec>& parts, std::size_t& first, std::size_t sent) {
    while (first < parts.size() && sent >= parts[first].iov_len) sent -= parts[first++].iov_len;
    if (sent == 0) return;
    parts[first].iov_base = static_cast<char*>(parts[first].iov_base) + sent;
    parts[first].iov_len -= sent;
}

}  // namespace

bool is_loading(const Fault& fault) { return fault.find(kLoading) != Fault::npos; }

Fault Connection::fault(std::string_view what) const {
    return "redis at " + settings_.name + ": " + std::string(what);
}

Fault Connection::lose(std::string_view what) {
    close();
    return fault(what);
}

Fault Connection::open() {
    Fault fault = connect();
    if (fault.empty()) fault = authenticate();
    Reply reply;
    if (fault.empty() && settings_.database != 0)
        fault = call({"SELECT", std::to_string(settings_.database)}, reply);
    if (!fault.empty()) close();
    return fault;
}

Fault Connection::connect() {
    const timeval timeout = timeval_of(settings_.connect_timeout_ms);
    const Address& address = settings_.address;
    context_.reset(address.path.empty()
                       ? redisConnectWithTimeout(address.host.c_str(), address.port, timeout)
                       : redisConnectUnixWithTimeout(address.path.c_str(), timeout));
    if (!context_) return fault("no memory for a connection");
    if (context_->err != 0) return lose(sentence(context_->errstr) + "; is it running?");
    if (redisSetTimeout(context_.get(), timeval_of(settings_.command_timeout_ms)) != REDIS_OK)
        return lose("a timeout cannot be set");
    return {};
}

// What Redis answers may repeat the words that it did not understand.
Fault Connection::authenticate() {
    if (settings_.password.empty()) return {};
    std::string command;
    if (settings_.username.empty())
        append_command(command, {"AUTH", settings_.password});
    else
        append_command(command, {"AUTH", settings_.username, settings_.password});
    const std::string_view pieces[]{command};
    Reply reply;
    Fault fault = send(pieces);
    if (fault.empty()) fault = receive(reply);
    if (!fault.empty() || !is_error(*reply)) return fault;
    std::string_view why = text_of(*reply);
    if (why.find(settings_.password) != std::string_view::npos) why = "it knows no such command";
    const std::string who =
        settings_.username.empty() ? "" : " of user \"" + settings_.username + '"';
    return lose("AUTH" + who + " is refused: " + std::string(why));
}

Fault Connection::send(std::span<const std::string_view> pieces) {
    std::vector<iovec> parts;
    for (const std::string_view piece : pieces)
        if (!piece.empty()) parts.push_back({const_cast<char*>(piece.data()), piece.size()});
    for (std::size_t first = 0; first < parts.size();) {
        msghdr message{};
        message.msg_iov = &parts[first];
        message.msg_iovlen = parts.size() - first;
        const ssize_t sent = ::sendmsg(context_->fd, &message, MSG_NOSIGNAL);
        if (sent >= 0)
            advance(parts, first, static_cast<std::size_t>(sent));
        else if (errno == EAGAIN)
            return lose("takes no command within command_timeout");
        else if (errno != EINTR)
            return lose("connection lost: " + sentence(std::strerror(errno)));
    }
    return {};
}

Fault Connection::receive(Reply& reply) {
    void* raw = nullptr;
    errno = 0;
    if (redisGetReply(context_.get(), &raw) == REDIS_OK) {
        reply.reset(static_cast<redisReply*>(raw));
        return {};
    }
    if (context_->err == REDIS_ERR_IO && errno == EAGAIN)
        return lose("no answer within command_timeout");
    return lose("connection lost: " + sentence(context_->errstr));
}

Fault Connection::call(std::initializer_list<std::string_view> words, Reply& reply) {
    std::string command;
    append_command(command, words);
    const std::string_view pieces[]{command};
    Fault fault = send(pieces);
    if (fault.empty()) fault = receive(reply);
    if (fault.empty() && is_error(*reply)) fault = this->fault(text_of(*reply));
    return fault;
}

}  // namespace grapnel::redis
