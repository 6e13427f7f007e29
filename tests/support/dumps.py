"""A small -dump-vmstate file of four devices, as a Python value."""

from typing import Any

# Every key of QEMU's dump_vmstate_json_to_file (migration/savevm.c), and oddities of real dumps.
FIFO = {
    "name": "Fifo8",
    "version_id": 1,
    "minimum_version_id": 1,
    "Fields": [
        {"field": "data", "version_id": 1, "field_exists": False, "size": 0},
        {"field": "head", "version_id": 0, "field_exists": False, "size": 4},
    ],
}
TIMER = {
    "name": "timer",  # a word that means a type in the language
    "version_id": 1,
    "minimum_version_id": 1,
    "Fields": [{"field": "limit", "version_id": 0, "field_exists": False, "size": 8}],
}
CARD = {
    "name": "card",
    "version_id": 3,
    "minimum_version_id": 2,
    "Fields": [
        {"field": "config", "version_id": 0, "field_exists": True, "size": 256},
        {"field": "config", "version_id": 0, "field_exists": True, "size": 4096},
        {"field": "regs[0].x", "version_id": 2, "field_exists": False, "num": 4, "size": 2},
        {"field": "gone", "version_id": 4, "field_exists": True, "num": 2, "size": 16},
        {"field": "unused", "version_id": 0, "field_exists": False, "size": 28},
        {"field": "unused", "version_id": 0, "field_exists": True, "size": 4},
        {"field": "late", "version_id": 5, "field_exists": False, "size": 1},
        {
            "field": "fifo",
            "version_id": 0,
            "field_exists": False,
            "num": 2,
            "size": 24,
            "Description": FIFO,
        },
        {"field": "class", "version_id": 0, "field_exists": False, "size": 1},
        {"field": "irq", "version_id": 0, "field_exists": False, "size": 8, "Description": TIMER},
    ],
    "Subsections": [
        {"name": "card_old", "version_id": 1, "minimum_version_id": 1, "Fields": []},
        {
            "name": "card/new-one",
            "version_id": 2,
            "minimum_version_id": 1,
            "Fields": [{"field": "x", "version_id": 2, "field_exists": False, "size": 4}],
        },
    ],
}
OTHER = {
    "name": "other",
    "version_id": 1,
    "minimum_version_id": 1,
    "Fields": [
        {"field": "fifo", "version_id": 0, "field_exists": False, "size": 24, "Description": FIFO}
    ],
}
STUCK = {"name": "stuck", "version_id": 0, "minimum_version_id": 0}


def entry(name: str, description: Any) -> dict[str, Any]:
    versions = {key: description[key] for key in ("version_id", "minimum_version_id")}
    return {name: {"Name": name, **versions, "Description": description}}


DUMP: dict[str, Any] = {
    "vmschkmachine": {"Name": "pc-i440fx-7.2"},
    **entry("card-a", CARD),
    **entry("card-b", CARD),
    **entry("other", OTHER),
    **entry("stuck", STUCK),
}
