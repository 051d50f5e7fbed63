#ifndef GN_TESTING_BORDER_HPP
#define GN_TESTING_BORDER_HPP

// What every fake object needs at the border: sizes, strings, threads. A part of testing.hpp.

#include <grapnel/plugin.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>

namespace gn::testing {

inline constexpr std::size_t kPayloadBytesMax = 268'435'455;

namespace detail {

// Is this thread one on which [loop] and [main] functions may be called? The thread that makes a
// fake host or packet is; during FakeHost::run_work, while jobs run, it is not.
inline thread_local bool plays_loop = false;

class ThreadMark {
public:
    explicit ThreadMark(bool loop) noexcept : before_(std::exchange(plays_loop, loop)) {}
    ~ThreadMark() { plays_loop = before_; }
    ThreadMark(const ThreadMark&) = delete;
    ThreadMark& operator=(const ThreadMark&) = delete;

private:
    bool before_;
};

// GN_OK when the object may be touched here.
inline gn_status usable(const void* object) noexcept {
    if (object == nullptr) return GN_E_INVALID;
    return plays_loop ? GN_OK : GN_E_THREAD;
}

// Hands a view out: at most as much as the caller has room for, with the size really filled.
template <class V>
gn_status hand_out(V view, V* out) noexcept {
    if (out == nullptr || out->size < sizeof(std::uint32_t)) return GN_E_INVALID;
    const std::size_t size = std::min<std::size_t>(out->size, sizeof(V));
    view.size = static_cast<std::uint32_t>(size);
    std::memcpy(out, &view, size);
    return GN_OK;
}

// Takes a struct in: what its writer did not write is zero. False: null, or shorter than `least`.
template <class V>
bool take_in(const V* in, std::size_t least, V& out) noexcept {
    if (in == nullptr || in->size < least) return false;
    out = V{};
    std::memcpy(&out, in, std::min<std::size_t>(in->size, sizeof(V)));
    return true;
}

inline bool is_string(gn_str text) noexcept { return text.ptr != nullptr || text.len == 0; }
inline std::string copy(gn_str text) {
    return text.ptr == nullptr ? std::string() : std::string(text.ptr, text.len);
}
// Absent where it is empty.
inline gn_str present(const std::string& text) noexcept {
    return text.empty() ? gn_str{nullptr, 0} : gn_str{text.data(), text.size()};
}

}  // namespace detail

// Makes a second thread of the test one that plays a loop, as long as this lives.
class LoopThread : detail::ThreadMark {
public:
    LoopThread() noexcept : ThreadMark(true) {}
};

}  // namespace gn::testing

#endif
