"""Every code that vmsdl can report, one row each; the long texts are in `explain/*.md`.

A code is known everywhere by its slug: in output, in `vmsdl explain`, as a heading in `explain/`,
and as a file in `tests/corpus/errors/`.
"""

from vmsdl.diagnostics.diagnostic import Code, Severity

# syntax ----------------------------------------------------------------------------------------

UNEXPECTED_CHARACTER = Code(
    "unexpected-character",
    Severity.ERROR,
    "a character that has no meaning where it stands",
    "diagnostics/explain/syntax.md",
)
UNEXPECTED_TOKEN = Code(
    "unexpected-token",
    Severity.ERROR,
    "something else must stand here",
    "diagnostics/explain/syntax.md",
)
UNEXPECTED_END = Code(
    "unexpected-end",
    Severity.ERROR,
    "the file ends in the middle of something",
    "diagnostics/explain/syntax.md",
)
BAD_NUMBER = Code(
    "bad-number",
    Severity.ERROR,
    "a number that is not written as numbers are",
    "diagnostics/explain/syntax.md",
)
BAD_STRING = Code(
    "bad-string",
    Severity.ERROR,
    "a string that is not written as strings are",
    "diagnostics/explain/syntax.md",
)
UNTERMINATED_COMMENT = Code(
    "unterminated-comment",
    Severity.ERROR,
    "a comment without an end",
    "diagnostics/explain/syntax.md",
)
CHAINED_COMPARISON = Code(
    "chained-comparison",
    Severity.ERROR,
    "a comparison of a comparison",
    "diagnostics/explain/syntax.md",
)
NESTED_TOO_DEEP = Code(
    "nested-too-deep",
    Severity.ERROR,
    "nesting that no one could read",
    "diagnostics/explain/syntax.md",
)
DUPLICATE_MODIFIER = Code(
    "duplicate-modifier",
    Severity.ERROR,
    "a modifier that stands twice",
    "diagnostics/explain/syntax.md",
)
MISPLACED_MODIFIER = Code(
    "misplaced-modifier",
    Severity.ERROR,
    "a modifier on `unused` bytes that needs a value",
    "diagnostics/explain/syntax.md",
)
SUBSECTION_WITHOUT_NEEDED = Code(
    "subsection-without-needed",
    Severity.ERROR,
    "a subsection that does not say when it is sent",
    "diagnostics/explain/syntax.md",
)
FILE_TOO_LARGE = Code(
    "file-too-large",
    Severity.ERROR,
    "a file that is too large to be read",
    "diagnostics/explain/syntax.md",
)

# imports ---------------------------------------------------------------------------------------

IMPORT_CYCLE = Code(
    "import-cycle",
    Severity.ERROR,
    "imports that lead back to where they began",
    "diagnostics/explain/imports.md",
)
IMPORT_NOT_FOUND = Code(
    "import-not-found",
    Severity.ERROR,
    "an import of a file that does not exist",
    "diagnostics/explain/imports.md",
)
IMPORT_NOT_RELATIVE = Code(
    "import-not-relative",
    Severity.ERROR,
    "an import by an absolute path",
    "diagnostics/explain/imports.md",
)
IMPORT_UNREADABLE = Code(
    "import-unreadable",
    Severity.ERROR,
    "an import that cannot be read",
    "diagnostics/explain/imports.md",
)
TOO_MANY_IMPORTS = Code(
    "too-many-imports",
    Severity.ERROR,
    "more imports than a schema can have",
    "diagnostics/explain/imports.md",
)

# names -----------------------------------------------------------------------------------------

UNKNOWN_NAME = Code(
    "unknown-name", Severity.ERROR, "a name that nothing has here", "diagnostics/explain/names.md"
)
UNKNOWN_MEMBER = Code(
    "unknown-member",
    Severity.ERROR,
    "a member that a struct, subsection or enum does not have",
    "diagnostics/explain/names.md",
)
UNKNOWN_TYPE = Code(
    "unknown-type", Severity.ERROR, "a type that is not declared", "diagnostics/explain/names.md"
)
UNKNOWN_FUNCTION = Code(
    "unknown-function",
    Severity.ERROR,
    "a function that does not exist",
    "diagnostics/explain/names.md",
)
UNKNOWN_ANNOTATION = Code(
    "unknown-annotation",
    Severity.WARNING,
    "an annotation that means nothing here",
    "diagnostics/explain/names.md",
)
UNKNOWN_MACHINE = Code(
    "unknown-machine",
    Severity.ERROR,
    "a machine that extends one that is not declared",
    "diagnostics/explain/names.md",
)

# scopes ----------------------------------------------------------------------------------------

NOT_A_VALUE = Code(
    "not-a-value",
    Severity.ERROR,
    "a name that stands for no value",
    "diagnostics/explain/scopes.md",
)
NOT_SETTABLE = Code(
    "not-settable",
    Severity.ERROR,
    "a value given to what is no local or property",
    "diagnostics/explain/scopes.md",
)
READS_LATER_FIELD = Code(
    "reads-later-field",
    Severity.ERROR,
    "a field that is read before it is there",
    "diagnostics/explain/scopes.md",
)
FOREIGN_VERSION = Code(
    "foreign-version",
    Severity.ERROR,
    "a let that reads the version of another body",
    "diagnostics/explain/scopes.md",
)
DEFINITION_CYCLE = Code(
    "definition-cycle",
    Severity.ERROR,
    "a const or let that is made of itself",
    "diagnostics/explain/scopes.md",
)
MACHINE_CYCLE = Code(
    "machine-cycle",
    Severity.ERROR,
    "machines that extend one another",
    "diagnostics/explain/scopes.md",
)

# duplicates ------------------------------------------------------------------------------------

DUPLICATE_DEFINITION = Code(
    "duplicate-definition",
    Severity.ERROR,
    "two definitions of one name",
    "diagnostics/explain/duplicates.md",
)
DUPLICATE_MEMBER = Code(
    "duplicate-member",
    Severity.ERROR,
    "two members of one body with one name",
    "diagnostics/explain/duplicates.md",
)
DUPLICATE_MACHINE = Code(
    "duplicate-machine",
    Severity.ERROR,
    "two machines of one name",
    "diagnostics/explain/duplicates.md",
)
DUPLICATE_SUBSECTION_NAME = Code(
    "duplicate-subsection-name",
    Severity.ERROR,
    "two subsections of one owner with one name on the wire",
    "diagnostics/explain/duplicates.md",
)
DUPLICATE_BINDING = Code(
    "duplicate-binding",
    Severity.ERROR,
    "a `with` that gives one name two values",
    "diagnostics/explain/duplicates.md",
)
DUPLICATE_SETTING = Code(
    "duplicate-setting",
    Severity.ERROR,
    "a machine that sets one property twice",
    "diagnostics/explain/duplicates.md",
)
DUPLICATE_HOOK = Code(
    "duplicate-hook",
    Severity.ERROR,
    "a hook that is declared twice",
    "diagnostics/explain/duplicates.md",
)
DUPLICATE_ARM = Code(
    "duplicate-arm",
    Severity.ERROR,
    "an enum with two values of one name",
    "diagnostics/explain/duplicates.md",
)
DUPLICATE_ARM_VALUE = Code(
    "duplicate-arm-value",
    Severity.ERROR,
    "two names for one value of an enum",
    "diagnostics/explain/duplicates.md",
)

# wirenames -------------------------------------------------------------------------------------

NAME_OVER_255_BYTES = Code(
    "name-over-255-bytes",
    Severity.ERROR,
    "a name on the wire that is longer than 255 bytes",
    "diagnostics/explain/wirenames.md",
)
SUBSECTION_NAME_PREFIX = Code(
    "subsection-name-prefix",
    Severity.ERROR,
    "a subsection whose name on the wire does not begin with its owner's",
    "diagnostics/explain/wirenames.md",
)
SUBSECTION_NOT_LAST = Code(
    "subsection-not-last",
    Severity.ERROR,
    "a subsection that stands before other members",
    "diagnostics/explain/wirenames.md",
)

# types -----------------------------------------------------------------------------------------

BUFFER_WITHOUT_LENGTH = Code(
    "buffer-without-length",
    Severity.ERROR,
    "`bytes` or `bitmap` without a length",
    "diagnostics/explain/types.md",
)
ELEMENT_NOT_STRUCT = Code(
    "element-not-struct",
    Severity.ERROR,
    "a list or map of what is no struct",
    "diagnostics/explain/types.md",
)
LIST_VERSION_OUT_OF_RANGE = Code(
    "list-version-out-of-range",
    Severity.ERROR,
    "a list whose elements are read at a version that their struct does not have",
    "diagnostics/explain/types.md",
)
STRUCT_VERSION_OUT_OF_RANGE = Code(
    "struct-version-out-of-range",
    Severity.ERROR,
    "an embedded struct at a version that it does not have",
    "diagnostics/explain/types.md",
)
VERSION_OF_ENUM = Code(
    "version-of-enum",
    Severity.ERROR,
    "a version behind the name of an enum",
    "diagnostics/explain/types.md",
)
NOT_A_TYPE = Code(
    "not-a-type",
    Severity.ERROR,
    "a const or device where a type must stand",
    "diagnostics/explain/types.md",
)
NULLABLE_WITHOUT_ARRAY = Code(
    "nullable-without-array",
    Severity.ERROR,
    "a `?` without an array behind it",
    "diagnostics/explain/types.md",
)
STRUCT_CONTAINS_ITSELF = Code(
    "struct-contains-itself",
    Severity.ERROR,
    "a struct that contains itself",
    "diagnostics/explain/types.md",
)
EMBEDDED_TOO_DEEP = Code(
    "embedded-too-deep",
    Severity.ERROR,
    "structs within structs, over 100 levels deep",
    "diagnostics/explain/types.md",
)
OPAQUE_WITHOUT_LENGTH = Code(
    "opaque-without-length",
    Severity.ERROR,
    "opaque bytes without a length before the end of a device",
    "diagnostics/explain/types.md",
)

# modifiers -------------------------------------------------------------------------------------

BOUNDED_NOT_INTEGER = Code(
    "bounded-not-integer",
    Severity.ERROR,
    "`bounded` on what is no integer",
    "diagnostics/explain/modifiers.md",
)
EQUAL_NOT_SCALAR = Code(
    "equal-not-scalar",
    Severity.ERROR,
    "`equal` on a buffer, array, struct or f64",
    "diagnostics/explain/modifiers.md",
)
MARKED_WITHOUT_POINTERS = Code(
    "marked-without-pointers",
    Severity.ERROR,
    "`marked` on what is no array of pointers",
    "diagnostics/explain/modifiers.md",
)
WITH_WITHOUT_STRUCT = Code(
    "with-without-struct",
    Severity.ERROR,
    "a `with` on what holds no struct",
    "diagnostics/explain/modifiers.md",
)
EXTERN_UNUSED = Code(
    "extern-unused", Severity.ERROR, "`if extern` on `unused`", "diagnostics/explain/modifiers.md"
)

# operands --------------------------------------------------------------------------------------

PREDICATE_NOT_BOOL = Code(
    "predicate-not-bool",
    Severity.ERROR,
    "a predicate that is not a bool",
    "diagnostics/explain/operands.md",
)
OPERAND_NOT_BOOL = Code(
    "operand-not-bool",
    Severity.ERROR,
    "`and`, `or`, `not`, `if … then` or a quantifier over what is no bool",
    "diagnostics/explain/operands.md",
)
BOOL_ARITHMETIC = Code(
    "bool-arithmetic", Severity.ERROR, "arithmetic with a bool", "diagnostics/explain/operands.md"
)
OPERAND_NOT_INTEGER = Code(
    "operand-not-integer",
    Severity.ERROR,
    "arithmetic with what is no number",
    "diagnostics/explain/operands.md",
)
MIXED_BRANCHES = Code(
    "mixed-branches",
    Severity.ERROR,
    "an `if … then … else` of two kinds",
    "diagnostics/explain/operands.md",
)
MIXED_COMPARISON = Code(
    "mixed-comparison",
    Severity.ERROR,
    "a comparison of two kinds that never meet",
    "diagnostics/explain/operands.md",
)
NOT_COMPARABLE = Code(
    "not-comparable",
    Severity.ERROR,
    "a comparison of buffers, structs or sequences, or the order of bools",
    "diagnostics/explain/operands.md",
)
NOT_INDEXABLE = Code(
    "not-indexable",
    Severity.ERROR,
    "an index on, or a walk over, what has no items",
    "diagnostics/explain/operands.md",
)
INDEX_NOT_INTEGER = Code(
    "index-not-integer",
    Severity.ERROR,
    "an index that is no integer",
    "diagnostics/explain/operands.md",
)
NEGATIVE_INDEX = Code(
    "negative-index", Severity.ERROR, "an index below 0", "diagnostics/explain/operands.md"
)
NOT_A_STRUCT = Code(
    "not-a-struct",
    Severity.ERROR,
    "a dot behind what has no members",
    "diagnostics/explain/operands.md",
)
WRONG_ARGUMENT = Code(
    "wrong-argument",
    Severity.ERROR,
    "an argument that a function does not take",
    "diagnostics/explain/operands.md",
)
WRONG_ARGUMENT_COUNT = Code(
    "wrong-argument-count",
    Severity.ERROR,
    "too few or too many arguments",
    "diagnostics/explain/operands.md",
)
LENGTH_NOT_INTEGER = Code(
    "length-not-integer",
    Severity.ERROR,
    "a length that is no integer",
    "diagnostics/explain/operands.md",
)
EXPRESSION_TOO_LARGE = Code(
    "expression-too-large",
    Severity.ERROR,
    "an expression that is too large once its lets are written out",
    "diagnostics/explain/operands.md",
)

# constants -------------------------------------------------------------------------------------

NOT_CONSTANT = Code(
    "not-constant",
    Severity.ERROR,
    "something known only at run time where a constant must stand",
    "diagnostics/explain/constants.md",
)
CONSTANT_WITHOUT_VALUE = Code(
    "constant-without-value",
    Severity.ERROR,
    "a constant that has no value",
    "diagnostics/explain/constants.md",
)
CONST_OUT_OF_RANGE = Code(
    "const-out-of-range",
    Severity.ERROR,
    "a const that does not fit into 64 bits",
    "diagnostics/explain/constants.md",
)
ARM_OUT_OF_RANGE = Code(
    "arm-out-of-range",
    Severity.ERROR,
    "a value that the enum's type cannot hold",
    "diagnostics/explain/constants.md",
)
TYPE_MISMATCH = Code(
    "type-mismatch",
    Severity.ERROR,
    "a value of another kind than what it is for",
    "diagnostics/explain/constants.md",
)
DEFAULT_NOT_ALLOWED = Code(
    "default-not-allowed",
    Severity.ERROR,
    "a default where there can be none",
    "diagnostics/explain/constants.md",
)
DEFAULT_OUT_OF_RANGE = Code(
    "default-out-of-range",
    Severity.ERROR,
    "a default that its type cannot hold",
    "diagnostics/explain/constants.md",
)
WITH_OUT_OF_RANGE = Code(
    "with-out-of-range",
    Severity.ERROR,
    "a constant in a `with` that the local or property cannot hold",
    "diagnostics/explain/constants.md",
)
SETTING_OUT_OF_RANGE = Code(
    "setting-out-of-range",
    Severity.ERROR,
    "a machine's setting that the property cannot hold",
    "diagnostics/explain/constants.md",
)
ENUM_EMPTY = Code(
    "enum-empty",
    Severity.ERROR,
    "an enum or flags without values",
    "diagnostics/explain/constants.md",
)

# versions --------------------------------------------------------------------------------------

MINIMUM_ABOVE_VERSION = Code(
    "minimum-above-version",
    Severity.ERROR,
    "the oldest version that is loaded is newer than the one that is written",
    "diagnostics/explain/versions.md",
)
VERSION_OUT_OF_RANGE = Code(
    "version-out-of-range",
    Severity.ERROR,
    "a version that does not fit into the stream",
    "diagnostics/explain/versions.md",
)
SUBSECTION_VERSION_OVER_255 = Code(
    "subsection-version-over-255",
    Severity.ERROR,
    "a subsection's version above 255, of which a loader keeps 8 bits",
    "diagnostics/explain/versions.md",
)
SINCE_ABOVE_VERSION = Code(
    "since-above-version",
    Severity.WARNING,
    "a field of a version that does not exist yet",
    "diagnostics/explain/versions.md",
)
DEAD_SINCE = Code(
    "dead-since",
    Severity.WARNING,
    "a `since` at or below the oldest version that is loaded",
    "diagnostics/explain/versions.md",
)
EMBEDDED_STRUCT_VERSIONED = Code(
    "embedded-struct-versioned",
    Severity.WARNING,
    "a `since` that gates nothing, since its struct is only embedded",
    "diagnostics/explain/versions.md",
)
LIST_VERSION_BEHIND = Code(
    "list-version-behind",
    Severity.WARNING,
    "a list that loads its elements at an older version than they are saved at",
    "diagnostics/explain/versions.md",
)

# wire ------------------------------------------------------------------------------------------

SWALLOWED_SUBSECTION = Code(
    "swallowed-subsection",
    Severity.ERROR,
    "a subsection that an inner struct's loader takes for its own",
    "diagnostics/explain/wire.md",
)
SIBLING_PREFIX = Code(
    "sibling-prefix",
    Severity.ERROR,
    "a subsection whose name extends that of a sibling sent before it",
    "diagnostics/explain/wire.md",
)
LOOK_ALIKE_BYTES = Code(
    "look-alike-bytes",
    Severity.WARNING,
    "data behind an embedded struct that can read as a subsection of it",
    "diagnostics/explain/wire.md",
)
DUPLICATE_SECTION = Code(
    "duplicate-section",
    Severity.WARNING,
    "two devices with one wire name",
    "diagnostics/explain/wire.md",
)

# lengths ---------------------------------------------------------------------------------------

NEGATIVE_LENGTH = Code(
    "negative-length",
    Severity.ERROR,
    "a length that is negative in every state",
    "diagnostics/explain/lengths.md",
)
LENGTH_CAN_BE_NEGATIVE = Code(
    "length-can-be-negative",
    Severity.WARNING,
    "a length that a stream can make negative",
    "diagnostics/explain/lengths.md",
)
LENGTH_TOO_LARGE = Code(
    "length-too-large",
    Severity.ERROR,
    "more bytes than QEMU can count",
    "diagnostics/explain/lengths.md",
)
UNBOUNDED_COUNT = Code(
    "unbounded-count",
    Severity.WARNING,
    "a length that a stream decides and nothing bounds",
    "diagnostics/explain/lengths.md",
)
INDEX_OUT_OF_RANGE = Code(
    "index-out-of-range",
    Severity.ERROR,
    "an index behind the last item",
    "diagnostics/explain/lengths.md",
)

# arithmetic ------------------------------------------------------------------------------------

DIVISOR_CAN_BE_ZERO = Code(
    "divisor-can-be-zero",
    Severity.ERROR,
    "a division by what may be zero",
    "diagnostics/explain/arithmetic.md",
)
SHIFT_OUT_OF_RANGE = Code(
    "shift-out-of-range",
    Severity.ERROR,
    "a shift by what may be negative or above 63",
    "diagnostics/explain/arithmetic.md",
)

# predicates ------------------------------------------------------------------------------------

NEEDED_ALWAYS_TRUE = Code(
    "needed-always-true",
    Severity.WARNING,
    "a `needed` that holds in every state without saying `true`",
    "diagnostics/explain/predicates.md",
)
NEEDED_NEVER_TRUE = Code(
    "needed-never-true",
    Severity.WARNING,
    "a `needed` that holds in no state",
    "diagnostics/explain/predicates.md",
)
NEEDED_READS_NOTHING_OWNED = Code(
    "needed-reads-nothing-owned",
    Severity.WARNING,
    "a `needed` that reads only what others gave the object",
    "diagnostics/explain/predicates.md",
)
COMPARISON_ALWAYS_TRUE = Code(
    "comparison-always-true",
    Severity.WARNING,
    "a comparison that holds for all that its operands can be",
    "diagnostics/explain/predicates.md",
)
COMPARISON_NEVER_TRUE = Code(
    "comparison-never-true",
    Severity.WARNING,
    "a comparison that holds for nothing that its operands can be",
    "diagnostics/explain/predicates.md",
)
CONDITION_ALWAYS_TRUE = Code(
    "condition-always-true",
    Severity.WARNING,
    "a condition that holds in every state",
    "diagnostics/explain/predicates.md",
)
CONDITION_NEVER_TRUE = Code(
    "condition-never-true",
    Severity.WARNING,
    "a condition that holds in no state",
    "diagnostics/explain/predicates.md",
)
ABSENT_FIELD_READ = Code(
    "absent-field-read",
    Severity.WARNING,
    "a length or `if` that reads a field which can be absent",
    "diagnostics/explain/predicates.md",
)

# proofs ----------------------------------------------------------------------------------------

LOSSY_SUBSECTION = Code(
    "lossy-subsection",
    Severity.WARNING,
    "a subsection that can be left out while a field of it is not as after reset",
    "diagnostics/explain/proofs.md",
)
UNREACHABLE_ARM = Code(
    "unreachable-arm",
    Severity.WARNING,
    "a value of an enum that every check refuses",
    "diagnostics/explain/proofs.md",
)
OMISSION_UNFOUNDED = Code(
    "omission-unfounded",
    Severity.WARNING,
    "an `@omitted` that has no effect or no ground",
    "diagnostics/explain/proofs.md",
)

# unread ----------------------------------------------------------------------------------------

LOCAL_NOT_GIVEN = Code(
    "local-not-given",
    Severity.WARNING,
    "a local that has no default and is given no value",
    "diagnostics/explain/unread.md",
)
UNUSED_LOCAL = Code(
    "unused-local", Severity.WARNING, "a local that nothing reads", "diagnostics/explain/unread.md"
)
UNUSED_PROPERTY = Code(
    "unused-property",
    Severity.WARNING,
    "a property that nothing reads",
    "diagnostics/explain/unread.md",
)
UNUSED_LET = Code(
    "unused-let", Severity.WARNING, "a let that nothing reads", "diagnostics/explain/unread.md"
)
UNUSED_CONST = Code(
    "unused-const", Severity.WARNING, "a const that nothing uses", "diagnostics/explain/unread.md"
)
UNUSED_ENUM = Code(
    "unused-enum",
    Severity.WARNING,
    "an enum or flags that nothing uses",
    "diagnostics/explain/unread.md",
)
UNUSED_STRUCT = Code(
    "unused-struct",
    Severity.WARNING,
    "a struct that nothing embeds",
    "diagnostics/explain/unread.md",
)

CODES: dict[str, Code] = {
    code.slug: code for code in tuple(vars().values()) if isinstance(code, Code)
}
