"""Every code that vmsdl can report, one row each; the long texts are in `explain/*.md`.

A code is known everywhere by its slug: in output, in `vmsdl explain`, as a heading in `explain/`,
and as a file in `tests/corpus/errors/`.
"""

from vmsdl.diagnostics.diagnostic import Code, Severity

# The pages that explain the codes.
_SYNTAX = "diagnostics/explain/syntax.md"
_IMPORTS = "diagnostics/explain/imports.md"
_NAMES = "diagnostics/explain/names.md"
_SCOPES = "diagnostics/explain/scopes.md"
_DUPLICATES = "diagnostics/explain/duplicates.md"
_WIRENAMES = "diagnostics/explain/wirenames.md"
_TYPES = "diagnostics/explain/types.md"
_MODIFIERS = "diagnostics/explain/modifiers.md"
_OPERANDS = "diagnostics/explain/operands.md"
_CONSTANTS = "diagnostics/explain/constants.md"
_VERSIONS = "diagnostics/explain/versions.md"
_WIRE = "diagnostics/explain/wire.md"
_LENGTHS = "diagnostics/explain/lengths.md"
_ARITHMETIC = "diagnostics/explain/arithmetic.md"
_PREDICATES = "diagnostics/explain/predicates.md"
_PROOFS = "diagnostics/explain/proofs.md"
_UNREAD = "diagnostics/explain/unread.md"
_C = "diagnostics/explain/c.md"

# syntax ----------------------------------------------------------------------------------------

UNEXPECTED_CHARACTER = Code(
    "unexpected-character",
    Severity.ERROR,
    "invalid character",
    _SYNTAX,
)
UNEXPECTED_TOKEN = Code("unexpected-token", Severity.ERROR, "unexpected token", _SYNTAX)
UNEXPECTED_END = Code("unexpected-end", Severity.ERROR, "unexpected end of file", _SYNTAX)
BAD_NUMBER = Code("bad-number", Severity.ERROR, "invalid number literal", _SYNTAX)
BAD_STRING = Code("bad-string", Severity.ERROR, "invalid string literal", _SYNTAX)
UNTERMINATED_COMMENT = Code("unterminated-comment", Severity.ERROR, "unterminated comment", _SYNTAX)
CHAINED_COMPARISON = Code(
    "chained-comparison", Severity.ERROR, "comparison of a comparison", _SYNTAX
)
NESTED_TOO_DEEP = Code("nested-too-deep", Severity.ERROR, "nesting is too deep", _SYNTAX)
DUPLICATE_MODIFIER = Code("duplicate-modifier", Severity.ERROR, "duplicate modifier", _SYNTAX)
MISPLACED_MODIFIER = Code(
    "misplaced-modifier", Severity.ERROR, "modifier that `unused` does not accept", _SYNTAX
)
SUBSECTION_WITHOUT_NEEDED = Code(
    "subsection-without-needed",
    Severity.ERROR,
    "missing `needed` in a subsection",
    _SYNTAX,
)
FILE_TOO_LARGE = Code("file-too-large", Severity.ERROR, "file is too large", _SYNTAX)

# imports ---------------------------------------------------------------------------------------

IMPORT_CYCLE = Code("import-cycle", Severity.ERROR, "import cycle", _IMPORTS)
IMPORT_NOT_FOUND = Code(
    "import-not-found", Severity.ERROR, "import of a file that does not exist", _IMPORTS
)
IMPORT_NOT_RELATIVE = Code(
    "import-not-relative", Severity.ERROR, "import with an absolute path", _IMPORTS
)
IMPORT_UNREADABLE = Code(
    "import-unreadable", Severity.ERROR, "import of a file that cannot be read", _IMPORTS
)
TOO_MANY_IMPORTS = Code("too-many-imports", Severity.ERROR, "too many imports", _IMPORTS)

# names -----------------------------------------------------------------------------------------

UNKNOWN_NAME = Code("unknown-name", Severity.ERROR, "unknown name", _NAMES)
UNKNOWN_MEMBER = Code(
    "unknown-member",
    Severity.ERROR,
    "unknown member of a struct, subsection or enum",
    _NAMES,
)
UNKNOWN_TYPE = Code("unknown-type", Severity.ERROR, "unknown type", _NAMES)
UNKNOWN_FUNCTION = Code("unknown-function", Severity.ERROR, "unknown function", _NAMES)
ALLOW_INVALID = Code("allow-invalid", Severity.ERROR, "`@allow` without a code or reason", _NAMES)
ALLOW_UNUSED = Code("allow-unused", Severity.WARNING, "`@allow` that accepts nothing", _NAMES)
UNKNOWN_ANNOTATION = Code("unknown-annotation", Severity.WARNING, "unknown annotation", _NAMES)
UNKNOWN_MACHINE = Code("unknown-machine", Severity.ERROR, "unknown machine after `extends`", _NAMES)

# scopes ----------------------------------------------------------------------------------------

NOT_A_VALUE = Code("not-a-value", Severity.ERROR, "name of something that is not a value", _SCOPES)
NOT_SETTABLE = Code(
    "not-settable", Severity.ERROR, "value for a member that is not a local or property", _SCOPES
)
HOOK_SETS = Code("hook-sets", Severity.ERROR, "`sets` names what a hook cannot set", _SCOPES)
READS_LATER_FIELD = Code(
    "reads-later-field", Severity.ERROR, "field is used before it is decoded", _SCOPES
)
FOREIGN_VERSION = Code(
    "foreign-version", Severity.ERROR, "let that depends on the version of another body", _SCOPES
)
DEFINITION_CYCLE = Code(
    "definition-cycle", Severity.ERROR, "const or let defined in terms of itself", _SCOPES
)
MACHINE_CYCLE = Code("machine-cycle", Severity.ERROR, "machines that extend each other", _SCOPES)

# duplicates ------------------------------------------------------------------------------------

DUPLICATE_DEFINITION = Code(
    "duplicate-definition", Severity.ERROR, "duplicate name of a definition", _DUPLICATES
)
DUPLICATE_MEMBER = Code("duplicate-member", Severity.ERROR, "duplicate member", _DUPLICATES)
DUPLICATE_MACHINE = Code("duplicate-machine", Severity.ERROR, "duplicate machine", _DUPLICATES)
DUPLICATE_SUBSECTION_NAME = Code(
    "duplicate-subsection-name",
    Severity.ERROR,
    "duplicate wire name of subsections",
    _DUPLICATES,
)
DUPLICATE_BINDING = Code(
    "duplicate-binding", Severity.ERROR, "duplicate value in a `with`", _DUPLICATES
)
DUPLICATE_SETTING = Code(
    "duplicate-setting", Severity.ERROR, "duplicate setting in a machine", _DUPLICATES
)
DUPLICATE_HOOK = Code("duplicate-hook", Severity.ERROR, "duplicate hook", _DUPLICATES)
DUPLICATE_ARM = Code("duplicate-arm", Severity.ERROR, "duplicate enum value", _DUPLICATES)
DUPLICATE_ARM_VALUE = Code(
    "duplicate-arm-value", Severity.ERROR, "two enum values with the same number", _DUPLICATES
)

# wirenames -------------------------------------------------------------------------------------

SECTION_NAMES = Code(
    "section-names", Severity.ERROR, "wrong name or instance id of a section", _WIRENAMES
)
NAME_OVER_255_BYTES = Code(
    "name-over-255-bytes",
    Severity.ERROR,
    "wire name is longer than 255 bytes",
    _WIRENAMES,
)
SUBSECTION_NAME_PREFIX = Code(
    "subsection-name-prefix",
    Severity.ERROR,
    "wire name of a subsection does not begin with the name of its owner",
    _WIRENAMES,
)
SUBSECTION_NOT_LAST = Code(
    "subsection-not-last",
    Severity.ERROR,
    "subsection is declared before other members",
    _WIRENAMES,
)

# types -----------------------------------------------------------------------------------------

BUFFER_WITHOUT_LENGTH = Code(
    "buffer-without-length", Severity.ERROR, "`bytes` or `bitmap` without a length", _TYPES
)
ELEMENT_NOT_STRUCT = Code(
    "element-not-struct", Severity.ERROR, "list or map of something that is not a struct", _TYPES
)
LIST_VERSION_OUT_OF_RANGE = Code(
    "list-version-out-of-range",
    Severity.ERROR,
    "version of list elements that their struct does not have",
    _TYPES,
)
STRUCT_VERSION_OUT_OF_RANGE = Code(
    "struct-version-out-of-range",
    Severity.ERROR,
    "version of an embedded struct that the struct does not have",
    _TYPES,
)
VERSION_OF_ENUM = Code("version-of-enum", Severity.ERROR, "version of an enum", _TYPES)
NOT_A_TYPE = Code("not-a-type", Severity.ERROR, "const or device used as a type", _TYPES)
NULLABLE_WITHOUT_ARRAY = Code(
    "nullable-without-array", Severity.ERROR, "`?` without an array length after it", _TYPES
)
STRUCT_CONTAINS_ITSELF = Code(
    "struct-contains-itself", Severity.ERROR, "struct contains itself", _TYPES
)
EMBEDDED_TOO_DEEP = Code(
    "embedded-too-deep", Severity.ERROR, "structs are nested more than 100 levels deep", _TYPES
)
OPAQUE_WITHOUT_LENGTH = Code(
    "opaque-without-length",
    Severity.ERROR,
    "`opaque` without a length before the end of a device",
    _TYPES,
)

# modifiers -------------------------------------------------------------------------------------

BOUNDED_NOT_INTEGER = Code(
    "bounded-not-integer", Severity.ERROR, "`bounded` on a field that is not an integer", _MODIFIERS
)
EQUAL_NOT_SCALAR = Code(
    "equal-not-scalar", Severity.ERROR, "`equal` on a buffer, array, struct or f64", _MODIFIERS
)
MARKED_WITH_CONDITION = Code(
    "marked-with-condition", Severity.ERROR, "`marked` and a condition for each pointer", _MODIFIERS
)
MARKED_WITHOUT_POINTERS = Code(
    "marked-without-pointers",
    Severity.ERROR,
    "`marked` on a field that is not an array of pointers",
    _MODIFIERS,
)
WITH_WITHOUT_STRUCT = Code(
    "with-without-struct", Severity.ERROR, "`with` on a field that is not a struct", _MODIFIERS
)
EXTERN_UNUSED = Code("extern-unused", Severity.ERROR, "`if extern` on `unused`", _MODIFIERS)

# operands --------------------------------------------------------------------------------------

PREDICATE_NOT_BOOL = Code(
    "predicate-not-bool", Severity.ERROR, "condition is not a bool", _OPERANDS
)
OPERAND_NOT_BOOL = Code(
    "operand-not-bool",
    Severity.ERROR,
    "logical operand is not a bool",
    _OPERANDS,
)
BOOL_ARITHMETIC = Code("bool-arithmetic", Severity.ERROR, "arithmetic with a bool", _OPERANDS)
OPERAND_NOT_INTEGER = Code(
    "operand-not-integer", Severity.ERROR, "arithmetic operand is not an integer", _OPERANDS
)
MIXED_BRANCHES = Code(
    "mixed-branches", Severity.ERROR, "different types in `then` and `else`", _OPERANDS
)
MIXED_COMPARISON = Code(
    "mixed-comparison", Severity.ERROR, "comparison of different types", _OPERANDS
)
NOT_COMPARABLE = Code(
    "not-comparable",
    Severity.ERROR,
    "comparison of buffers, structs or sequences, or order of bools",
    _OPERANDS,
)
NOT_INDEXABLE = Code(
    "not-indexable",
    Severity.ERROR,
    "index or quantifier on a value that is not a sequence",
    _OPERANDS,
)
INDEX_NOT_INTEGER = Code("index-not-integer", Severity.ERROR, "index is not an integer", _OPERANDS)
NEGATIVE_INDEX = Code("negative-index", Severity.ERROR, "index is negative", _OPERANDS)
NOT_A_STRUCT = Code(
    "not-a-struct", Severity.ERROR, "member of a value that has no members", _OPERANDS
)
WRONG_ARGUMENT = Code(
    "wrong-argument",
    Severity.ERROR,
    "argument of a type that the function does not accept",
    _OPERANDS,
)
WRONG_ARGUMENT_COUNT = Code(
    "wrong-argument-count", Severity.ERROR, "wrong number of arguments", _OPERANDS
)
LENGTH_NOT_INTEGER = Code(
    "length-not-integer", Severity.ERROR, "length is not an integer", _OPERANDS
)
EXPRESSION_TOO_LARGE = Code(
    "expression-too-large",
    Severity.ERROR,
    "expression is too large after its lets are expanded",
    _OPERANDS,
)

# constants -------------------------------------------------------------------------------------

NOT_CONSTANT = Code(
    "not-constant",
    Severity.ERROR,
    "value known only at run time where a constant is required",
    _CONSTANTS,
)
CONSTANT_WITHOUT_VALUE = Code(
    "constant-without-value", Severity.ERROR, "constant without a defined value", _CONSTANTS
)
CONST_OUT_OF_RANGE = Code(
    "const-out-of-range", Severity.ERROR, "const does not fit into 64 bits", _CONSTANTS
)
ARM_OUT_OF_RANGE = Code(
    "arm-out-of-range",
    Severity.ERROR,
    "enum value is out of range for the type of the enum",
    _CONSTANTS,
)
TYPE_MISMATCH = Code("type-mismatch", Severity.ERROR, "value of the wrong type", _CONSTANTS)
DEFAULT_NOT_ALLOWED = Code(
    "default-not-allowed", Severity.ERROR, "default for a type that does not accept one", _CONSTANTS
)
DEFAULT_OUT_OF_RANGE = Code(
    "default-out-of-range", Severity.ERROR, "default is out of range", _CONSTANTS
)
WITH_OUT_OF_RANGE = Code(
    "with-out-of-range",
    Severity.ERROR,
    "constant in a `with` is out of range",
    _CONSTANTS,
)
SETTING_OUT_OF_RANGE = Code(
    "setting-out-of-range",
    Severity.ERROR,
    "setting of a machine is out of range",
    _CONSTANTS,
)
ENUM_EMPTY = Code("enum-empty", Severity.ERROR, "enum or flags without values", _CONSTANTS)

# versions --------------------------------------------------------------------------------------

MINIMUM_ABOVE_VERSION = Code(
    "minimum-above-version",
    Severity.ERROR,
    "minimum version is above the version",
    _VERSIONS,
)
VERSION_OUT_OF_RANGE = Code(
    "version-out-of-range", Severity.ERROR, "version does not fit into the stream", _VERSIONS
)
SUBSECTION_VERSION_OVER_255 = Code(
    "subsection-version-over-255",
    Severity.ERROR,
    "version of a subsection is above 255, but a receiver keeps 8 bits",
    _VERSIONS,
)
SINCE_ABOVE_VERSION = Code(
    "since-above-version",
    Severity.WARNING,
    "`since` is above the current version",
    _VERSIONS,
)
DEAD_SINCE = Code(
    "dead-since",
    Severity.WARNING,
    "`since` is not above the minimum version",
    _VERSIONS,
)
EMBEDDED_STRUCT_VERSIONED = Code(
    "embedded-struct-versioned",
    Severity.WARNING,
    "`since` without effect in a struct that is only embedded",
    _VERSIONS,
)
LIST_VERSION_BEHIND = Code(
    "list-version-behind",
    Severity.WARNING,
    "list loads its elements at an older version than they are saved at",
    _VERSIONS,
)

# wire ------------------------------------------------------------------------------------------

SWALLOWED_SUBSECTION = Code(
    "swallowed-subsection",
    Severity.ERROR,
    "subsection that the loader of an inner struct treats as its own",
    _WIRE,
)
SIBLING_PREFIX = Code(
    "sibling-prefix",
    Severity.ERROR,
    "name of a subsection begins with the name of an earlier subsection",
    _WIRE,
)
LOOK_ALIKE_BYTES = Code(
    "look-alike-bytes",
    Severity.WARNING,
    "data after an embedded struct can look like its subsection",
    _WIRE,
)
DUPLICATE_SECTION = Code("duplicate-section", Severity.WARNING, "duplicate section name", _WIRE)

# lengths ---------------------------------------------------------------------------------------

NEGATIVE_LENGTH = Code(
    "negative-length", Severity.ERROR, "length is negative in every state", _LENGTHS
)
LENGTH_CAN_BE_NEGATIVE = Code(
    "length-can-be-negative", Severity.WARNING, "stream can make a length negative", _LENGTHS
)
LENGTH_TOO_LARGE = Code(
    "length-too-large", Severity.ERROR, "size is larger than QEMU supports", _LENGTHS
)
UNBOUNDED_COUNT = Code(
    "unbounded-count",
    Severity.WARNING,
    "length from the stream without an upper bound",
    _LENGTHS,
)
INDEX_OUT_OF_RANGE = Code("index-out-of-range", Severity.ERROR, "index is out of range", _LENGTHS)

# arithmetic ------------------------------------------------------------------------------------

DIVISOR_CAN_BE_ZERO = Code(
    "divisor-can-be-zero", Severity.ERROR, "divisor can be zero", _ARITHMETIC
)
SHIFT_OUT_OF_RANGE = Code(
    "shift-out-of-range", Severity.ERROR, "shift amount can be out of range", _ARITHMETIC
)

# predicates ------------------------------------------------------------------------------------

NEEDED_ALWAYS_TRUE = Code(
    "needed-always-true",
    Severity.WARNING,
    "`needed` is always true but is not written as `true`",
    _PREDICATES,
)
NEEDED_NEVER_TRUE = Code(
    "needed-never-true", Severity.WARNING, "`needed` is never true", _PREDICATES
)
NEEDED_READS_NOTHING_OWNED = Code(
    "needed-reads-nothing-owned",
    Severity.WARNING,
    "`needed` depends only on values set from outside",
    _PREDICATES,
)
COMPARISON_ALWAYS_TRUE = Code(
    "comparison-always-true",
    Severity.WARNING,
    "comparison is always true",
    _PREDICATES,
)
COMPARISON_NEVER_TRUE = Code(
    "comparison-never-true",
    Severity.WARNING,
    "comparison is never true",
    _PREDICATES,
)
CONDITION_ALWAYS_TRUE = Code(
    "condition-always-true", Severity.WARNING, "condition is always true", _PREDICATES
)
CONDITION_NEVER_TRUE = Code(
    "condition-never-true", Severity.WARNING, "condition is never true", _PREDICATES
)
ABSENT_FIELD_READ = Code(
    "absent-field-read",
    Severity.WARNING,
    "length or `if` depends on a field that can be absent",
    _PREDICATES,
)

# proofs ----------------------------------------------------------------------------------------

LOSSY_SUBSECTION = Code(
    "lossy-subsection",
    Severity.WARNING,
    "subsection can be omitted while a field is not at its reset value",
    _PROOFS,
)
UNREACHABLE_ARM = Code(
    "unreachable-arm",
    Severity.WARNING,
    "enum value is unreachable: every check refuses it",
    _PROOFS,
)
OMISSION_UNFOUNDED = Code(
    "omission-unfounded", Severity.WARNING, "`@omitted` has no effect or no valid reason", _PROOFS
)

# unread ----------------------------------------------------------------------------------------

LOCAL_NOT_GIVEN = Code(
    "local-not-given",
    Severity.WARNING,
    "local has no default and no value",
    _UNREAD,
)
UNUSED_LOCAL = Code("unused-local", Severity.WARNING, "unused local", _UNREAD)
UNUSED_PROPERTY = Code("unused-property", Severity.WARNING, "unused property", _UNREAD)
UNUSED_LET = Code("unused-let", Severity.WARNING, "unused let", _UNREAD)
UNUSED_CONST = Code("unused-const", Severity.WARNING, "unused const", _UNREAD)
UNUSED_ENUM = Code("unused-enum", Severity.WARNING, "unused enum or flags", _UNREAD)
UNUSED_STRUCT = Code("unused-struct", Severity.WARNING, "unused struct", _UNREAD)

# c ---------------------------------------------------------------------------------------------

NOT_IN_C = Code("not-in-c", Severity.ERROR, "C, or QEMU's VMState, cannot say this", _C)
C_NAME_CLASH = Code("c-name-clash", Severity.ERROR, "two things of one name in C", _C)
BAD_C_ANNOTATION = Code(
    "bad-c-annotation", Severity.ERROR, "`@c` with a key that it does not know", _C
)
UNKNOWN_C_STRUCT = Code(
    "unknown-c-struct", Severity.ERROR, "C struct of an unknown device or struct", _C
)

CODES: dict[str, Code] = {
    code.slug: code for code in tuple(vars().values()) if isinstance(code, Code)
}
