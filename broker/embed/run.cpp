#include "embed/run.h"

#include <pthread.h>

#include <chrono>
#include <csignal>
#include <exception>
#include <utility>

namespace grapnel::embed {

namespace {

constexpr uint64_t kGraceMs = 1000;

// While it lives, threads that are made get no signals: those are the embedding program's.
class SignalsBlocked {
public:
    SignalsBlocked() {
        sigset_t all;
        sigfillset(&all);
        // A thread that raises one of these itself gets it, or dies without a word.
        for (const int fault : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT, SIGSYS})
            sigdelset(&all, fault);
        pthread_sigmask(SIG_SETMASK, &all, &before_);
    }
    ~SignalsBlocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
    SignalsBlocked(const SignalsBlocked&) = delete;
    SignalsBlocked& operator=(const SignalsBlocked&) = delete;

private:
    sigset_t before_;
};

// Kept for ever: threads that nobody can end may still use it.
void leave_behind(std::shared_ptr<Run> run) {
    static auto& mutex = *new std::mutex;
    static auto& runs = *new std::vector<std::shared_ptr<Run>>;
    const std::lock_guard lock(mutex);
    runs.push_back(std::move(run));
}

}  // namespace

Run::Run(const Settings& settings, std::shared_ptr<LogTarget> log,
         std::function<Subscriptions()> held)
    : log_(std::move(log)),
      client_(std::move(held)),
      stop_limit_ms_(2 * settings.config().limits.shutdown_timeout_ms + kGraceMs),
      broker_(std::make_unique<Broker>(settings.with(client_.plugin()), nullptr, *this)),
      admin_(*broker_, settings.config().admin) {}

Run::Phase Run::start() {
    {
        const SignalsBlocked blocked;
        thread_ = std::thread([self = shared_from_this()] { self->serve(); });
    }
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return phase() != Phase::starting; });
    lock.unlock();
    return is_over() ? settle() : phase();
}

void Run::serve() {
    const LogBinding binding(*log_);
    main_thread_ = std::this_thread::get_id();
    try {
        exit_status_ = broker_->run();
        enter(Phase::ended);
    } catch (const std::exception& error) {
        // Out of memory, most likely: what runs already cannot be ended from here.
        failed(error.what());
        give_up(1);
    }
}

Run::Phase Run::stop() {
    enter(Phase::stopping);
    broker_->post_main([this] { broker_->shut_down(0); });
    std::unique_lock lock(mutex_);
    const auto limit = std::chrono::milliseconds(stop_limit_ms_);
    changed_.wait_for(lock, limit, [this] { return is_over(); });
    lock.unlock();
    if (!is_over()) give_up(1);
    return settle();
}

Run::Phase Run::settle() {
    if (phase() == Phase::abandoned)
        thread_.detach();
    else
        thread_.join();
    return phase();
}

void Run::enter(Phase phase) {
    {
        const std::lock_guard lock(mutex_);
        if (is_over()) return;
        phase_ = phase;
    }
    changed_.notify_all();
}

void Run::ready() {
    {
        const std::lock_guard lock(mutex_);
        bound_ = broker_->bound();
    }
    enter(Phase::serving);
}

void Run::failed(const std::string& why) {
    const std::lock_guard lock(mutex_);
    failure_ += (failure_.empty() ? "" : "\n") + why;
}

void Run::give_up(int) {
    {
        const std::lock_guard lock(mutex_);
        if (is_over()) return;
        failure_ += failure_.empty() ? "" : "\n";
        failure_ += "a plugin or a callback did not end in time; its threads are left behind";
        phase_ = Phase::abandoned;
    }
    leave_behind(shared_from_this());
    changed_.notify_all();
}

std::string Run::failure() const {
    const std::lock_guard lock(mutex_);
    return failure_;
}

std::vector<Broker::Bound> Run::bound() const {
    const std::lock_guard lock(mutex_);
    return bound_;
}

gn_status Run::publish(const gn_message& message) const {
    return phase() == Phase::serving ? client_.publish(message) : GN_E_STATE;
}

gn_status Run::subscribe(const std::shared_ptr<Subscription>& subscription) {
    return on_main([this, subscription] { return client_.subscribe(subscription); });
}

void Run::unsubscribe(const std::shared_ptr<Subscription>& subscription) {
    on_main([this, subscription] {
        client_.unsubscribe(*subscription);
        return gn_status{GN_OK};
    });
}

gn_status Run::on_main(std::function<gn_status()> task) {
    if (std::this_thread::get_id() == main_thread_) return task();
    struct Answer {
        gn_status status = GN_OK;
        bool given = false;
    };
    const auto answer = std::make_shared<Answer>();
    broker_->post_main([this, answer, task = std::move(task)] {
        answer->status = task();
        {
            const std::lock_guard lock(mutex_);
            answer->given = true;
        }
        changed_.notify_all();
    });
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return answer->given || is_over(); });
    return answer->given ? answer->status : GN_OK;
}

}  // namespace grapnel::embed
