/* As QEMU's include/migration/vmstate.h, as far as the files of this corpus go. */
#ifndef VMSTATE_H
#define VMSTATE_H

typedef struct VMStateInfo VMStateInfo;
typedef struct VMStateDescription VMStateDescription;
typedef struct VMStateField VMStateField;

enum VMStateFlags {
    VMS_SINGLE = 0x001,
    VMS_POINTER = 0x002,
    VMS_ARRAY = 0x004,
    VMS_STRUCT = 0x008,
    VMS_VARRAY_INT32 = 0x010,
    VMS_BUFFER = 0x020,
    VMS_ARRAY_OF_POINTER = 0x040,
    VMS_VARRAY_UINT16 = 0x080,
    VMS_VBUFFER = 0x100,
    VMS_MULTIPLY = 0x200,
    VMS_VARRAY_UINT8 = 0x400,
    VMS_VARRAY_UINT32 = 0x800,
    VMS_MUST_EXIST = 0x1000,
    VMS_ALLOC = 0x2000,
    VMS_MULTIPLY_ELEMENTS = 0x4000,
    VMS_VSTRUCT = 0x8000,
    VMS_END = 0x10000,
};

struct VMStateField {
    const char *name;
    size_t offset;
    size_t size;
    int num;
    size_t num_offset;
    const VMStateInfo *info;
    enum VMStateFlags flags;
    const VMStateDescription *vmsd;
    int version_id;
    bool (*field_exists)(void *opaque, int version_id);
};

#define VMSTATE_SINGLE_TEST(_field, _state, _test, _version, _info, _type) { \
    .name = (stringify(_field)), .version_id = (_version), .field_exists = (_test), \
    .size = sizeof(_type), .info = &(_info), .flags = VMS_SINGLE, \
    .offset = vmstate_offset_value(_state, _field, _type), \
}
#define VMSTATE_ARRAY(_field, _state, _num, _version, _info, _type) { \
    .name = (stringify(_field)), .version_id = (_version), .num = (_num), .info = &(_info), \
    .size = sizeof(_type), .flags = VMS_ARRAY, \
    .offset = vmstate_offset_array(_state, _field, _type, _num), \
}
#define VMSTATE_VARRAY_UINT32(_field, _state, _field_num, _version, _info, _type) { \
    .name = (stringify(_field)), .version_id = (_version), \
    .num_offset = vmstate_offset_value(_state, _field_num, uint32_t), .info = &(_info), \
    .size = sizeof(_type), .flags = VMS_VARRAY_UINT32 | VMS_POINTER, \
    .offset = vmstate_offset_pointer(_state, _field, _type), \
}
#define VMSTATE_STRUCT(_field, _state, _version, _vmsd, _type) { \
    .name = (stringify(_field)), .version_id = (_version), .vmsd = &(_vmsd), \
    .size = sizeof(_type), .flags = VMS_STRUCT, \
    .offset = vmstate_offset_value(_state, _field, _type), \
}
#define VMSTATE_STRUCT_ARRAY(_field, _state, _num, _version, _vmsd, _type) { \
    .name = (stringify(_field)), .num = (_num), .version_id = (_version), .vmsd = &(_vmsd), \
    .size = sizeof(_type), .flags = VMS_STRUCT | VMS_ARRAY, \
    .offset = vmstate_offset_array(_state, _field, _type, _num), \
}
#define VMSTATE_VALIDATE(_name, _test) { \
    .name = (_name), .field_exists = (_test), .flags = VMS_ARRAY | VMS_MUST_EXIST, .num = 0, \
}
#define VMSTATE_BUFFER(_field, _state) { \
    .name = (stringify(_field)), .size = sizeof(typeof_field(_state, _field)), \
    .info = &vmstate_info_buffer, .flags = VMS_BUFFER, .offset = offsetof(_state, _field), \
}
#define VMSTATE_UNUSED(_size) { \
    .name = "unused", .size = (_size), .info = &vmstate_info_unused_buffer, .flags = VMS_BUFFER, \
}
#define VMSTATE_SINGLE(_f, _s, _v, _i, _t) VMSTATE_SINGLE_TEST(_f, _s, NULL, _v, _i, _t)
#define VMSTATE_BOOL(_f, _s) VMSTATE_SINGLE(_f, _s, 0, vmstate_info_bool, bool)
#define VMSTATE_UINT8(_f, _s) VMSTATE_SINGLE(_f, _s, 0, vmstate_info_uint8, uint8_t)
#define VMSTATE_UINT32(_f, _s) VMSTATE_SINGLE(_f, _s, 0, vmstate_info_uint32, uint32_t)
#define VMSTATE_UINT32_V(_f, _s, _v) VMSTATE_SINGLE(_f, _s, _v, vmstate_info_uint32, uint32_t)
#define VMSTATE_UINT32_TEST(_f, _s, _t) \
    VMSTATE_SINGLE_TEST(_f, _s, _t, 0, vmstate_info_uint32, uint32_t)
#define VMSTATE_UINT8_EQUAL(_f, _s) VMSTATE_SINGLE(_f, _s, 0, vmstate_info_uint8_equal, uint8_t)
#define VMSTATE_UINT32_ARRAY(_f, _s, _n) \
    VMSTATE_ARRAY(_f, _s, _n, 0, vmstate_info_uint32, uint32_t)
#define VMSTATE_END_OF_LIST() { .flags = VMS_END, }

#endif
