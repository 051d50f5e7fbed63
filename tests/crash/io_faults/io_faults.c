/* To be preloaded into a broker: the medium below one directory fails as a test says.
 *
 * GRAPNEL_IO_FAULTS_DIR      the directory, without links in its path
 * GRAPNEL_IO_FAULTS_CONTROL  a file that is read with every call: `FAULT OPERATION PART COUNT`.
 *                            FAULT: none, ENOSPC, EIO, or short (half of what was to be written).
 *                            OPERATION: write, sync, or any. PART: of the name of the file,
 *                            or any. COUNT: calls that fail since the file changed, or -1. What
 *                            stands behind FAULT may be left out.
 * GRAPNEL_IO_FAULTS_SYNCED   a file that grows by a line `INODE SIZE` with every sync that
 *                            succeeded: what that file or folder had when it began. Size 0: it
 *                            was removed.
 */
#undef _FILE_OFFSET_BITS
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

#define EXPORT __attribute__((visibility("default")))

enum { PASS, FAIL, SHORT };

static pthread_mutex_t control_mutex = PTHREAD_MUTEX_INITIALIZER;
static char control_text[128];
static long control_left;

static int is_below(int fd, char* path, size_t size) {
    const char* const folder = getenv("GRAPNEL_IO_FAULTS_DIR");
    char link[64];
    ssize_t length;
    if (folder == NULL || fd < 0) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    length = readlink(link, path, size - 1);
    if (length <= 0) return 0;
    path[length] = '\0';
    return strncmp(path, folder, strlen(folder)) == 0;
}

/* Reads the control file; under the lock. */
static void refresh(void) {
    const char* const name = getenv("GRAPNEL_IO_FAULTS_CONTROL");
    char text[sizeof control_text] = "";
    const int fd = name == NULL ? -1 : open(name, O_RDONLY | O_CLOEXEC);
    if (fd >= 0) {
        const ssize_t length = read(fd, text, sizeof text - 1);
        text[length > 0 ? length : 0] = '\0';
        syscall(SYS_close, fd);
    }
    if (strcmp(text, control_text) == 0) return;
    memcpy(control_text, text, sizeof text);
    control_left = -1;
    sscanf(text, "%*s %*s %*s %ld", &control_left);
}

static int matches(const char* path, const char* operation) {
    char fault[16] = "none";
    char wanted[16] = "any";
    char part[32] = "any";
    sscanf(control_text, "%15s %15s %31s", fault, wanted, part);
    if (strcmp(wanted, "any") != 0 && strcmp(wanted, operation) != 0) return PASS;
    if (strcmp(part, "any") != 0 && strstr(strrchr(path, '/'), part) == NULL) return PASS;
    if (strcmp(fault, "short") == 0) return strcmp(operation, "write") == 0 ? SHORT : PASS;
    errno = strcmp(fault, "ENOSPC") == 0 ? ENOSPC : EIO;
    return strcmp(fault, "none") == 0 ? PASS : FAIL;
}

/* What shall become of an operation; errno is set where it shall fail. */
static int fate(int fd, const char* operation) {
    char path[PATH_MAX];
    int found;
    const int before = errno;
    if (!is_below(fd, path, sizeof path)) return PASS;
    pthread_mutex_lock(&control_mutex);
    refresh();
    found = control_left == 0 ? PASS : matches(path, operation);
    if (found != PASS && control_left > 0) --control_left;
    pthread_mutex_unlock(&control_mutex);
    if (found != FAIL) errno = before;
    return found;
}

static size_t allowed(int what, size_t size) { return what == SHORT && size > 1 ? size / 2 : size; }

static void note_synced(unsigned long long inode, long long size) {
    const char* const name = getenv("GRAPNEL_IO_FAULTS_SYNCED");
    char line[64];
    int length;
    int fd;
    if (name == NULL) return;
    length = snprintf(line, sizeof line, "%llu %lld\n", inode, size);
    fd = open(name, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0) return;
    syscall(SYS_write, fd, line, (size_t)length);
    syscall(SYS_close, fd);
}

static int sync_by(long number, int fd) {
    char path[PATH_MAX];
    struct stat status;
    int known;
    if (fate(fd, "sync") == FAIL) return -1;
    known = is_below(fd, path, sizeof path) && fstat(fd, &status) == 0 &&
            (S_ISREG(status.st_mode) || S_ISDIR(status.st_mode));
    if (syscall(number, fd) != 0) return -1;
    if (known) note_synced((unsigned long long)status.st_ino, (long long)status.st_size);
    return 0;
}

EXPORT ssize_t write(int fd, const void* bytes, size_t size) {
    const int what = fate(fd, "write");
    return what == FAIL ? -1 : syscall(SYS_write, fd, bytes, allowed(what, size));
}

EXPORT ssize_t pwrite64(int fd, const void* bytes, size_t size, off64_t offset) {
    const int what = fate(fd, "write");
    return what == FAIL ? -1 : syscall(SYS_pwrite64, fd, bytes, allowed(what, size), offset);
}

EXPORT ssize_t pwrite(int fd, const void* bytes, size_t size, off_t offset) {
    return pwrite64(fd, bytes, size, offset);
}

EXPORT ssize_t writev(int fd, const struct iovec* parts, int count) {
    const int what = fate(fd, "write");
    if (what == FAIL) return -1;
    return syscall(SYS_writev, fd, parts, what == SHORT && count > 1 ? count / 2 : count);
}

EXPORT int ftruncate64(int fd, off64_t size) {
    return fate(fd, "write") == FAIL ? -1 : (int)syscall(SYS_ftruncate, fd, size);
}

EXPORT int ftruncate(int fd, off_t size) { return ftruncate64(fd, size); }

EXPORT int fallocate64(int fd, int mode, off64_t offset, off64_t size) {
    return fate(fd, "write") == FAIL ? -1 : (int)syscall(SYS_fallocate, fd, mode, offset, size);
}

EXPORT int fallocate(int fd, int mode, off_t offset, off_t size) {
    return fallocate64(fd, mode, offset, size);
}

EXPORT int sync_file_range(int fd, off64_t offset, off64_t size, unsigned flags) {
    if (flags != 0 && fate(fd, "sync") == FAIL) return -1;
    return (int)syscall(SYS_sync_file_range, fd, offset, size, flags);
}

EXPORT int fdatasync(int fd) { return sync_by(SYS_fdatasync, fd); }

EXPORT int fsync(int fd) { return sync_by(SYS_fsync, fd); }

EXPORT int unlink(const char* path) {
    struct stat status;
    const int known = stat(path, &status) == 0;
    const int result = (int)syscall(SYS_unlinkat, AT_FDCWD, path, 0);
    if (result == 0 && known) note_synced((unsigned long long)status.st_ino, 0);
    return result;
}
