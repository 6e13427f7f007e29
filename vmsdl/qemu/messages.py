"""The words in which QEMU refuses what a generated codec refuses (migration/vmstate.c)."""

_FOOTER = "Missing section footer for {section}; load of migration failed: Invalid argument"
_MESSAGES = {
    # A body that is too short or too long surfaces at the footer, the only check on its length.
    "truncated": _FOOTER,
    "trailing-data": _FOOTER,
    "unknown-subsection": "load of migration failed: No such file or directory",
    "check-failed": "Input validation failed; load of migration failed: Operation not permitted",
    "bad-marker": "vmstate: get_nullptr expected VMS_NULLPTR_MARKER",
    "hook-failed": "load of migration failed: Invalid argument",
}


def loader_message(reason: str, section: str, message: str) -> str:
    """QEMU's message for a codec's reason; what has none of its own is the codec's `message`."""
    known = _MESSAGES.get(reason)
    return known.format(section=section) if known else f"{message}; load of migration failed"
