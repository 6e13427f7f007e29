/* As QEMU's include/hw/qdev-properties.h, as far as the files of this corpus go. */
#define DEFINE_PROP_BOOL(_name, _state, _field, _defval) { \
    .name = (_name), .info = &(qdev_prop_bool), \
    .offset = offsetof(_state, _field) + type_check(bool, typeof_field(_state, _field)), \
    .set_default = true, .defval.u = (bool)_defval, \
}
