"""Codes about names."""

from vmsdl.diagnostics.diagnostic import Code, Severity

IMPORT_CYCLE = Code(slug="import-cycle", severity=Severity.ERROR, title="", explanation="")
IMPORT_NOT_FOUND = Code(slug="import-not-found", severity=Severity.ERROR, title="", explanation="")
IMPORT_NOT_RELATIVE = Code(
    slug="import-not-relative", severity=Severity.ERROR, title="", explanation=""
)
IMPORT_UNREADABLE = Code(
    slug="import-unreadable", severity=Severity.ERROR, title="", explanation=""
)
TOO_MANY_IMPORTS = Code(slug="too-many-imports", severity=Severity.ERROR, title="", explanation="")
DUPLICATE_DEFINITION = Code(
    slug="duplicate-definition", severity=Severity.ERROR, title="", explanation=""
)
DUPLICATE_MACHINE = Code(
    slug="duplicate-machine", severity=Severity.ERROR, title="", explanation=""
)
DUPLICATE_MEMBER = Code(slug="duplicate-member", severity=Severity.ERROR, title="", explanation="")
DEFINITION_CYCLE = Code(slug="definition-cycle", severity=Severity.ERROR, title="", explanation="")
FOREIGN_VERSION = Code(slug="foreign-version", severity=Severity.ERROR, title="", explanation="")
NOT_A_VALUE = Code(slug="not-a-value", severity=Severity.ERROR, title="", explanation="")
UNKNOWN_FUNCTION = Code(slug="unknown-function", severity=Severity.ERROR, title="", explanation="")
UNKNOWN_MEMBER = Code(slug="unknown-member", severity=Severity.ERROR, title="", explanation="")
UNKNOWN_NAME = Code(slug="unknown-name", severity=Severity.ERROR, title="", explanation="")
READS_LATER_FIELD = Code(
    slug="reads-later-field", severity=Severity.ERROR, title="", explanation=""
)
UNKNOWN_TYPE = Code(slug="unknown-type", severity=Severity.ERROR, title="", explanation="")
UNKNOWN_ANNOTATION = Code(
    slug="unknown-annotation", severity=Severity.WARNING, title="", explanation=""
)
DUPLICATE_SUBSECTION_NAME = Code(
    slug="duplicate-subsection-name", severity=Severity.ERROR, title="", explanation=""
)
NAME_NOT_UNICODE = Code(slug="name-not-unicode", severity=Severity.ERROR, title="", explanation="")
NAME_OVER_255_BYTES = Code(
    slug="name-over-255-bytes", severity=Severity.ERROR, title="", explanation=""
)
SUBSECTION_NAME_PREFIX = Code(
    slug="subsection-name-prefix", severity=Severity.ERROR, title="", explanation=""
)
SUBSECTION_NOT_LAST = Code(
    slug="subsection-not-last", severity=Severity.ERROR, title="", explanation=""
)
DUPLICATE_BINDING = Code(
    slug="duplicate-binding", severity=Severity.ERROR, title="", explanation=""
)
NOT_SETTABLE = Code(slug="not-settable", severity=Severity.ERROR, title="", explanation="")
DUPLICATE_SETTING = Code(
    slug="duplicate-setting", severity=Severity.ERROR, title="", explanation=""
)
MACHINE_CYCLE = Code(slug="machine-cycle", severity=Severity.ERROR, title="", explanation="")
UNKNOWN_MACHINE = Code(slug="unknown-machine", severity=Severity.ERROR, title="", explanation="")
DUPLICATE_HOOK = Code(slug="duplicate-hook", severity=Severity.ERROR, title="", explanation="")
UNKNOWN_HOOK = Code(slug="unknown-hook", severity=Severity.ERROR, title="", explanation="")
DUPLICATE_ARM = Code(slug="duplicate-arm", severity=Severity.ERROR, title="", explanation="")
DUPLICATE_ARM_VALUE = Code(
    slug="duplicate-arm-value", severity=Severity.ERROR, title="", explanation=""
)

CODES: tuple[Code, ...] = (
    IMPORT_CYCLE,
    IMPORT_NOT_FOUND,
    IMPORT_NOT_RELATIVE,
    IMPORT_UNREADABLE,
    TOO_MANY_IMPORTS,
    DUPLICATE_DEFINITION,
    DUPLICATE_MACHINE,
    DUPLICATE_MEMBER,
    DEFINITION_CYCLE,
    FOREIGN_VERSION,
    NOT_A_VALUE,
    UNKNOWN_FUNCTION,
    UNKNOWN_MEMBER,
    UNKNOWN_NAME,
    READS_LATER_FIELD,
    UNKNOWN_TYPE,
    UNKNOWN_ANNOTATION,
    DUPLICATE_SUBSECTION_NAME,
    NAME_NOT_UNICODE,
    NAME_OVER_255_BYTES,
    SUBSECTION_NAME_PREFIX,
    SUBSECTION_NOT_LAST,
    DUPLICATE_BINDING,
    NOT_SETTABLE,
    DUPLICATE_SETTING,
    MACHINE_CYCLE,
    UNKNOWN_MACHINE,
    DUPLICATE_HOOK,
    UNKNOWN_HOOK,
    DUPLICATE_ARM,
    DUPLICATE_ARM_VALUE,
)
