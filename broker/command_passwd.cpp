#include <termios.h>
#include <unistd.h>

#include <cctype>
#include <cstdio>
#include <optional>
#include <string>

#include "command.h"
#include "config/fault.h"
#include "password.h"

namespace grapnel {
namespace {

constexpr size_t kPasswordBytesMax = 65535;  // what a CONNECT can carry
constexpr char kInterrupt = '\x03';

// Switches the echo of the terminal off, and its interrupt key, which would leave it so.
class SilentTerminal {
public:
    SilentTerminal() : is_terminal_(tcgetattr(STDIN_FILENO, &saved_) == 0) {
        if (!is_terminal_) return;
        termios silent = saved_;
        silent.c_lflag &= ~static_cast<tcflag_t>(ECHO | ISIG);
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
    }
    ~SilentTerminal() {
        if (is_terminal_) tcsetattr(STDIN_FILENO, TCSAFLUSH, &saved_);
    }
    SilentTerminal(const SilentTerminal&) = delete;
    SilentTerminal& operator=(const SilentTerminal&) = delete;

    bool is_terminal() const { return is_terminal_; }

private:
    termios saved_{};
    bool is_terminal_;
};

// One line of standard input without its end.
std::string read_line() {
    std::string line;
    for (int c = 0; (c = std::getchar()) != EOF && c != '\n';) {
        if (line.size() <= kPasswordBytesMax) line += static_cast<char>(c);
    }
    if (line.ends_with('\r')) line.pop_back();
    return line;
}

std::string ask(const char* prompt) {
    std::fputs(prompt, stderr);
    std::string line = read_line();
    std::fputc('\n', stderr);
    return line;
}

// From the terminal twice, or one line of whatever standard input is.
std::optional<std::string> read_password() {
    const SilentTerminal terminal;
    if (!terminal.is_terminal()) return read_line();
    std::string first = ask("Password: ");
    if (first.find(kInterrupt) != std::string::npos) return std::nullopt;
    std::string second = ask("Again: ");
    const bool same = first == second;
    ledger::wipe(second);
    if (same) return first;
    std::fputs("grapnel: the passwords differ\n", stderr);
    return std::nullopt;
}

// A key of TOML: bare where it can be, else between quotes.
std::string toml_key(const std::string& name) {
    std::string out = "\"";
    bool bare = true;
    for (const char c : name) {
        const auto byte = static_cast<unsigned char>(c);
        bare = bare && (std::isalnum(byte) != 0 || c == '_' || c == '-') && byte < 0x80;
        if (byte < 0x20 || byte == 0x7F) {
            char escape[8];
            std::snprintf(escape, sizeof escape, "\\u%04x", byte);
            out += escape;
        } else {
            if (c == '"' || c == '\\') out += '\\';
            out += c;
        }
    }
    return bare ? name : out + '"';
}

int print_hash(std::string& password, const std::string& user) {
    if (password.empty() || password.size() > kPasswordBytesMax) {
        std::fputs("grapnel: a password has 1 to 65535 bytes\n", stderr);
        return kExitFailure;
    }
    const auto hash = ledger::hash_password(password);
    ledger::wipe(password);
    if (!hash) {
        std::fputs("grapnel: the password cannot be hashed\n", stderr);
        return kExitFailure;
    }
    if (user.empty()) {
        std::printf("%s\n", hash->c_str());
    } else {
        std::printf("[users.%s]\npassword = \"%s\"\n", toml_key(user).c_str(), hash->c_str());
    }
    return kExitSuccess;
}

}  // namespace

int command_passwd(const Arguments& arguments) {
    std::optional<std::string> password;
    std::string user;
    for (size_t i = 0; i < arguments.size(); ++i) {
        const std::string_view argument = arguments[i];
        if (argument == "-b" && i + 1 < arguments.size()) {
            password = arguments[++i];
        } else if (argument.starts_with('-') || !user.empty() || argument.empty()) {
            return usage_error("unknown argument " + config::quoted(argument));
        } else {
            user = argument;
        }
    }
    if (!password) password = read_password();
    return password ? print_hash(*password, user) : kExitFailure;
}

}  // namespace grapnel
