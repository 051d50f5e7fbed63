#include "node.h"

namespace grapnel::ledger {

namespace {

Value convert(const gn::Node& node) {
    Value out;
    out.where = node.where();
    switch (node.kind()) {
        case gn::Node::Kind::table:
            out.kind = Value::Kind::table;
            for (std::size_t index = 0; index < node.size(); ++index) {
                const std::string_view key = node.key(index);
                out.members.push_back({std::string(key), convert(node[key])});
            }
            break;
        case gn::Node::Kind::array:
            out.kind = Value::Kind::array;
            for (std::size_t index = 0; index < node.size(); ++index) {
                out.items.push_back(convert(node.at(index)));
            }
            break;
        case gn::Node::Kind::string:
            out.kind = Value::Kind::string;
            out.text = node.str_or("");
            break;
        case gn::Node::Kind::boolean:
            out.kind = Value::Kind::boolean;
            out.flag = node.flag_or(false);
            break;
        default: out.kind = Value::Kind::other; break;
    }
    return out;
}

}  // namespace

Value value_of(const gn::Node& node) {
    if (node) return convert(node);
    Value empty;
    empty.kind = Value::Kind::table;
    return empty;
}

}  // namespace grapnel::ledger
