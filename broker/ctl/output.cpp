#include "ctl/output.h"

#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include "ctl/printable.h"

namespace grapnel::ctl {
namespace {

constexpr size_t kCellColumnsMost = 64;

}  // namespace

Output::Output() : is_terminal_(::isatty(STDOUT_FILENO) == 1) {}

TableStyle Output::style() const {
    if (!is_terminal_) return {};
    const char* const terminal = std::getenv("TERM");
    const char* const no_color = std::getenv("NO_COLOR");
    const bool plain = (no_color != nullptr && *no_color != '\0') || terminal == nullptr ||
                       std::strcmp(terminal, "dumb") == 0;
    return {!plain, kCellColumnsMost};
}

void Output::write(std::string_view text) const {
    if (std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0)
        return;
    if (errno == EPIPE) throw OutputEnded();
    throw Failure(std::string("standard output cannot be written: ") + std::strerror(errno));
}

void Output::write_json(std::string_view json) const {
    while (json.ends_with('\n')) json.remove_suffix(1);
    if (is_terminal_)
        write(printable_json(json) + "\n");
    else
        write(std::string(json) + "\n");
}

bool Output::ended() const {
    pollfd watched{STDOUT_FILENO, 0, 0};
    return ::poll(&watched, 1, 0) > 0 && (watched.revents & POLLERR) != 0;
}

}  // namespace grapnel::ctl
