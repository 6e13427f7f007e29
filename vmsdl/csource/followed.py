"""Calls by name: what only reports, and what QEMU's own services change.

A service is a function of QEMU's core on an object of its own (a timer, a region of memory, an
interrupt line): of a device's state it changes that object alone, which is what its documentation
says (include/qemu/timer.h, include/exec/memory.h, include/hw/irq.h, include/hw/ptimer.h, …).
"""

SILENT = (
    "trace_",
    "qemu_log",
    "error_report",
    "error_vreport",
    "error_printf",
    "warn_report",
    "info_report",
    "error_prepend",
    "error_append_hint",
    "g_assert",
    "assert",
    "DPRINTF",
    "printf",
    "fprintf",
    "g_warn",
    "g_free",
    "g_autofree",
    "error_free",
    "qapi_event_send_",
)
# They never come back.
ENDS = frozenset(
    ["abort", "exit", "g_assert_not_reached", "g_abort", "hw_error", "__builtin_unreachable"]
)
_PURE = frozenset(
    [
        "get_clock",
        "muldiv64",
        "memcmp",
        "strcmp",
        "strncmp",
        "strlen",
        "strnlen",
        "memory_region_size",
        "memory_region_get_ram_ptr",
        "memory_region_get_ram_addr",
        "memory_region_is_mapped",
        "memory_region_transaction_begin",
        "memory_region_transaction_commit",
        "timer_expired",
        "timer_expire_time_ns",
        "clock_get",
        "clock_get_hz",
        "clock_has_source",
        "clock_ticks_to_ns",
        "clock_ns_to_ticks",
        "clock_is_enabled",
        "blk_getlength",
        "blk_is_available",
        "blk_is_inserted",
        "blk_get_geometry",
        "dma_barrier",
        "cpu_physical_memory_set_dirty_range",
        "migration_in_incoming_postcopy",
        "tb_flush",
        "vm_stop",
    ]
)
_PURE_PREFIXES = (
    "qemu_clock_get_",
    "kvm_irqchip_in_kernel",
    "kvm_irqchip_is_split",
    "object_get_",
    "object_class_",
    "object_property_get_",
    "object_resolve_path",
    "type_get_",
    "qdev_get_",
    "runstate_is_running",
    "runstate_check",
    "migrate_get_",
    "tlb_flush",  # what a CPU has cached of its tables is no state
    "timer_new",
    "qemu_bh_new",
    "qemu_mutex_",
    "qemu_rec_mutex_",
    "qemu_cond_",
)
_SERVICES = (
    "memory_region_",
    "timer_",
    "ptimer_",
    "qemu_set_irq",
    "qemu_irq_",
    "qemu_bh_",
    "qemu_console_",
    "clock_set",
    "clock_update",
    "clock_propagate",
    "qemu_chr_fe_",
    "blk_set_",
    "dpy_",
    "AUD_",
    "g_hash_table_",
    "g_tree_",
    "g_list_",
    "g_slist_",
    "g_array_",
    "g_byte_array_",
    "g_string_",
)
_COPIES = ("memcpy", "memmove", "memset", "__builtin_memcpy", "pstrcpy", "strpadcpy", "snprintf")


def is_silent(name: str) -> bool:
    return name.startswith(SILENT)


def is_pure(name: str) -> bool:
    """It changes nothing of a device."""
    return name in _PURE or name.startswith(_PURE_PREFIXES)


def is_service(name: str) -> bool:
    """It changes the object that its first argument points to, and parts of the state that it is
    given. A pointer to all of the state is kept for a callback."""
    return name.startswith(_SERVICES) and not name.endswith("_foreach")


def is_copy(name: str) -> bool:
    """It changes what its first argument points to alone."""
    return name in _COPIES
