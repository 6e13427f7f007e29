"""Codes about types."""

from vmsdl.diagnostics.diagnostic import Code, Severity

EXPRESSION_TOO_LARGE = Code(
    slug="expression-too-large", severity=Severity.ERROR, title="", explanation=""
)
INDEX_NOT_INTEGER = Code(
    slug="index-not-integer", severity=Severity.ERROR, title="", explanation=""
)
NOT_A_STRUCT = Code(slug="not-a-struct", severity=Severity.ERROR, title="", explanation="")
NOT_INDEXABLE = Code(slug="not-indexable", severity=Severity.ERROR, title="", explanation="")
OPERAND_NOT_BOOL = Code(slug="operand-not-bool", severity=Severity.ERROR, title="", explanation="")
WRONG_ARGUMENT = Code(slug="wrong-argument", severity=Severity.ERROR, title="", explanation="")
WRONG_ARGUMENT_COUNT = Code(
    slug="wrong-argument-count", severity=Severity.ERROR, title="", explanation=""
)
BOOL_ARITHMETIC = Code(slug="bool-arithmetic", severity=Severity.ERROR, title="", explanation="")
MIXED_BRANCHES = Code(slug="mixed-branches", severity=Severity.ERROR, title="", explanation="")
MIXED_COMPARISON = Code(slug="mixed-comparison", severity=Severity.ERROR, title="", explanation="")
NOT_COMPARABLE = Code(slug="not-comparable", severity=Severity.ERROR, title="", explanation="")
OPERAND_NOT_INTEGER = Code(
    slug="operand-not-integer", severity=Severity.ERROR, title="", explanation=""
)
ARM_OUT_OF_RANGE = Code(slug="arm-out-of-range", severity=Severity.ERROR, title="", explanation="")
CONSTANT_WITHOUT_VALUE = Code(
    slug="constant-without-value", severity=Severity.ERROR, title="", explanation=""
)
CONST_OUT_OF_RANGE = Code(
    slug="const-out-of-range", severity=Severity.ERROR, title="", explanation=""
)
NOT_CONSTANT = Code(slug="not-constant", severity=Severity.ERROR, title="", explanation="")
TYPE_MISMATCH = Code(slug="type-mismatch", severity=Severity.ERROR, title="", explanation="")
BUFFER_WITHOUT_LENGTH = Code(
    slug="buffer-without-length", severity=Severity.ERROR, title="", explanation=""
)
ELEMENT_NOT_STRUCT = Code(
    slug="element-not-struct", severity=Severity.ERROR, title="", explanation=""
)
LIST_VERSION_OUT_OF_RANGE = Code(
    slug="list-version-out-of-range", severity=Severity.ERROR, title="", explanation=""
)
NOT_A_TYPE = Code(slug="not-a-type", severity=Severity.ERROR, title="", explanation="")
NULLABLE_WITHOUT_ARRAY = Code(
    slug="nullable-without-array", severity=Severity.ERROR, title="", explanation=""
)
STRUCT_VERSION_OUT_OF_RANGE = Code(
    slug="struct-version-out-of-range", severity=Severity.ERROR, title="", explanation=""
)
VERSION_OF_ENUM = Code(slug="version-of-enum", severity=Severity.ERROR, title="", explanation="")
EMBEDDED_TOO_DEEP = Code(
    slug="embedded-too-deep", severity=Severity.ERROR, title="", explanation=""
)
STRUCT_CONTAINS_ITSELF = Code(
    slug="struct-contains-itself", severity=Severity.ERROR, title="", explanation=""
)
DEFAULT_NOT_ALLOWED = Code(
    slug="default-not-allowed", severity=Severity.ERROR, title="", explanation=""
)
DEFAULT_OUT_OF_RANGE = Code(
    slug="default-out-of-range", severity=Severity.ERROR, title="", explanation=""
)
EXTERN_UNUSED = Code(slug="extern-unused", severity=Severity.ERROR, title="", explanation="")
LENGTH_NOT_INTEGER = Code(
    slug="length-not-integer", severity=Severity.ERROR, title="", explanation=""
)
OPAQUE_WITHOUT_LENGTH = Code(
    slug="opaque-without-length", severity=Severity.ERROR, title="", explanation=""
)
PREDICATE_NOT_BOOL = Code(
    slug="predicate-not-bool", severity=Severity.ERROR, title="", explanation=""
)
WITH_OUT_OF_RANGE = Code(
    slug="with-out-of-range", severity=Severity.ERROR, title="", explanation=""
)
BOUNDED_NOT_INTEGER = Code(
    slug="bounded-not-integer", severity=Severity.ERROR, title="", explanation=""
)
EQUAL_NOT_SCALAR = Code(slug="equal-not-scalar", severity=Severity.ERROR, title="", explanation="")
MARKED_WITHOUT_POINTERS = Code(
    slug="marked-without-pointers", severity=Severity.ERROR, title="", explanation=""
)
WITH_WITHOUT_STRUCT = Code(
    slug="with-without-struct", severity=Severity.ERROR, title="", explanation=""
)
SETTING_OUT_OF_RANGE = Code(
    slug="setting-out-of-range", severity=Severity.ERROR, title="", explanation=""
)
ENUM_EMPTY = Code(slug="enum-empty", severity=Severity.ERROR, title="", explanation="")
ENUM_NOT_INTEGER = Code(slug="enum-not-integer", severity=Severity.ERROR, title="", explanation="")

CODES: tuple[Code, ...] = (
    EXPRESSION_TOO_LARGE,
    INDEX_NOT_INTEGER,
    NOT_A_STRUCT,
    NOT_INDEXABLE,
    OPERAND_NOT_BOOL,
    WRONG_ARGUMENT,
    WRONG_ARGUMENT_COUNT,
    BOOL_ARITHMETIC,
    MIXED_BRANCHES,
    MIXED_COMPARISON,
    NOT_COMPARABLE,
    OPERAND_NOT_INTEGER,
    ARM_OUT_OF_RANGE,
    CONSTANT_WITHOUT_VALUE,
    CONST_OUT_OF_RANGE,
    NOT_CONSTANT,
    TYPE_MISMATCH,
    BUFFER_WITHOUT_LENGTH,
    ELEMENT_NOT_STRUCT,
    LIST_VERSION_OUT_OF_RANGE,
    NOT_A_TYPE,
    NULLABLE_WITHOUT_ARRAY,
    STRUCT_VERSION_OUT_OF_RANGE,
    VERSION_OF_ENUM,
    EMBEDDED_TOO_DEEP,
    STRUCT_CONTAINS_ITSELF,
    DEFAULT_NOT_ALLOWED,
    DEFAULT_OUT_OF_RANGE,
    EXTERN_UNUSED,
    LENGTH_NOT_INTEGER,
    OPAQUE_WITHOUT_LENGTH,
    PREDICATE_NOT_BOOL,
    WITH_OUT_OF_RANGE,
    BOUNDED_NOT_INTEGER,
    EQUAL_NOT_SCALAR,
    MARKED_WITHOUT_POINTERS,
    WITH_WITHOUT_STRUCT,
    SETTING_OUT_OF_RANGE,
    ENUM_EMPTY,
    ENUM_NOT_INTEGER,
)
