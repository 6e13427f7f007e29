/* What vmstate.c takes of migration/migration.h. */
#define QEMU_VM_SUBSECTION 0x05
