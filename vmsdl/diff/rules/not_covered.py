"""Kinds of change that no rule covers, and why."""

NOT_COVERED: dict[str, str] = {
    "section-alias-added": "edition 1 has no aliases of sections",
    "section-alias-removed": "edition 1 has no aliases of sections",
    "instance-id-changed": "edition 1 has no instance numbers",
    "instance-ids-permuted": "edition 1 has no instance numbers",
    "minimum-above-version": "`check` refuses the schema: minimum-above-version",
    "load-order-changed": "edition 1 has no priorities",
    "endianness-changed": "everything is big-endian",
    "buffer-window-shifted": "edition 1 has no partial buffers",
    "scale-or-unit-changed": "edition 1 has no units",
    "test-reads-later-state": "`check` refuses the schema: reads-later-field",
    "omission-lossy": "`check` warns of the schema: lossy-subsection",
    "subsection-prefix-collision": "`check` refuses the schema: sibling-prefix",
    "subsection-name-not-under-parent": "`check` refuses the schema: subsection-name-prefix",
    "subsection-version-too-wide": "`check` refuses the schema: subsection-version-over-255",
    "needed-on-embedded-struct": (
        "a struct cannot have `needed`: `check` refuses it as unexpected-token"
    ),
    "payload-can-imitate-subsection": "`check` warns of the schema: look-alike-bytes",
    "list-field-version-out-of-range": "`check` refuses the schema: list-version-out-of-range",
    "array-pointer-unallocated": "edition 1 does not describe allocation",
    "count-moved-after-array": "`check` refuses the schema: reads-later-field",
    "count-unbounded": "`check` warns of it, without a diff: unbounded-count",
    "alloc-flag-changed": "edition 1 does not describe allocation",
    "transform-changed": "edition 1 has no transforms",
    "property-differs-across-ends": "configuration is assumed to be equal on both ends",
    "property-not-sticky": "edition 1 does not describe how long a property is kept",
    "feature-negotiated-at-runtime": "edition 1 has no guest to negotiate with",
}
