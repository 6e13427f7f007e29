"""The names of the C files of a schema, from the path of its source alone."""

import re


def find_stem(path: str) -> str:
    """`hw/ide.vmsd` is written to `vmstate-ide.c.inc` and `vmstate-ide.h`."""
    stem = path.replace("\\", "/").rpartition("/")[2].removesuffix(".vmsd")
    words = re.sub(r"[^A-Za-z0-9-]", "-", stem)
    return f"vmstate-{words}"


def find_source_name(path: str) -> str:
    return f"{find_stem(path)}.c.inc"


def find_header_name(path: str) -> str:
    return f"{find_stem(path)}.h"
