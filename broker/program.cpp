#include "program.h"

#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>
#include <cstdlib>
#include <utility>

namespace grapnel {

namespace {

constexpr int kSignals[] = {SIGTERM, SIGINT, SIGHUP};

void raise_descriptor_limit() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace

Program::Program(const config::Config& config, Broker::Reread reread)
    : broker_(config, std::move(reread), *this), admin_(broker_, config.admin) {}

int Program::run() {
    raise_descriptor_limit();
    std::signal(SIGPIPE, SIG_IGN);
    ::umask(077);  // what plugins store is nobody else's
    manager_.starting();
    broker_.inherit(std::move(inherited_));
    return broker_.run();
}

void Program::opening() {
    uv_loop_t* const main_loop = broker_.uv_loop(broker_.worker_count());
    for (int i = 0; i < 3; ++i) {
        uv_signal_init(main_loop, &signals_[i]);
        signals_[i].data = this;
        uv_signal_start(
            &signals_[i],
            [](uv_signal_t* handle, int number) {
                static_cast<Program*>(handle->data)->on_signal(number);
            },
            kSignals[i]);
    }
    manager_.watch(main_loop, [this] { return broker_.worker_silence_ms(); });
}

void Program::ready() {
    const size_t listeners = broker_.bound().size();
    manager_.ready("serving with " + std::to_string(broker_.worker_count()) + " workers and " +
                   std::to_string(listeners) + (listeners == 1 ? " listener" : " listeners"));
}

void Program::on_signal(int signal) {
    if (signal == SIGHUP) return broker_.reload();
    // Somebody at the keyboard is in a hurry.
    if (broker_.stopping() && signal == SIGINT) std::_Exit(1);
    broker_.shut_down(0);
}

void Program::closing() {
    manager_.close();
    admin_.closing();
    for (uv_signal_t& handle : signals_) uv_close(reinterpret_cast<uv_handle_t*>(&handle), nullptr);
    for (const int signal : kSignals) std::signal(signal, SIG_IGN);
}

void Program::give_up(int status) { std::_Exit(status); }

}  // namespace grapnel
