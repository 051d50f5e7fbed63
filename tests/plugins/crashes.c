/* Crashes when its event comes, as `text` says: in the hook itself ("segv", "fpe", "abort",
 * "overflow" of the stack), or in a "timer", a "post", a "work" function or a "thread" of its own.
 */
#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>

#include "one_event.h"

static void write_to_nowhere(void* argument) {
    volatile int* volatile nowhere = (volatile int*)argument;
    *nowhere = 1;
}

static void abort_now(void* argument) {
    (void)argument;
    abort();
}

static volatile int ends = 0; /* never, which no compiler knows */

static int recurse(volatile char* above) {
    volatile char here[1024];
    here[0] = above[0];
    return ends ? here[0] : recurse(here) + here[0];
}

static void* run(void* argument) {
    write_to_nowhere(argument);
    return NULL;
}

static gn_verdict decide(instance* plugin, gn_call* call) {
    const gn_loop_api* loop = call->host->loop;
    const struct rlimit none = {0, 0};
    const char* how = plugin->text;
    volatile char bottom[1] = {0};
    pthread_t thread;
    setrlimit(RLIMIT_CORE, &none);
    if (strcmp(how, "segv") == 0) write_to_nowhere(NULL);
    if (strcmp(how, "fpe") == 0) raise(SIGFPE);
    if (strcmp(how, "abort") == 0) abort_now(NULL);
    if (strcmp(how, "overflow") == 0) return (gn_verdict)recurse(bottom);
    if (strcmp(how, "timer") == 0) loop->timer_start(call->loop, 0, 0, abort_now, NULL);
    if (strcmp(how, "post") == 0) loop->post(call->loop, write_to_nowhere, NULL);
    if (strcmp(how, "work") == 0) loop->work(call->loop, write_to_nowhere, NULL, NULL);
    if (strcmp(how, "thread") == 0 && pthread_create(&thread, NULL, run, NULL) == 0)
        pthread_join(thread, NULL);
    return GN_V_CONTINUE;
}

ONE_EVENT_PLUGIN("crashes", GN_PLUGIN_CONCURRENT)
