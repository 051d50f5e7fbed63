#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "net/poller.h"
#include "net/stream.h"
#include "net/tls_server.h"

namespace grapnel {

// One TLS connection without the stream below it: what moves from loop to loop.
struct TlsState {
    TlsState(TlsServer& server_of_it, const PeerAddress& address)
        : server(server_of_it), context(server.context()), ssl(context->open()), peer(address) {}

    enum class Phase : uint8_t {
        handshake,
        refused,  // what comes is thrown away until the peer has seen why, and closes
        open,
        ended,  // nothing more comes
    };

    TlsServer& server;
    std::shared_ptr<const TlsContext> context;
    OpensslPointer<SSL, SSL_free> ssl;
    std::string received;  // not seen by OpenSSL yet
    std::string unsent;
    PeerAddress peer;
    Phase phase = Phase::handshake;
    bool finished = false;  // nothing more is written
};

class TlsTransport final : public Transport {
public:
    TlsTransport(std::unique_ptr<TlsState> state, TransportPointer below)
        : state_(std::move(state)), below_(std::move(below)) {}
    ~TlsTransport() override;
    StreamPointer open(Poller& poller, StreamHandler& handler) override;

private:
    std::unique_ptr<TlsState> state_;  // null: opened
    TransportPointer below_;
};

// The server's side of TLS over another stream. The handshake goes on by itself, no more of it in
// one turn than the other connections of the loop can bear; what it serves is only told of bytes
// once there are some. OpenSSL never waits: it reads whole records, and what the stream below does
// not take is kept here, up to a few records.
class TlsStream final : public Stream, private StreamHandler, private Pollable {
public:
    // Null if the stream below refuses to open.
    static StreamPointer open(std::unique_ptr<TlsState> state, Transport& below, Poller& poller,
                              StreamHandler& handler);

    long read(char* buffer, size_t size) override;
    long write(const iovec* pieces, int count) override;
    void watch(bool readable, bool writable) override;
    void finish() override;
    std::optional<TlsPeer> tls_peer() const override;
    TransportPointer release() override;
    void close() override;

private:
    using Phase = TlsState::Phase;

    TlsStream(std::unique_ptr<TlsState> state, Poller& poller, StreamHandler& handler)
        : poller_(poller), handler_(&handler), state_(std::move(state)) {}
    void on_readable() override;
    void on_writable() override;
    void on_events(uint32_t events) override;  // recalled

    void handshake();
    void shake_hands();
    void established();
    void refuse(const char* why);
    bool fetch(size_t size);
    size_t decrypt(char* buffer, size_t size);
    bool encrypt(const char* data, size_t size);
    void keep_rest();
    void send_output();
    void send_unsent();
    bool pending() const;
    void recall();
    void recall_if_pending() {
        if (readable_ && pending()) recall();
    }
    void update_watch();

    Poller& poller_;
    StreamHandler* handler_;  // null: released or closed
    std::unique_ptr<TlsState> state_;
    StreamPointer below_;
    bool readable_ = true;
    bool writable_ = false;
    bool recalled_ = false;
};

}  // namespace grapnel
