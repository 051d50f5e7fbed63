#ifndef GN_PLUGIN_HPP
#define GN_PLUGIN_HPP

// The C++20 face of plugin.h: header only, no library, no RTTI, no virtual function.
//
// A plugin is a class whose hooks are ordinary member functions; GN_PLUGIN makes the table of
// hooks from those that the class has, so leaving a function out is how one declines an event:
//
//     class ReadOnly {
//     public:
//         ReadOnly(gn::Host host, gn::Node config);
//         gn_verdict on_publish(gn::Call call, gn::Client client, gn::Packet packet);
//     };
//     GN_PLUGIN(ReadOnly, "readonly", "1.0")
//
// Optional members of the class:
//     static constexpr bool concurrent = true;  hooks may run on several loops at once
//     static constexpr uint16_t abi_minor = N;  the minor of the ABI that it cannot do without (0)
//     class PerLoop;                            one instance a loop, made by PerLoop(Class&, Loop);
//                                               hooks of a client are then members of PerLoop
//     void PerLoop::stop(gn::Stopping);         asynchronous end of a loop's instance
//     void reload(gn::Node);                    throws to keep the old settings; on the main
//                                               thread, while hooks run on the others
//     static int tool(gn::Host, gn::Node config, std::span<const std::string_view> words);
//                                               the command line of `grapnel store`
//     void choose_hooks(gn_hooks&) const;       may clear entries that this configuration leaves
//                                               unused; an absent hook costs the broker nothing
//
// Metrics, Counter, Gauge, Histogram, Interest and AclCache are extensions: harmless where the
// broker has none. Beside the hooks a plugin has gn::Slot (its own data of a client), gn::Timer,
// gn::Subscription, gn::Pending (an answer that comes later) and Loop::work (what blocks); see
// sdk/examples.
//
// No exception leaves a plugin: constructor and reload report it through fail(), a hook logs it
// and gives the event's closed answer. Every view, string and object given to a hook ends when the
// hook returns.

#include <grapnel/plugin_basics.hpp>
#include <grapnel/plugin_callbacks.hpp>
#include <grapnel/plugin_config.hpp>
#include <grapnel/plugin_extensions.hpp>
#include <grapnel/plugin_objects.hpp>
#include <grapnel/plugin_table.hpp>
#include <grapnel/plugin_text.hpp>
#include <grapnel/plugin_topics.hpp>

#endif
