#pragma once

#include <string_view>

#include "ctl/failure.h"
#include "ctl/table.h"

namespace grapnel::ctl {

// Thrown when nobody reads the standard output any more: there is nobody to tell.
class OutputEnded : public Failure {
public:
    OutputEnded() : Failure("nobody reads the standard output") {}
};

// The standard output: a terminal, which what strangers wrote may not reach as it is, or a file or
// pipe.
class Output {
public:
    Output();

    bool is_terminal() const { return is_terminal_; }
    TableStyle style() const;

    // As it is: made here, or printable. Throws OutputEnded or Failure.
    void write(std::string_view text) const;
    void write(const Table& table) const { write(table.text(style())); }
    // A document of JSON as a line: exact, and harmless for a terminal.
    void write_json(std::string_view json) const;

    // Whether the reader of a pipe went away.
    bool ended() const;

private:
    const bool is_terminal_;
};

}  // namespace grapnel::ctl
