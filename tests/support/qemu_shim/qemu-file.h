/* A QEMUFile over a buffer in memory: what vmstate.c and vmstate-types.c call. */
#ifndef QEMU_FILE_SHIM_H
#define QEMU_FILE_SHIM_H

#include "qemu/osdep.h"

struct QEMUFile {
    uint8_t *data;
    size_t size;
    size_t position; /* of the reader */
    size_t room;
    int error;
};

QEMUFile *shim_open(const uint8_t *data, size_t size);

int qemu_file_get_error(QEMUFile *f);
void qemu_file_set_error(QEMUFile *f, int error);
uint64_t qemu_file_transferred(QEMUFile *f);
int qemu_peek_byte(QEMUFile *f, int offset);
size_t qemu_peek_buffer(QEMUFile *f, uint8_t **data, size_t size, size_t at);
void qemu_file_skip(QEMUFile *f, int size);
size_t qemu_get_buffer(QEMUFile *f, uint8_t *data, size_t size);
void qemu_put_buffer(QEMUFile *f, const uint8_t *data, size_t size);
int qemu_file_get_fd(QEMUFile *f);
int qemu_file_put_fd(QEMUFile *f, int fd);

static inline int qemu_get_byte(QEMUFile *f)
{
    uint8_t byte = 0;

    qemu_get_buffer(f, &byte, 1);
    return byte;
}

static inline void qemu_put_byte(QEMUFile *f, int byte)
{
    uint8_t data = byte;

    qemu_put_buffer(f, &data, 1);
}

#define SHIM_NUMBER(bits, type) \
    static inline type qemu_get_be##bits(QEMUFile *f) \
    { \
        type value = 0; \
        int i; \
        for (i = 0; i < (bits) / 8; i++) { \
            value = (value << 8) | qemu_get_byte(f); \
        } \
        return value; \
    } \
    static inline void qemu_put_be##bits(QEMUFile *f, type value) \
    { \
        int i; \
        for (i = (bits) - 8; i >= 0; i -= 8) { \
            qemu_put_byte(f, value >> i); \
        } \
    } \
    static inline void qemu_get_be##bits##s(QEMUFile *f, type *value) \
    { \
        *value = qemu_get_be##bits(f); \
    } \
    static inline void qemu_put_be##bits##s(QEMUFile *f, const type *value) \
    { \
        qemu_put_be##bits(f, *value); \
    } \
    static inline void qemu_get_sbe##bits##s(QEMUFile *f, int##bits##_t *value) \
    { \
        *value = qemu_get_be##bits(f); \
    } \
    static inline void qemu_put_sbe##bits##s(QEMUFile *f, \
                                             const int##bits##_t *value) \
    { \
        qemu_put_be##bits(f, *value); \
    }

SHIM_NUMBER(16, uint16_t)
SHIM_NUMBER(32, uint32_t)
SHIM_NUMBER(64, uint64_t)

static inline void qemu_get_8s(QEMUFile *f, uint8_t *value)
{
    *value = qemu_get_byte(f);
}

static inline void qemu_put_8s(QEMUFile *f, const uint8_t *value)
{
    qemu_put_byte(f, *value);
}

static inline void qemu_get_s8s(QEMUFile *f, int8_t *value)
{
    *value = qemu_get_byte(f);
}

static inline void qemu_put_s8s(QEMUFile *f, const int8_t *value)
{
    qemu_put_byte(f, *value);
}

#endif
