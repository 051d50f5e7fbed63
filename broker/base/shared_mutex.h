#pragma once

#include <pthread.h>

#include "base/assert.h"

namespace grapnel {

// Many readers or one writer, for std::shared_lock and std::unique_lock. Unlike std::shared_mutex,
// a writer that waits goes before readers that come later, so that readers who overlap without end
// cannot keep it out. A reader must not lock twice.
class SharedMutex {
public:
    SharedMutex() {
        pthread_rwlockattr_t attributes;
        GN_ASSERT(pthread_rwlockattr_init(&attributes) == 0);
        pthread_rwlockattr_setkind_np(&attributes, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
        GN_ASSERT(pthread_rwlock_init(&lock_, &attributes) == 0);
        pthread_rwlockattr_destroy(&attributes);
    }
    ~SharedMutex() { pthread_rwlock_destroy(&lock_); }
    SharedMutex(const SharedMutex&) = delete;
    SharedMutex& operator=(const SharedMutex&) = delete;

    void lock() { GN_ASSERT(pthread_rwlock_wrlock(&lock_) == 0); }
    void unlock() { GN_ASSERT(pthread_rwlock_unlock(&lock_) == 0); }
    void lock_shared() { GN_ASSERT(pthread_rwlock_rdlock(&lock_) == 0); }
    void unlock_shared() { unlock(); }

private:
    pthread_rwlock_t lock_;
};

}  // namespace grapnel
