"""What QEMU's files see of headers outside of the tree: of the C library, glib, usbredir, SPICE.

Only types that state is kept in, or that lie in structs with state. Sizes are those of 64-bit
Linux; what is opaque there has a size and an alignment alone.
"""

SYSTEM = "<system>"

TEXT = """
typedef int gboolean;
typedef int gint;
typedef unsigned int guint;
typedef char gchar;
typedef void *gpointer;
typedef struct { long opaque[5]; } pthread_mutex_t;
typedef struct { long opaque[6]; } pthread_cond_t;
typedef struct { long opaque[4]; } sem_t;
typedef unsigned long pthread_t;
struct timespec { time_t tv_sec; long tv_nsec; };
struct timeval { time_t tv_sec; long tv_usec; };
struct iovec { void *iov_base; size_t iov_len; };
struct tm {
    int tm_sec, tm_min, tm_hour, tm_mday, tm_mon, tm_year, tm_wday, tm_yday, tm_isdst;
    long tm_gmtoff;
    const char *tm_zone;
};

/* usbredirproto.h */
struct usb_redir_device_connect_header {
    uint8_t speed, device_class, device_subclass, device_protocol;
    uint16_t vendor_id, product_id, device_version_bcd;
} __attribute__((packed));
struct usb_redir_interface_info_header {
    uint32_t interface_count;
    uint8_t interface[32], interface_class[32], interface_subclass[32], interface_protocol[32];
} __attribute__((packed));

/* spice/qxl_dev.h, pixman.h */
typedef uint64_t QXLPHYSICAL;
typedef struct QXLMemSlot { uint64_t mem_start, mem_end; } __attribute__((packed)) QXLMemSlot;
typedef struct QXLSurfaceCreate {
    uint32_t width, height;
    int32_t stride;
    uint32_t format, position, mouse_mode, flags, type;
    QXLPHYSICAL mem;
} __attribute__((packed)) QXLSurfaceCreate;
typedef int pixman_format_code_t;
"""
