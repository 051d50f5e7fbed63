#ifndef GN_TESTING_HPP
#define GN_TESTING_HPP

// A broker made of maps, for unit tests of a plugin:
//
//     gn::testing::FakeHost host;
//     gn::testing::FakePlugin plugin(gn_plugin_entry, host, gn::testing::FakeNode::Table{});
//     gn::testing::FakeClient client{"c1"};
//     auto packet = gn::testing::FakePacket::publish("a/b", "hello");
//     CHECK(plugin.run(&gn_hooks::on_publish, client, packet) == GN_V_CONTINUE);
//
// Everything of gn_host is there and answers as the broker does: wrong arguments, threads, moments,
// sizes. What a plugin asks for (log lines, messages, disconnects, answers …) is recorded in the
// host. Nothing happens by itself: the test lets time pass and turns the loops, which share its
// thread.
//
// What it has not: sessions, queues and receivers. It calls only the hooks that the test names.

#include <grapnel/plugin.hpp>
#include <grapnel/testing_border.hpp>
#include <grapnel/testing_client.hpp>
#include <grapnel/testing_config.hpp>
#include <grapnel/testing_extensions.hpp>
#include <grapnel/testing_host.hpp>
#include <grapnel/testing_packet.hpp>
#include <grapnel/testing_plugin.hpp>
#include <grapnel/testing_store.hpp>

#endif
