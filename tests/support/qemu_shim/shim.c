/* The functions that vmstate.c calls of the rest of QEMU, over memory alone. */
#include "qemu/osdep.h"
#include "qemu/timer.h"
#include "qemu/error-report.h"
#include "qapi/error.h"
#include "qobject/json-writer.h"
#include "migration/vmstate.h"
#include "qemu-file.h"

QEMUFile *shim_open(const uint8_t *data, size_t size)
{
    QEMUFile *f = g_new0(QEMUFile, 1);

    f->room = size + 1;
    f->data = g_malloc(f->room);
    f->size = size;
    if (size) {
        memcpy(f->data, data, size);
    }
    return f;
}

int qemu_file_get_error(QEMUFile *f)
{
    return f->error;
}

void qemu_file_set_error(QEMUFile *f, int error)
{
    if (!f->error) {
        f->error = error;
    }
}

uint64_t qemu_file_transferred(QEMUFile *f)
{
    return f->size;
}

int qemu_peek_byte(QEMUFile *f, int offset)
{
    size_t at = f->position + offset;

    return at < f->size ? f->data[at] : 0;
}

size_t qemu_peek_buffer(QEMUFile *f, uint8_t **data, size_t size, size_t at)
{
    size_t begin = MIN(f->position + at, f->size);

    *data = f->data + begin;
    return MIN(size, f->size - begin);
}

void qemu_file_skip(QEMUFile *f, int size)
{
    f->position += size;
}

size_t qemu_get_buffer(QEMUFile *f, uint8_t *data, size_t size)
{
    if (f->size - f->position < size) {
        qemu_file_set_error(f, -EIO);
        memset(data, 0, size);
        return 0;
    }
    memcpy(data, f->data + f->position, size);
    f->position += size;
    return size;
}

void qemu_put_buffer(QEMUFile *f, const uint8_t *data, size_t size)
{
    if (f->room < f->size + size) {
        f->room = 2 * (f->size + size);
        f->data = g_realloc(f->data, f->room);
    }
    memcpy(f->data + f->size, data, size);
    f->size += size;
}

int qemu_file_get_fd(QEMUFile *f)
{
    return -1;
}

int qemu_file_put_fd(QEMUFile *f, int fd)
{
    return -1;
}

/* A timer is its deadline: savevm.c sends it as one be64. */

void timer_put(QEMUFile *f, QEMUTimer *ts)
{
    qemu_put_be64(f, ts->expire_time);
}

void timer_get(QEMUFile *f, QEMUTimer *ts)
{
    ts->expire_time = qemu_get_be64(f);
}

bool timer_pending(QEMUTimer *ts)
{
    return ts->expire_time != -1;
}

uint64_t timer_expire_time_ns(QEMUTimer *ts)
{
    return ts->expire_time;
}

static int get_timer(QEMUFile *f, void *pv, size_t size,
                     const VMStateField *field)
{
    timer_get(f, pv);
    return 0;
}

static int put_timer(QEMUFile *f, void *pv, size_t size,
                     const VMStateField *field, JSONWriter *vmdesc)
{
    timer_put(f, pv);
    return 0;
}

const VMStateInfo vmstate_info_timer = {
    .name = "timer",
    .get = get_timer,
    .put = put_timer,
};

/* Errors are words on stderr. */

void error_report(const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    vfprintf(stderr, fmt, ap);
    va_end(ap);
    fputc('\n', stderr);
}

int error_printf(const char *fmt, ...)
{
    return 0;
}

void error_setg_internal(Error **errp, const char *src, int line,
                         const char *func, const char *fmt, ...)
{
}

void error_prepend(Error *const *errp, const char *fmt, ...)
{
}

/* No description of the stream is written. */

void json_writer_start_object(JSONWriter *writer, const char *name)
{
}

void json_writer_end_object(JSONWriter *writer)
{
}

void json_writer_start_array(JSONWriter *writer, const char *name)
{
}

void json_writer_end_array(JSONWriter *writer)
{
}

void json_writer_int64(JSONWriter *writer, const char *name, int64_t val)
{
}

void json_writer_str(JSONWriter *writer, const char *name, const char *str)
{
}
