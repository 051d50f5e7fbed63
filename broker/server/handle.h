#pragma once

#include "mqtt/frame.h"
#include "mqtt/reason.h"
#include "server/connection.h"

namespace grapnel {

// One function a packet type, each in a file of its own. The frame's bytes live until the handler
// returns; a handler that waits for a plugin suspends the connection with a Job. Any of them may
// end the connection.

void handle_connect(Connection& connection, const mqtt::Frame& frame);
void handle_auth(Connection& connection, const mqtt::Frame& frame);
void handle_publish(Connection& connection, const mqtt::Frame& frame);
void handle_ack(Connection& connection, const mqtt::Frame& frame);
void handle_subscribe(Connection& connection, const mqtt::Frame& frame);
void handle_unsubscribe(Connection& connection, const mqtt::Frame& frame);
void handle_ping(Connection& connection, const mqtt::Frame& frame);
void handle_disconnect(Connection& connection, const mqtt::Frame& frame);

// Who the client of a handshake is. Requires: the job is a handshake.
ClientInfo* handshake_client(Job& handshake);
// CONNACK with an error, in the client's version.
void send_refusal(Connection& connection, mqtt::Reason reason, Bytes text);
// Sends the connection, which has not handled its CONNECT yet, and its unread bytes to another
// worker.
void move_connection(Connection& connection, Worker& home, Bytes unread);

// on_packet_read; false: a plugin refused the packet and the connection was ended.
bool admit(Connection& connection, PacketBox& box);
// on_packet_processed.
void processed(Connection& connection, const PacketBox& box, mqtt::Reason reason);

}  // namespace grapnel
