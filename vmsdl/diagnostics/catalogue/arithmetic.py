"""Codes about operations that have no result."""

from vmsdl.diagnostics.diagnostic import Code, Severity

DIVISOR_CAN_BE_ZERO = Code(
    slug="divisor-can-be-zero",
    severity=Severity.ERROR,
    title="a division by what may be zero",
    explanation="""\
`/` and `%` have no result for a divisor of zero, so a state or a stream with one would be
neither saved nor loaded. The checker must be able to show that it is not: by the type, by a
check that stands before, or by a condition around, such as `n != 0 and total / n > 4`.

Example:

    device disk {
        total: u32;
        each: u16;
        last: u8 if total % each != 0;
    }

Mend:

    device disk {
        total: u32;
        each: u16 where each != 0;
        last: u8 if total % each != 0;
    }
""",
)
SHIFT_OUT_OF_RANGE = Code(
    slug="shift-out-of-range",
    severity=Severity.ERROR,
    title="a shift by what may be negative or above 63",
    explanation="""\
A shift must be by 0 to 63 bits: no field has more, and integers are not cut off here. The
checker must be able to show it: by the type, by a check that stands before, by a condition
around, or by a mask.

Example:

    device disk {
        order: u8;
        map: u32;
        last: u8 if map >> order != 0;
    }

Mend:

    device disk {
        order: u8 where order < 32;
        map: u32;
        last: u8 if map >> order != 0;
    }
""",
)

CODES: tuple[Code, ...] = (
    DIVISOR_CAN_BE_ZERO,
    SHIFT_OUT_OF_RANGE,
)
