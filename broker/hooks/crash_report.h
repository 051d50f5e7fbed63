#pragma once

#include <string>

// Says which plugin's code a crash was in (SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT), on standard
// error and in a file for the next start. Then the process ends as it would have without. For the
// program: a library that embeds the broker does not call install().
namespace grapnel::crash_report {

// [main] Once, before there are threads. Signals that somebody handles already are left alone, and
// all of them in a build with a sanitizer, which has reports of its own. The folder need not exist.
void install(const std::string& data_dir);

// Gives the calling thread a stack for the report, so that one of a stack overflow can be written.
// Nothing happens without install(), and after the first call on a thread.
void prepare_thread();

// [main] Logs the report that an earlier process left in that folder, and removes it.
void tell_earlier(const std::string& data_dir);

}  // namespace grapnel::crash_report
