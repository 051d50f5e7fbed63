#pragma once

#include "hooks/outcome.h"

namespace grapnel {

class Connection;

// A packet whose handling waits for a plugin's answer: the handler's steps and everything they
// need, owned. One a connection at most; the connection handles no further packet meanwhile.
class Job {
public:
    virtual ~Job() = default;
    // The answer that was waited for. Goes on at the same step; calls connection.job_done() at the
    // end.
    virtual void resume(Connection& connection, const Outcome& outcome) = 0;
};

}  // namespace grapnel
