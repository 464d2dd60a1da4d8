/*
 * A disk that can lose power or fail, between the server and its files. Loaded by LD_PRELOAD; it
 * sees the calls of SQLite on files named orders.db* in one folder, and lets every other call pass.
 *
 *   DISK_FOLDER  the folder, without a trailing slash
 *   DISK_UNDO    a folder elsewhere: for each file NAME.undo, what was done to it since its last
 *                fsync, and NAME.created, while its entry in the folder is not on disk
 *   DISK_FAULT   a file; while it is there its first word says what an fsync of the WAL does:
 *                fail (EIO), die (SIGKILL before it), lie (success, and nothing is on disk)
 *
 * A record of an undo file is the struct below, then the bytes before, then the bytes written. It
 * is written before the call that it is about, so that a process killed in between leaves one that
 * undoes nothing, and removed after the fsync, so that one killed in between loses what was safe
 * but never acknowledged.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct record {
    int64_t offset;   /* of a write; of a truncation the new size */
    int64_t old_size; /* of the file */
    int32_t old_bytes;
    int32_t new_bytes; /* -1: a truncation */
};

enum { NONE, FOLDER, DATABASE, WAL, JOURNAL, KINDS };

#define MAX_FD 65536
static unsigned char kind_of[MAX_FD];
static const char *const names[KINDS] = { "", "", "orders.db", "orders.db-wal", "orders.db-journal" };
static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;

#define REAL(name) ((__typeof__(&name))real(#name))
static void *real(const char *name) { return dlsym(RTLD_NEXT, name); }

static int kind_of_path(const char *path)
{
    const char *folder = getenv("DISK_FOLDER");
    size_t length = folder ? strlen(folder) : 0;
    if (!length || !path || strncmp(path, folder, length) != 0)
        return NONE;
    if (path[length] == 0)
        return FOLDER;
    for (int kind = DATABASE; kind < KINDS; kind++)
        if (path[length] == '/' && strcmp(path + length + 1, names[kind]) == 0)
            return kind;
    return NONE;
}

static int kind_of_fd(int fd) { return fd >= 0 && fd < MAX_FD ? kind_of[fd] : NONE; }

static void aside(char *path, int kind, const char *suffix)
{
    snprintf(path, 4096, "%s/%s.%s", getenv("DISK_UNDO"), names[kind], suffix);
}

/* Appends to a file of the undo folder; an undo log that cannot be written makes the test worthless. */
static void put(int kind, const void *bytes, size_t length)
{
    char path[4096];
    aside(path, kind, "undo");
    int fd = REAL(open64)(path, O_WRONLY | O_CREAT | O_APPEND, 0600);
    if (fd < 0 || REAL(write)(fd, bytes, length) != (ssize_t)length)
        abort();
    REAL(close)(fd);
}

static void record(int fd, int64_t offset, const void *bytes, int64_t length)
{
    struct stat64 now;
    fstat64(fd, &now);
    int64_t from = offset, to = bytes ? offset + length : now.st_size;
    if (to > now.st_size)
        to = now.st_size;
    int64_t old = to > from ? to - from : 0;
    struct record head = { offset, now.st_size, (int32_t)old, bytes ? (int32_t)length : -1 };
    size_t size = sizeof head + (size_t)old + (bytes ? (size_t)length : 0);
    char *whole = malloc(size);
    memcpy(whole, &head, sizeof head);
    /* The file may be open for writing only: read it through its own entry. */
    if (old > 0) {
        char path[64];
        snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
        int reading = REAL(open64)(path, O_RDONLY);
        if (pread64(reading, whole + sizeof head, (size_t)old, from) != old)
            abort();
        REAL(close)(reading);
    }
    if (bytes)
        memcpy(whole + sizeof head + old, bytes, (size_t)length);
    put(kind_of_fd(fd), whole, size);
    free(whole);
}

static int opened(int fd, const char *path, int flags, int existed)
{
    int kind = fd >= 0 && fd < MAX_FD ? kind_of_path(path) : NONE;
    if (fd >= 0 && fd < MAX_FD)
        kind_of[fd] = (unsigned char)kind;
    if (kind > FOLDER && (flags & O_CREAT) && !existed) {
        char marker[4096];
        aside(marker, kind, "created");
        REAL(close)(REAL(open64)(marker, O_WRONLY | O_CREAT, 0600));
    }
    return fd;
}

#define OPEN(name)                                                              \
    int name(const char *path, int flags, ...)                                  \
    {                                                                           \
        va_list rest;                                                           \
        va_start(rest, flags);                                                  \
        mode_t mode = va_arg(rest, mode_t);                                     \
        va_end(rest);                                                           \
        int existed = kind_of_path(path) > FOLDER && access(path, F_OK) == 0;   \
        return opened(REAL(name)(path, flags, mode), path, flags, existed);     \
    }
OPEN(open)
OPEN(open64)

int close(int fd)
{
    if (fd >= 0 && fd < MAX_FD)
        kind_of[fd] = NONE;
    return REAL(close)(fd);
}

ssize_t pwrite64(int fd, const void *bytes, size_t length, off64_t offset)
{
    if (kind_of_fd(fd) <= FOLDER)
        return REAL(pwrite64)(fd, bytes, length, offset);
    pthread_mutex_lock(&gate);
    record(fd, offset, bytes, (int64_t)length);
    ssize_t done = REAL(pwrite64)(fd, bytes, length, offset);
    pthread_mutex_unlock(&gate);
    return done;
}

ssize_t write(int fd, const void *bytes, size_t length)
{
    if (kind_of_fd(fd) > FOLDER)
        abort(); /* SQLite writes at offsets; a write that is not recorded would go unseen */
    return REAL(write)(fd, bytes, length);
}

int ftruncate64(int fd, off64_t size)
{
    if (kind_of_fd(fd) <= FOLDER)
        return REAL(ftruncate64)(fd, size);
    pthread_mutex_lock(&gate);
    record(fd, size, NULL, 0);
    int done = REAL(ftruncate64)(fd, size);
    pthread_mutex_unlock(&gate);
    return done;
}

static int fault(const char *name)
{
    const char *path = getenv("DISK_FAULT");
    char word[8] = "";
    int fd = path ? REAL(open64)(path, O_RDONLY) : -1;
    if (fd < 0)
        return 0;
    ssize_t length = read(fd, word, sizeof word - 1);
    REAL(close)(fd);
    return length >= (ssize_t)strlen(name) && strncmp(word, name, strlen(name)) == 0;
}

static void forget(int kind, const char *suffix)
{
    char path[4096];
    aside(path, kind, suffix);
    REAL(unlink)(path);
}

static int synced(int fd, int (*sync)(int))
{
    int kind = kind_of_fd(fd);
    if (kind == NONE)
        return sync(fd);
    if (kind == WAL && fault("die"))
        kill(getpid(), SIGKILL);
    if (kind == WAL && fault("lie"))
        return 0;
    if (kind == WAL && fault("fail")) {
        errno = EIO;
        return -1;
    }
    pthread_mutex_lock(&gate);
    int done = sync(fd);
    if (done == 0 && kind == FOLDER)
        for (int created = DATABASE; created < KINDS; created++)
            forget(created, "created");
    else if (done == 0)
        forget(kind, "undo");
    pthread_mutex_unlock(&gate);
    return done;
}

int fsync(int fd) { return synced(fd, REAL(fsync)); }
int fdatasync(int fd) { return synced(fd, REAL(fdatasync)); }

int unlink(const char *path)
{
    int kind = kind_of_path(path), done = REAL(unlink)(path);
    if (done == 0 && kind > FOLDER) {
        forget(kind, "undo");
        forget(kind, "created");
    }
    return done;
}
