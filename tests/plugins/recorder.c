/* Writes every event with its key facts as one line to a file. Configuration:
 *   file    where to (appended)
 *   packets = true: on_packet_read, _encode, _sent and _processed too
 *   access  = true: on_acl_check too
 *   ticks   = true: on_sys_info_tick too
 *   stored  = true: stored_* too
 *   commits = true: on_commit too
 *   rare    = true: without on_publish, _published, _qos_publish and _qos_complete
 *   loops   = true: each line begins with the number of the loop
 * A client that is seen on two loops makes a line that begins with WRONG LOOP. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "text.h"

typedef struct recorder {
    const gn_host* host;
    FILE* file;
    gn_hooks hooks;
    int loops;
} recorder;

typedef struct home {
    uint32_t loop;
} home;

#define TEXT(s) (int)(s).len, (s).ptr != NULL ? (s).ptr : ""

static recorder* begin(gn_call* call, const char* event) {
    recorder* self = call->self;
    if (self->loops) fprintf(self->file, "%u ", call->host->loop->index(call->loop));
    fputs(event, self->file);
    return self;
}

static void end(recorder* self) {
    fputc('\n', self->file);
    fflush(self->file);
}

/* Notes on which loop the client was first seen, and whether it still is there. */
static void check_home(gn_call* call, gn_client* client, gn_str id) {
    recorder* self = call->self;
    const uint32_t here = call->host->loop->index(call->loop);
    home* slot = call->host->client->slot(call->host, client);
    if (slot == NULL) {
        slot = malloc(sizeof *slot);
        if (slot == NULL) return;
        slot->loop = here;
        if (call->host->client->set_slot(call->host, client, slot, free) != GN_OK) free(slot);
    } else if (slot->loop != here) {
        fprintf(self->file, "WRONG LOOP client=%.*s first=%u now=%u\n", TEXT(id), slot->loop, here);
        fflush(self->file);
    }
}

static recorder* begin_client(gn_call* call, gn_client* client, const char* event) {
    gn_client_view view;
    recorder* self;
    memset(&view, 0, sizeof view);
    view.size = sizeof view;
    if (client == NULL || call->host->client->view(client, &view) != GN_OK) {
        self = begin(call, event);
        fputs(" client=?", self->file);
        return self;
    }
    check_home(call, client, view.id);
    self = begin(call, event);
    fprintf(self->file, " client=%.*s", TEXT(view.id));
    return self;
}

static void put_packet(recorder* self, const gn_packet* packet) {
    gn_packet_view view;
    gn_publish_view publish;
    memset(&view, 0, sizeof view);
    view.size = sizeof view;
    if (packet == NULL || self->host->packet->view(packet, &view) != GN_OK) {
        fputs(" packet=?", self->file);
        return;
    }
    fprintf(self->file, " type=%u", view.type);
    if (view.packet_id != 0) fprintf(self->file, " id=%u", view.packet_id);
    if (view.reason != 0) fprintf(self->file, " code=%u", view.reason);
    if (view.type != 3) return;
    memset(&publish, 0, sizeof publish);
    publish.size = sizeof publish;
    if (self->host->packet->publish(packet, &publish) != GN_OK) return;
    fprintf(self->file, " topic=%.*s payload=%.*s qos=%u", TEXT(publish.topic),
            publish.payload.len > 32 ? 32 : (int)publish.payload.len,
            publish.payload.ptr != NULL ? publish.payload.ptr : "", publish.qos);
    if ((publish.flags & GN_PK_RETAIN) != 0) fputs(" retain", self->file);
    if ((publish.flags & GN_PK_DUP) != 0) fputs(" dup", self->file);
    if ((publish.flags & GN_PK_WILL) != 0) fputs(" will", self->file);
    if ((publish.flags & GN_PK_INLINE) != 0) fputs(" inline", self->file);
    if (publish.origin.len != 0) fprintf(self->file, " from=%.*s", TEXT(publish.origin));
}

static void put_filters(recorder* self, const gn_packet* packet, int results) {
    gn_filter filter;
    uint32_t i;
    fputs(" filters=", self->file);
    for (i = 0;; ++i) {
        memset(&filter, 0, sizeof filter);
        filter.size = sizeof filter;
        if (self->host->packet->filter(packet, i, &filter) != GN_OK) return;
        fprintf(self->file, "%s%.*s:%u", i == 0 ? "" : ",", TEXT(filter.filter),
                results ? filter.reason : filter.qos);
    }
}

static void on_started(gn_call* call) { end(begin(call, "on_started")); }
static void on_stopped(gn_call* call) { end(begin(call, "on_stopped")); }

static void on_sys_info_tick(gn_call* call, const gn_sysinfo* info) {
    recorder* self = begin(call, "on_sys_info_tick");
    fprintf(self->file, " clients=%" PRId64, info->clients_connected);
    end(self);
}

static gn_verdict on_connect(gn_call* call, gn_client* client, gn_packet* packet) {
    recorder* self = begin_client(call, client, "on_connect");
    gn_connect_view view;
    memset(&view, 0, sizeof view);
    view.size = sizeof view;
    if (self->host->packet->connect(packet, &view) == GN_OK)
        fprintf(self->file, " protocol=%u clean=%d keepalive=%u", view.protocol,
                (view.flags & GN_CL_CLEAN) != 0, view.keepalive_s);
    end(self);
    return GN_V_CONTINUE;
}

static gn_verdict on_connect_authenticate(gn_call* call, gn_client* client, gn_packet* packet) {
    recorder* self = begin_client(call, client, "on_connect_authenticate");
    gn_connect_view view;
    memset(&view, 0, sizeof view);
    view.size = sizeof view;
    if (self->host->packet->connect(packet, &view) == GN_OK && view.username.ptr != NULL)
        fprintf(self->file, " username=%.*s", TEXT(view.username));
    end(self);
    return GN_V_CONTINUE;
}

static gn_verdict on_acl_check(gn_call* call, gn_client* client, gn_str topic, int32_t access) {
    static const char* const names[] = {"subscribe", "publish", "deliver"};
    recorder* self = begin_client(call, client, "on_acl_check");
    fprintf(self->file, " topic=%.*s access=%s", TEXT(topic), names[access]);
    end(self);
    return GN_V_CONTINUE;
}

static void on_disconnect(gn_call* call, gn_client* client, uint8_t reason, gn_str why,
                          int32_t expire) {
    recorder* self = begin_client(call, client, "on_disconnect");
    (void)why;
    fprintf(self->file, " code=%u ends=%d", reason, expire);
    end(self);
}

static void on_packet_sent(gn_call* call, gn_client* client, const gn_packet* packet, gn_str wire) {
    recorder* self = begin_client(call, client, "on_packet_sent");
    put_packet(self, packet);
    fprintf(self->file, " bytes=%d", wire.len != 0);
    end(self);
}

static void on_packet_processed(gn_call* call, gn_client* client, const gn_packet* packet,
                                uint8_t reason) {
    recorder* self = begin_client(call, client, "on_packet_processed");
    put_packet(self, packet);
    if (reason != 0) fprintf(self->file, " result=%u", reason);
    end(self);
}

#define ASKED(event)                                                               \
    static gn_verdict event(gn_call* call, gn_client* client, gn_packet* packet) { \
        recorder* self = begin_client(call, client, #event);                       \
        put_packet(self, packet);                                                  \
        end(self);                                                                 \
        return GN_V_CONTINUE;                                                      \
    }
#define ASKED_FILTERS(event)                                                       \
    static gn_verdict event(gn_call* call, gn_client* client, gn_packet* packet) { \
        recorder* self = begin_client(call, client, #event);                       \
        put_filters(self, packet, 0);                                              \
        end(self);                                                                 \
        return GN_V_CONTINUE;                                                      \
    }
#define TOLD(event)                                                                \
    static void event(gn_call* call, gn_client* client, const gn_packet* packet) { \
        recorder* self = begin_client(call, client, #event);                       \
        put_packet(self, packet);                                                  \
        end(self);                                                                 \
    }
#define TOLD_FILTERS(event, results)                                               \
    static void event(gn_call* call, gn_client* client, const gn_packet* packet) { \
        recorder* self = begin_client(call, client, #event);                       \
        put_filters(self, packet, results);                                        \
        end(self);                                                                 \
    }
#define STORED(event)                                      \
    static gn_status event(gn_call* call, gn_sink* sink) { \
        (void)sink;                                        \
        end(begin(call, #event));                          \
        return GN_OK;                                      \
    }

ASKED(on_auth_packet)
ASKED(on_packet_read)
ASKED(on_packet_encode)
ASKED(on_publish)
ASKED(on_will)
ASKED_FILTERS(on_subscribe)
ASKED_FILTERS(on_unsubscribe)
TOLD_FILTERS(on_subscribed, 1)
TOLD_FILTERS(on_unsubscribed, 1)
TOLD(on_session_establish)
TOLD(on_session_established)
TOLD(on_published)
TOLD(on_publish_dropped)
TOLD(on_retain_published)
TOLD(on_qos_complete)
TOLD(on_qos_dropped)
TOLD(on_packet_id_exhausted)
TOLD(on_will_sent)
TOLD(on_will_dropped)
STORED(stored_clients)
STORED(stored_subscriptions)
STORED(stored_inflight_messages)
STORED(stored_retained_messages)
STORED(stored_sys_info)

static void on_retain_message(gn_call* call, gn_client* client, const gn_packet* packet,
                              int32_t change) {
    recorder* self = begin_client(call, client, "on_retain_message");
    put_packet(self, packet);
    fprintf(self->file, " change=%d", change);
    end(self);
}

static void on_qos_publish(gn_call* call, gn_client* client, const gn_packet* packet,
                           int64_t sent_ms, int32_t resends) {
    recorder* self = begin_client(call, client, "on_qos_publish");
    put_packet(self, packet);
    if (sent_ms == 0) fputs(" unsent", self->file);
    if (resends != 0) fprintf(self->file, " resends=%d", resends);
    end(self);
}

static void on_select_subscribers(gn_call* call, gn_targets* targets, const gn_packet* packet) {
    recorder* self = begin(call, "on_select_subscribers");
    gn_target target;
    uint32_t i;
    put_packet(self, packet);
    fputs(" targets=", self->file);
    for (i = 0;; ++i) {
        memset(&target, 0, sizeof target);
        target.size = sizeof target;
        if (self->host->packet->target(targets, i, &target) != GN_OK) break;
        fprintf(self->file, "%s%.*s:%u", i == 0 ? "" : ",", TEXT(target.client_id), target.group);
    }
    end(self);
}

static void on_client_expired(gn_call* call, gn_str client_id) {
    recorder* self = begin(call, "on_client_expired");
    fprintf(self->file, " client=%.*s", TEXT(client_id));
    end(self);
}

static void on_retained_expired(gn_call* call, gn_str topic) {
    recorder* self = begin(call, "on_retained_expired");
    fprintf(self->file, " topic=%.*s", TEXT(topic));
    end(self);
}

static gn_verdict on_commit(gn_call* call) {
    end(begin(call, "on_commit"));
    return GN_V_CONTINUE;
}

static void on_restored(gn_call* call, const gn_restored* record) {
    recorder* self = begin(call, "on_restored");
    const char* what = record->client != NULL         ? "client"
                       : record->subscription != NULL ? "subscription"
                       : record->message != NULL      ? "message"
                                                      : "begin";
    fprintf(self->file, " %s", what);
    end(self);
}

static const gn_hooks all_hooks = {
    .size = sizeof(gn_hooks),
    .on_started = on_started,
    .on_stopped = on_stopped,
    .on_sys_info_tick = on_sys_info_tick,
    .on_connect = on_connect,
    .on_connect_authenticate = on_connect_authenticate,
    .on_acl_check = on_acl_check,
    .on_session_establish = on_session_establish,
    .on_session_established = on_session_established,
    .on_disconnect = on_disconnect,
    .on_auth_packet = on_auth_packet,
    .on_packet_read = on_packet_read,
    .on_packet_encode = on_packet_encode,
    .on_packet_sent = on_packet_sent,
    .on_packet_processed = on_packet_processed,
    .on_subscribe = on_subscribe,
    .on_subscribed = on_subscribed,
    .on_select_subscribers = on_select_subscribers,
    .on_unsubscribe = on_unsubscribe,
    .on_unsubscribed = on_unsubscribed,
    .on_publish = on_publish,
    .on_published = on_published,
    .on_publish_dropped = on_publish_dropped,
    .on_retain_message = on_retain_message,
    .on_retain_published = on_retain_published,
    .on_qos_publish = on_qos_publish,
    .on_qos_complete = on_qos_complete,
    .on_qos_dropped = on_qos_dropped,
    .on_packet_id_exhausted = on_packet_id_exhausted,
    .on_will = on_will,
    .on_will_sent = on_will_sent,
    .on_client_expired = on_client_expired,
    .on_retained_expired = on_retained_expired,
    .stored_clients = stored_clients,
    .stored_subscriptions = stored_subscriptions,
    .stored_inflight_messages = stored_inflight_messages,
    .stored_retained_messages = stored_retained_messages,
    .stored_sys_info = stored_sys_info,
    .on_commit = on_commit,
    .on_restored = on_restored,
    .on_will_dropped = on_will_dropped,
};

static void leave_out(recorder* self, const gn_host* host, const gn_node* config) {
    gn_hooks* hooks = &self->hooks;
    if (!flag(host, config, "packets")) {
        hooks->on_packet_read = NULL;
        hooks->on_packet_encode = NULL;
        hooks->on_packet_sent = NULL;
        hooks->on_packet_processed = NULL;
    }
    if (!flag(host, config, "access")) hooks->on_acl_check = NULL;
    if (!flag(host, config, "ticks")) hooks->on_sys_info_tick = NULL;
    if (!flag(host, config, "commits")) hooks->on_commit = NULL;
    if (flag(host, config, "rare")) {
        hooks->on_publish = NULL;
        hooks->on_published = NULL;
        hooks->on_qos_publish = NULL;
        hooks->on_qos_complete = NULL;
    }
    if (!flag(host, config, "stored")) {
        hooks->stored_clients = NULL;
        hooks->stored_subscriptions = NULL;
        hooks->stored_inflight_messages = NULL;
        hooks->stored_retained_messages = NULL;
        hooks->stored_sys_info = NULL;
        hooks->on_restored = NULL;
    }
}

static gn_status create(const gn_host* host, const gn_node* config, void** out,
                        const gn_hooks** hooks) {
    recorder* self = calloc(1, sizeof *self);
    char path[1024] = "";
    gn_str value;
    if (self == NULL) return GN_E_NOMEM;
    if (host->config->str(host->config->get(config, str("file")), &value) == GN_OK &&
        value.len < sizeof path)
        memcpy(path, value.ptr, value.len);
    self->host = host;
    self->hooks = all_hooks;
    self->loops = flag(host, config, "loops");
    leave_out(self, host, config);
    self->file = fopen(path, "a");
    if (self->file == NULL) {
        host->core->fail(host, str("the file cannot be opened"));
        free(self);
        return GN_E_IO;
    }
    *out = self;
    *hooks = &self->hooks;
    return GN_OK;
}

static gn_status reload(void* out, const gn_node* config) {
    recorder* self = out;
    if (flag(self->host, config, "refuse")) {
        self->host->core->fail(self->host, str("told to refuse"));
        return GN_E_INVALID;
    }
    fputs("reload\n", self->file);
    fflush(self->file);
    return GN_OK;
}

static void destroy(void* out) {
    recorder* self = out;
    fputs("destroy\n", self->file);
    fclose(self->file);
    free(self);
}

GN_EXPORT const gn_plugin gn_plugin_entry = {
    GN_MAGIC, sizeof(gn_plugin), 1,    0, 0, 0, "recorder", "1", &all_hooks, create, reload, NULL,
    NULL,     destroy,           NULL,
};
