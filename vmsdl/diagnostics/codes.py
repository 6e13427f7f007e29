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

# syntax ----------------------------------------------------------------------------------------

UNEXPECTED_CHARACTER = Code(
    "unexpected-character",
    Severity.ERROR,
    "a character that has no meaning where it stands",
    _SYNTAX,
)
UNEXPECTED_TOKEN = Code(
    "unexpected-token", Severity.ERROR, "something else must stand here", _SYNTAX
)
UNEXPECTED_END = Code(
    "unexpected-end", Severity.ERROR, "the file ends in the middle of something", _SYNTAX
)
BAD_NUMBER = Code(
    "bad-number", Severity.ERROR, "a number that is not written as numbers are", _SYNTAX
)
BAD_STRING = Code(
    "bad-string", Severity.ERROR, "a string that is not written as strings are", _SYNTAX
)
UNTERMINATED_COMMENT = Code(
    "unterminated-comment", Severity.ERROR, "a comment without an end", _SYNTAX
)
CHAINED_COMPARISON = Code(
    "chained-comparison", Severity.ERROR, "a comparison of a comparison", _SYNTAX
)
NESTED_TOO_DEEP = Code("nested-too-deep", Severity.ERROR, "nesting that no one could read", _SYNTAX)
DUPLICATE_MODIFIER = Code(
    "duplicate-modifier", Severity.ERROR, "a modifier that stands twice", _SYNTAX
)
MISPLACED_MODIFIER = Code(
    "misplaced-modifier", Severity.ERROR, "a modifier on `unused` bytes that needs a value", _SYNTAX
)
SUBSECTION_WITHOUT_NEEDED = Code(
    "subsection-without-needed",
    Severity.ERROR,
    "a subsection that does not say when it is sent",
    _SYNTAX,
)
FILE_TOO_LARGE = Code(
    "file-too-large", Severity.ERROR, "a file that is too large to be read", _SYNTAX
)

# imports ---------------------------------------------------------------------------------------

IMPORT_CYCLE = Code(
    "import-cycle", Severity.ERROR, "imports that lead back to where they began", _IMPORTS
)
IMPORT_NOT_FOUND = Code(
    "import-not-found", Severity.ERROR, "an import of a file that does not exist", _IMPORTS
)
IMPORT_NOT_RELATIVE = Code(
    "import-not-relative", Severity.ERROR, "an import by an absolute path", _IMPORTS
)
IMPORT_UNREADABLE = Code(
    "import-unreadable", Severity.ERROR, "an import that cannot be read", _IMPORTS
)
TOO_MANY_IMPORTS = Code(
    "too-many-imports", Severity.ERROR, "more imports than a schema can have", _IMPORTS
)

# names -----------------------------------------------------------------------------------------

UNKNOWN_NAME = Code("unknown-name", Severity.ERROR, "a name that nothing has here", _NAMES)
UNKNOWN_MEMBER = Code(
    "unknown-member",
    Severity.ERROR,
    "a member that a struct, subsection or enum does not have",
    _NAMES,
)
UNKNOWN_TYPE = Code("unknown-type", Severity.ERROR, "a type that is not declared", _NAMES)
UNKNOWN_FUNCTION = Code(
    "unknown-function", Severity.ERROR, "a function that does not exist", _NAMES
)
UNKNOWN_ANNOTATION = Code(
    "unknown-annotation", Severity.WARNING, "an annotation that means nothing here", _NAMES
)
UNKNOWN_MACHINE = Code(
    "unknown-machine", Severity.ERROR, "a machine that extends one that is not declared", _NAMES
)

# scopes ----------------------------------------------------------------------------------------

NOT_A_VALUE = Code("not-a-value", Severity.ERROR, "a name that stands for no value", _SCOPES)
NOT_SETTABLE = Code(
    "not-settable", Severity.ERROR, "a value given to what is no local or property", _SCOPES
)
READS_LATER_FIELD = Code(
    "reads-later-field", Severity.ERROR, "a field that is read before it is there", _SCOPES
)
FOREIGN_VERSION = Code(
    "foreign-version", Severity.ERROR, "a let that reads the version of another body", _SCOPES
)
DEFINITION_CYCLE = Code(
    "definition-cycle", Severity.ERROR, "a const or let that is made of itself", _SCOPES
)
MACHINE_CYCLE = Code("machine-cycle", Severity.ERROR, "machines that extend one another", _SCOPES)

# duplicates ------------------------------------------------------------------------------------

DUPLICATE_DEFINITION = Code(
    "duplicate-definition", Severity.ERROR, "two definitions of one name", _DUPLICATES
)
DUPLICATE_MEMBER = Code(
    "duplicate-member", Severity.ERROR, "two members of one body with one name", _DUPLICATES
)
DUPLICATE_MACHINE = Code(
    "duplicate-machine", Severity.ERROR, "two machines of one name", _DUPLICATES
)
DUPLICATE_SUBSECTION_NAME = Code(
    "duplicate-subsection-name",
    Severity.ERROR,
    "two subsections of one owner with one name on the wire",
    _DUPLICATES,
)
DUPLICATE_BINDING = Code(
    "duplicate-binding", Severity.ERROR, "a `with` that gives one name two values", _DUPLICATES
)
DUPLICATE_SETTING = Code(
    "duplicate-setting", Severity.ERROR, "a machine that sets one property twice", _DUPLICATES
)
DUPLICATE_HOOK = Code(
    "duplicate-hook", Severity.ERROR, "a hook that is declared twice", _DUPLICATES
)
DUPLICATE_ARM = Code(
    "duplicate-arm", Severity.ERROR, "an enum with two values of one name", _DUPLICATES
)
DUPLICATE_ARM_VALUE = Code(
    "duplicate-arm-value", Severity.ERROR, "two names for one value of an enum", _DUPLICATES
)

# wirenames -------------------------------------------------------------------------------------

NAME_OVER_255_BYTES = Code(
    "name-over-255-bytes",
    Severity.ERROR,
    "a name on the wire that is longer than 255 bytes",
    _WIRENAMES,
)
SUBSECTION_NAME_PREFIX = Code(
    "subsection-name-prefix",
    Severity.ERROR,
    "a subsection whose name on the wire does not begin with its owner's",
    _WIRENAMES,
)
SUBSECTION_NOT_LAST = Code(
    "subsection-not-last",
    Severity.ERROR,
    "a subsection that stands before other members",
    _WIRENAMES,
)

# types -----------------------------------------------------------------------------------------

BUFFER_WITHOUT_LENGTH = Code(
    "buffer-without-length", Severity.ERROR, "`bytes` or `bitmap` without a length", _TYPES
)
ELEMENT_NOT_STRUCT = Code(
    "element-not-struct", Severity.ERROR, "a list or map of what is no struct", _TYPES
)
LIST_VERSION_OUT_OF_RANGE = Code(
    "list-version-out-of-range",
    Severity.ERROR,
    "a list whose elements are read at a version that their struct does not have",
    _TYPES,
)
STRUCT_VERSION_OUT_OF_RANGE = Code(
    "struct-version-out-of-range",
    Severity.ERROR,
    "an embedded struct at a version that it does not have",
    _TYPES,
)
VERSION_OF_ENUM = Code(
    "version-of-enum", Severity.ERROR, "a version behind the name of an enum", _TYPES
)
NOT_A_TYPE = Code("not-a-type", Severity.ERROR, "a const or device where a type must stand", _TYPES)
NULLABLE_WITHOUT_ARRAY = Code(
    "nullable-without-array", Severity.ERROR, "a `?` without an array behind it", _TYPES
)
STRUCT_CONTAINS_ITSELF = Code(
    "struct-contains-itself", Severity.ERROR, "a struct that contains itself", _TYPES
)
EMBEDDED_TOO_DEEP = Code(
    "embedded-too-deep", Severity.ERROR, "structs within structs, over 100 levels deep", _TYPES
)
OPAQUE_WITHOUT_LENGTH = Code(
    "opaque-without-length",
    Severity.ERROR,
    "opaque bytes without a length before the end of a device",
    _TYPES,
)

# modifiers -------------------------------------------------------------------------------------

BOUNDED_NOT_INTEGER = Code(
    "bounded-not-integer", Severity.ERROR, "`bounded` on what is no integer", _MODIFIERS
)
EQUAL_NOT_SCALAR = Code(
    "equal-not-scalar", Severity.ERROR, "`equal` on a buffer, array, struct or f64", _MODIFIERS
)
MARKED_WITHOUT_POINTERS = Code(
    "marked-without-pointers",
    Severity.ERROR,
    "`marked` on what is no array of pointers",
    _MODIFIERS,
)
WITH_WITHOUT_STRUCT = Code(
    "with-without-struct", Severity.ERROR, "a `with` on what holds no struct", _MODIFIERS
)
EXTERN_UNUSED = Code("extern-unused", Severity.ERROR, "`if extern` on `unused`", _MODIFIERS)

# operands --------------------------------------------------------------------------------------

PREDICATE_NOT_BOOL = Code(
    "predicate-not-bool", Severity.ERROR, "a predicate that is not a bool", _OPERANDS
)
OPERAND_NOT_BOOL = Code(
    "operand-not-bool",
    Severity.ERROR,
    "`and`, `or`, `not`, `if … then` or a quantifier over what is no bool",
    _OPERANDS,
)
BOOL_ARITHMETIC = Code("bool-arithmetic", Severity.ERROR, "arithmetic with a bool", _OPERANDS)
OPERAND_NOT_INTEGER = Code(
    "operand-not-integer", Severity.ERROR, "arithmetic with what is no number", _OPERANDS
)
MIXED_BRANCHES = Code(
    "mixed-branches", Severity.ERROR, "an `if … then … else` of two kinds", _OPERANDS
)
MIXED_COMPARISON = Code(
    "mixed-comparison", Severity.ERROR, "a comparison of two kinds that never meet", _OPERANDS
)
NOT_COMPARABLE = Code(
    "not-comparable",
    Severity.ERROR,
    "a comparison of buffers, structs or sequences, or the order of bools",
    _OPERANDS,
)
NOT_INDEXABLE = Code(
    "not-indexable", Severity.ERROR, "an index on, or a walk over, what has no items", _OPERANDS
)
INDEX_NOT_INTEGER = Code(
    "index-not-integer", Severity.ERROR, "an index that is no integer", _OPERANDS
)
NEGATIVE_INDEX = Code("negative-index", Severity.ERROR, "an index below 0", _OPERANDS)
NOT_A_STRUCT = Code("not-a-struct", Severity.ERROR, "a dot behind what has no members", _OPERANDS)
WRONG_ARGUMENT = Code(
    "wrong-argument", Severity.ERROR, "an argument that a function does not take", _OPERANDS
)
WRONG_ARGUMENT_COUNT = Code(
    "wrong-argument-count", Severity.ERROR, "too few or too many arguments", _OPERANDS
)
LENGTH_NOT_INTEGER = Code(
    "length-not-integer", Severity.ERROR, "a length that is no integer", _OPERANDS
)
EXPRESSION_TOO_LARGE = Code(
    "expression-too-large",
    Severity.ERROR,
    "an expression that is too large once its lets are written out",
    _OPERANDS,
)

# constants -------------------------------------------------------------------------------------

NOT_CONSTANT = Code(
    "not-constant",
    Severity.ERROR,
    "something known only at run time where a constant must stand",
    _CONSTANTS,
)
CONSTANT_WITHOUT_VALUE = Code(
    "constant-without-value", Severity.ERROR, "a constant that has no value", _CONSTANTS
)
CONST_OUT_OF_RANGE = Code(
    "const-out-of-range", Severity.ERROR, "a const that does not fit into 64 bits", _CONSTANTS
)
ARM_OUT_OF_RANGE = Code(
    "arm-out-of-range", Severity.ERROR, "a value that the enum's type cannot hold", _CONSTANTS
)
TYPE_MISMATCH = Code(
    "type-mismatch", Severity.ERROR, "a value of another kind than what it is for", _CONSTANTS
)
DEFAULT_NOT_ALLOWED = Code(
    "default-not-allowed", Severity.ERROR, "a default where there can be none", _CONSTANTS
)
DEFAULT_OUT_OF_RANGE = Code(
    "default-out-of-range", Severity.ERROR, "a default that its type cannot hold", _CONSTANTS
)
WITH_OUT_OF_RANGE = Code(
    "with-out-of-range",
    Severity.ERROR,
    "a constant in a `with` that the local or property cannot hold",
    _CONSTANTS,
)
SETTING_OUT_OF_RANGE = Code(
    "setting-out-of-range",
    Severity.ERROR,
    "a machine's setting that the property cannot hold",
    _CONSTANTS,
)
ENUM_EMPTY = Code("enum-empty", Severity.ERROR, "an enum or flags without values", _CONSTANTS)

# versions --------------------------------------------------------------------------------------

MINIMUM_ABOVE_VERSION = Code(
    "minimum-above-version",
    Severity.ERROR,
    "the oldest version that is loaded is newer than the one that is written",
    _VERSIONS,
)
VERSION_OUT_OF_RANGE = Code(
    "version-out-of-range", Severity.ERROR, "a version that does not fit into the stream", _VERSIONS
)
SUBSECTION_VERSION_OVER_255 = Code(
    "subsection-version-over-255",
    Severity.ERROR,
    "a subsection's version above 255, of which a loader keeps 8 bits",
    _VERSIONS,
)
SINCE_ABOVE_VERSION = Code(
    "since-above-version",
    Severity.WARNING,
    "a field of a version that does not exist yet",
    _VERSIONS,
)
DEAD_SINCE = Code(
    "dead-since",
    Severity.WARNING,
    "a `since` at or below the oldest version that is loaded",
    _VERSIONS,
)
EMBEDDED_STRUCT_VERSIONED = Code(
    "embedded-struct-versioned",
    Severity.WARNING,
    "a `since` that gates nothing, since its struct is only embedded",
    _VERSIONS,
)
LIST_VERSION_BEHIND = Code(
    "list-version-behind",
    Severity.WARNING,
    "a list that loads its elements at an older version than they are saved at",
    _VERSIONS,
)

# wire ------------------------------------------------------------------------------------------

SWALLOWED_SUBSECTION = Code(
    "swallowed-subsection",
    Severity.ERROR,
    "a subsection that an inner struct's loader takes for its own",
    _WIRE,
)
SIBLING_PREFIX = Code(
    "sibling-prefix",
    Severity.ERROR,
    "a subsection whose name extends that of a sibling sent before it",
    _WIRE,
)
LOOK_ALIKE_BYTES = Code(
    "look-alike-bytes",
    Severity.WARNING,
    "data behind an embedded struct that can read as a subsection of it",
    _WIRE,
)
DUPLICATE_SECTION = Code(
    "duplicate-section", Severity.WARNING, "two devices with one wire name", _WIRE
)

# lengths ---------------------------------------------------------------------------------------

NEGATIVE_LENGTH = Code(
    "negative-length", Severity.ERROR, "a length that is negative in every state", _LENGTHS
)
LENGTH_CAN_BE_NEGATIVE = Code(
    "length-can-be-negative", Severity.WARNING, "a length that a stream can make negative", _LENGTHS
)
LENGTH_TOO_LARGE = Code(
    "length-too-large", Severity.ERROR, "more bytes than QEMU can count", _LENGTHS
)
UNBOUNDED_COUNT = Code(
    "unbounded-count",
    Severity.WARNING,
    "a length that a stream decides and nothing bounds",
    _LENGTHS,
)
INDEX_OUT_OF_RANGE = Code(
    "index-out-of-range", Severity.ERROR, "an index behind the last item", _LENGTHS
)

# arithmetic ------------------------------------------------------------------------------------

DIVISOR_CAN_BE_ZERO = Code(
    "divisor-can-be-zero", Severity.ERROR, "a division by what may be zero", _ARITHMETIC
)
SHIFT_OUT_OF_RANGE = Code(
    "shift-out-of-range", Severity.ERROR, "a shift by what may be negative or above 63", _ARITHMETIC
)

# predicates ------------------------------------------------------------------------------------

NEEDED_ALWAYS_TRUE = Code(
    "needed-always-true",
    Severity.WARNING,
    "a `needed` that holds in every state without saying `true`",
    _PREDICATES,
)
NEEDED_NEVER_TRUE = Code(
    "needed-never-true", Severity.WARNING, "a `needed` that holds in no state", _PREDICATES
)
NEEDED_READS_NOTHING_OWNED = Code(
    "needed-reads-nothing-owned",
    Severity.WARNING,
    "a `needed` that reads only what others gave the object",
    _PREDICATES,
)
COMPARISON_ALWAYS_TRUE = Code(
    "comparison-always-true",
    Severity.WARNING,
    "a comparison that holds for all that its operands can be",
    _PREDICATES,
)
COMPARISON_NEVER_TRUE = Code(
    "comparison-never-true",
    Severity.WARNING,
    "a comparison that holds for nothing that its operands can be",
    _PREDICATES,
)
CONDITION_ALWAYS_TRUE = Code(
    "condition-always-true", Severity.WARNING, "a condition that holds in every state", _PREDICATES
)
CONDITION_NEVER_TRUE = Code(
    "condition-never-true", Severity.WARNING, "a condition that holds in no state", _PREDICATES
)
ABSENT_FIELD_READ = Code(
    "absent-field-read",
    Severity.WARNING,
    "a length or `if` that reads a field which can be absent",
    _PREDICATES,
)

# proofs ----------------------------------------------------------------------------------------

LOSSY_SUBSECTION = Code(
    "lossy-subsection",
    Severity.WARNING,
    "a subsection that can be left out while a field of it is not as after reset",
    _PROOFS,
)
UNREACHABLE_ARM = Code(
    "unreachable-arm", Severity.WARNING, "a value of an enum that every check refuses", _PROOFS
)
OMISSION_UNFOUNDED = Code(
    "omission-unfounded", Severity.WARNING, "an `@omitted` that has no effect or no ground", _PROOFS
)

# unread ----------------------------------------------------------------------------------------

LOCAL_NOT_GIVEN = Code(
    "local-not-given",
    Severity.WARNING,
    "a local that has no default and is given no value",
    _UNREAD,
)
UNUSED_LOCAL = Code("unused-local", Severity.WARNING, "a local that nothing reads", _UNREAD)
UNUSED_PROPERTY = Code(
    "unused-property", Severity.WARNING, "a property that nothing reads", _UNREAD
)
UNUSED_LET = Code("unused-let", Severity.WARNING, "a let that nothing reads", _UNREAD)
UNUSED_CONST = Code("unused-const", Severity.WARNING, "a const that nothing uses", _UNREAD)
UNUSED_ENUM = Code("unused-enum", Severity.WARNING, "an enum or flags that nothing uses", _UNREAD)
UNUSED_STRUCT = Code("unused-struct", Severity.WARNING, "a struct that nothing embeds", _UNREAD)

CODES: dict[str, Code] = {
    code.slug: code for code in tuple(vars().values()) if isinstance(code, Code)
}
