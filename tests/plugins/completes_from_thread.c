/* Defers one event and completes it with `number` from a thread of its own. */
#include <pthread.h>

static void join_all(void);
#define ONE_EVENT_END() join_all()
#include "one_event.h"

/* Each thread joins the one that was begun before it, and who is destroyed the newest: none of them
 * is inside the host, or in this file, when the plugin is gone. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_t newest;
static int has_newest;

typedef struct job {
    const gn_host* host;
    gn_ticket ticket;
    gn_verdict verdict;
    pthread_t before;
    int has_before;
} job;

static void* run(void* argument) {
    job* work = (job*)argument;
    work->host->core->complete(work->host, work->ticket, work->verdict);
    if (work->has_before) pthread_join(work->before, NULL);
    free(work);
    return NULL;
}

static int begin(job* work) {
    int begun;
    pthread_mutex_lock(&lock);
    work->before = newest;
    work->has_before = has_newest;
    begun = pthread_create(&newest, NULL, run, work) == 0;
    has_newest |= begun;
    pthread_mutex_unlock(&lock);
    return begun;
}

static void join_all(void) {
    pthread_t last;
    int is_there;
    pthread_mutex_lock(&lock);
    last = newest;
    is_there = has_newest;
    has_newest = 0;
    pthread_mutex_unlock(&lock);
    if (is_there) pthread_join(last, NULL);
}

static gn_verdict decide(instance* plugin, gn_call* call) {
    const gn_ticket ticket = call->host->core->defer(call);
    job* work;
    if (ticket == 0) return GN_V_CONTINUE;
    work = (job*)malloc(sizeof *work);
    if (work == NULL) return GN_V_DENY;
    work->host = call->host;
    work->ticket = ticket;
    work->verdict = (gn_verdict)plugin->number;
    if (!begin(work)) {
        free(work);
        return GN_V_DENY;
    }
    return GN_V_DEFER;
}

ONE_EVENT_PLUGIN("completes_from_thread", GN_PLUGIN_CONCURRENT)
