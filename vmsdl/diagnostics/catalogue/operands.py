"""Codes about what operators, functions and predicates are given."""

from vmsdl.diagnostics.diagnostic import Code, Severity

PREDICATE_NOT_BOOL = Code(
    slug="predicate-not-bool",
    severity=Severity.ERROR,
    title="a predicate that is not a bool",
    explanation="""\
`needed`, `if`, `where` and `validate` take a bool. In C any integer is a condition; here the
comparison is written out, so that `status & 3` cannot be read as `status & 3 != 0` by one and as
`status & 3 == 3` by another.

Example:

    device ide {
        status: u8;
        data:   u8 if status & 0x08;
    }

Mend:

    device ide {
        status: u8;
        data:   u8 if status & 0x08 != 0;
    }
""",
)
OPERAND_NOT_BOOL = Code(
    slug="operand-not-bool",
    severity=Severity.ERROR,
    title="`and`, `or`, `not`, `if … then` or a quantifier over what is no bool",
    explanation="""\
`and`, `or` and `not` join bools, `if c then …` asks one, and `any` and `all` ask one of every
item. An integer is compared first.

Example:

    device ide {
        status: u8;
        data:   u8 if status and not status & 1;
    }

Mend:

    device ide {
        status: u8;
        data:   u8 if status != 0 and not status & 1 != 0;
    }
""",
)
BOOL_ARITHMETIC = Code(
    slug="bool-arithmetic",
    severity=Severity.ERROR,
    title="arithmetic with a bool",
    explanation="""\
A bool is no number here: `+`, `&`, `<<` and the like compute with integers. Bools are joined with
`and`, `or` and `not`, compared with `==` and `!=`, and turned into numbers by `if x then 1 else
0`.

Example:

    device fdc {
        is_dual: bool;
        drives:  u8[is_dual + 1];
    }

Mend:

    device fdc {
        is_dual: bool;
        drives:  u8[if is_dual then 2 else 1];
    }
""",
)
OPERAND_NOT_INTEGER = Code(
    slug="operand-not-integer",
    severity=Severity.ERROR,
    title="arithmetic with what is no number",
    explanation="""\
Operators compute with integers and the values of enums. An f64 can be compared and passed on, not
computed with: results of floating-point arithmetic differ between programs in their last bits,
and both ends must agree on every predicate and length. Buffers and structs are no operands: their
items and members are.

Example:

    device adc {
        table: u16[4];
        extra: u8[table + 1];
    }

Mend:

    device adc {
        table: u16[4];
        extra: u8[table[0] + 1];
    }
""",
)
MIXED_BRANCHES = Code(
    slug="mixed-branches",
    severity=Severity.ERROR,
    title="an `if … then … else` of two kinds",
    explanation="""\
`if c then a else b` has one type, so both branches are integers, or both bools (or f64s). Neither
can be a buffer or a struct.

Example:

    device uart {
        is_fast: bool;
        data:    u8[if is_fast then 4 else false];
    }

Mend:

    device uart {
        is_fast: bool;
        data:    u8[if is_fast then 4 else 0];
    }
""",
)
MIXED_COMPARISON = Code(
    slug="mixed-comparison",
    severity=Severity.ERROR,
    title="a comparison of two kinds that never meet",
    explanation="""\
A bool is compared with a bool, an integer with an integer or a value of an enum, a value of an
enum with one of the same enum. In C a bool is 0 or 1, and `x == 2` for a bool is never true; here
it is an error.

Example:

    device fdc {
        is_on: bool;
        extra: u8 if is_on == 1;
    }

Mend:

    device fdc {
        is_on: bool;
        extra: u8 if is_on;
    }
""",
)
NOT_COMPARABLE = Code(
    slug="not-comparable",
    severity=Severity.ERROR,
    title="a comparison of buffers, structs or sequences, or the order of bools",
    explanation="""\
Only scalars are compared: integers, values of enums, bools, f64s. Of buffers, arrays and lists
compare the items or the length. Bools are equal or not, none is greater.

Example:

    device uart {
        name:  bytes[4];
        other: bytes[4];
        extra: u8 if name == other;
    }

Mend:

    device uart {
        name:  bytes[4];
        other: bytes[4];
        extra: u8 if name[0] == other[0];
    }
""",
)
NOT_INDEXABLE = Code(
    slug="not-indexable",
    severity=Severity.ERROR,
    title="an index on, or a walk over, what has no items",
    explanation="""\
Buffers, bitmaps, arrays and lists have items: `a[i]` is one of them (a bit of a bitmap is a
bool), and `any(x in a: …)` asks all of them but a bitmap's. Integers, structs and maps have none.

Example:

    device uart {
        status: u8;
        extra:  u8 if status[3] == 1;
    }

Mend:

    device uart {
        status: u8;
        extra:  u8 if status >> 3 & 1 == 1;
    }
""",
)
INDEX_NOT_INTEGER = Code(
    slug="index-not-integer",
    severity=Severity.ERROR,
    title="an index that is no integer",
    explanation="""\
What stands between `[` and `]` behind a value is the number of an item, from 0.

Example:

    device uart {
        is_second: bool;
        table:     u8[2];
        extra:     u8 if table[is_second] == 1;
    }

Mend:

    device uart {
        is_second: bool;
        table:     u8[2];
        extra:     u8 if table[if is_second then 1 else 0] == 1;
    }
""",
)
NEGATIVE_INDEX = Code(
    slug="negative-index",
    severity=Severity.ERROR,
    title="an index below 0",
    explanation="""\
Items are counted from 0. In Python -1 is the last one; here it is none, and an expression that
asks for it could never be worked out.

Example:

    device uart {
        table: u8[4];
        extra: u8 if table[-1] != 0;
    }

Mend:

    device uart {
        table: u8[4];
        extra: u8 if table[len(table) - 1] != 0;
    }
""",
)
NOT_A_STRUCT = Code(
    slug="not-a-struct",
    severity=Severity.ERROR,
    title="a dot behind what has no members",
    explanation="""\
Structs and subsections have members. Of an array or list of structs, one item has: `bus[0].cmd`.
A machine's path goes through single structs alone, because a setting for one item of an array has
no meaning; `STRUCT.property` sets it for all of that struct.

Example:

    struct ide_bus {
        cmd: u8;
    }

    device ide {
        bus:   ide_bus[2];
        extra: u8 if bus.cmd != 0;
    }

Mend:

    struct ide_bus {
        cmd: u8;
    }

    device ide {
        bus:   ide_bus[2];
        extra: u8 if bus[0].cmd != 0;
    }
""",
)
WRONG_ARGUMENT = Code(
    slug="wrong-argument",
    severity=Severity.ERROR,
    title="an argument that a function does not take",
    explanation="""\
`len` takes what has a length: a buffer, bitmap, array, list or map. `min` and `max` take
integers.

Example:

    device uart {
        status: u8;
        data:   u8[len(status)];
    }

Mend:

    device uart {
        status: u8[4];
        data:   u8[len(status)];
    }
""",
)
WRONG_ARGUMENT_COUNT = Code(
    slug="wrong-argument-count",
    severity=Severity.ERROR,
    title="too few or too many arguments",
    explanation="""\
`len` takes one argument; `min` and `max` take two or more.

Example:

    device uart {
        data: bytes[4];
        more: u8[max(len(data))];
    }

Mend:

    device uart {
        data: bytes[4];
        more: u8[max(len(data), 8)];
    }
""",
)
LENGTH_NOT_INTEGER = Code(
    slug="length-not-integer",
    severity=Severity.ERROR,
    title="a length that is no integer",
    explanation="""\
How many elements, bytes or bits there are is an integer: a constant or what an earlier field, a
local or a property holds. An f64 is none, even where it happens to be whole.

Example:

    device uart {
        is_long: bool;
        data:    bytes[is_long];
    }

Mend:

    device uart {
        is_long: bool;
        data:    bytes[if is_long then 16 else 8];
    }
""",
)
EXPRESSION_TOO_LARGE = Code(
    slug="expression-too-large",
    severity=Severity.ERROR,
    title="an expression that is too large once its lets are written out",
    explanation="""\
Lets are written out where they are read, in the checks and in the generated code. Lets that each
read another one twice grow to millions of parts in a few lines, so an expression has at most
10,000 parts and 180 levels (a let counts for three).

Example:

    device deep {
        x: u8;
        let a0 = x != 0;
        let a1 = a0 and a0;
        let a2 = a1 and a1;
        let a3 = a2 and a2;
        let a4 = a3 and a3;
        let a5 = a4 and a4;
        let a6 = a5 and a5;
        let a7 = a6 and a6;
        let a8 = a7 and a7;
        let a9 = a8 and a8;
        let a10 = a9 and a9;
        let a11 = a10 and a10;
        let a12 = a11 and a11;
        let a13 = a12 and a12;
        y: u8 if a13;
    }

Mend:

    device deep {
        x: u8;
        let is_set = x != 0;
        y: u8 if is_set;
    }
""",
)

CODES: tuple[Code, ...] = (
    PREDICATE_NOT_BOOL,
    OPERAND_NOT_BOOL,
    BOOL_ARITHMETIC,
    OPERAND_NOT_INTEGER,
    MIXED_BRANCHES,
    MIXED_COMPARISON,
    NOT_COMPARABLE,
    NOT_INDEXABLE,
    INDEX_NOT_INTEGER,
    NEGATIVE_INDEX,
    NOT_A_STRUCT,
    WRONG_ARGUMENT,
    WRONG_ARGUMENT_COUNT,
    LENGTH_NOT_INTEGER,
    EXPRESSION_TOO_LARGE,
)
