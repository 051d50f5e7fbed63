// Throws out of hooks that the C++ face of the SDK contains.
#include <grapnel/plugin.hpp>
#include <stdexcept>

namespace {

class Throws {
public:
    static constexpr bool concurrent = true;

    Throws(gn::Host, gn::Node) {}
    gn_verdict on_connect(gn::Call, gn::Client, gn::Packet) { throw std::runtime_error("oops"); }
    void on_published(gn::Call, gn::Client, gn::PacketView) { throw 42; }
};

}  // namespace

GN_PLUGIN(Throws, "sdk_throws", "1.0")
