"""Rows of the catalogue that no rule speaks of, and why: by number, with the row's name."""

ABSENT: dict[str, tuple[str, str]] = {
    "VM102": ("section-alias-added", "edition 1 has no aliases of sections"),
    "VM103": ("section-alias-removed", "edition 1 has no aliases of sections"),
    "VM108": ("instance-id-changed", "edition 1 has no instance numbers"),
    "VM109": ("instance-ids-permuted", "edition 1 has no instance numbers"),
    "VM115": ("minimum-above-version", "`check` refuses the schema: minimum-above-version"),
    "VM118": ("load-order-changed", "edition 1 has no priorities"),
    "VM303": ("endianness-changed", "everything is big-endian"),
    "VM311": ("buffer-window-shifted", "edition 1 has no partial buffers"),
    "VM315": ("scale-or-unit-changed", "edition 1 has no units"),
    "VM409": ("test-reads-later-state", "`check` refuses the schema: reads-later-field"),
    "VM509": ("omission-lossy", "`check` warns of the schema: lossy-subsection"),
    "VM518": ("subsection-prefix-collision", "`check` refuses the schema: sibling-prefix"),
    "VM519": (
        "subsection-name-not-under-parent",
        "`check` refuses the schema: subsection-name-prefix",
    ),
    "VM520": (
        "subsection-version-too-wide",
        "`check` refuses the schema: subsection-version-over-255",
    ),
    "VM523": (
        "needed-on-embedded-struct",
        "a struct cannot say `needed`: `check` refuses it as unexpected-token",
    ),
    "VM525": ("payload-can-imitate-subsection", "`check` warns of the schema: look-alike-bytes"),
    "VM608": (
        "list-field-version-out-of-range",
        "`check` refuses the schema: list-version-out-of-range",
    ),
    "VM613": ("array-pointer-unallocated", "edition 1 does not say who allocates"),
    "VM615": ("count-moved-after-array", "`check` refuses the schema: reads-later-field"),
    "VM618": ("count-unbounded", "`check` warns of it, without a diff: unbounded-count"),
    "VM621": ("alloc-flag-changed", "edition 1 does not say who allocates"),
    "VM711": ("transform-changed", "edition 1 has no transforms"),
    "VM804": ("property-differs-across-ends", "configuration is taken to be equal on both ends"),
    "VM805": ("property-not-sticky", "edition 1 does not say how long a property is kept"),
    "VM807": ("feature-negotiated-at-runtime", "edition 1 has no guest to negotiate with"),
}

# By the row's name.
WITHOUT = dict(ABSENT.values())
