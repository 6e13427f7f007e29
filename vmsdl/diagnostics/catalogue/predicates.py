"""Codes about predicates: `needed`, `if`, `where` and `validate`."""

from vmsdl.diagnostics.diagnostic import Code, Severity

NEEDED_ALWAYS_TRUE = Code(
    slug="needed-always-true",
    severity=Severity.WARNING,
    title="a `needed` that holds in every state without saying `true`",
    explanation="""\
A subsection exists so that most states can be loaded by a program that does not know it. One
whose predicate always holds is in every stream, and no such program loads any. `needed true`
says that this is meant; anything else that always holds is most likely a slip.

Example:

    device uart {
        lcr: u8;
        subsection fifo needed lcr >= 0 {
            head: u8;
        }
    }

Mend:

    device uart {
        lcr: u8;
        subsection fifo needed lcr & 1 != 0 {
            head: u8;
        }
    }
""",
)
NEEDED_NEVER_TRUE = Code(
    slug="needed-never-true",
    severity=Severity.WARNING,
    title="a `needed` that holds in no state",
    explanation="""\
The subsection is never sent, so what it carries is lost on every migration. A mask without a
common bit, or a value that the type cannot hold, does it.

Example:

    device uart {
        lcr: u8;
        subsection fifo needed lcr & 0x0f == 0x10 {
            head: u8;
        }
    }

Mend:

    device uart {
        lcr: u8;
        subsection fifo needed lcr & 0x1f == 0x10 {
            head: u8;
        }
    }
""",
)
NEEDED_READS_NOTHING_OWNED = Code(
    slug="needed-reads-nothing-owned",
    severity=Severity.WARNING,
    title="a `needed` that reads only what others gave the object",
    explanation="""\
Whether a subsection is sent should be decided by the state it carries, or at least by the object
it belongs to. A predicate that reads nothing but locals given by the embedding body sends state
that is at rest, and loses state that is not, as somebody else's state goes.

Example:

    struct drive {
        local bus_error: u8;
        status: u8;
        subsection retry needed bus_error != 0 {
            count: u8;
        }
    }
    device ide {
        error: u8;
        drive: drive with bus_error = error;
    }

Mend:

    struct drive {
        local bus_error: u8;
        status: u8;
        subsection retry needed bus_error != 0 or count != 0 {
            count: u8;
        }
    }
    device ide {
        error: u8;
        drive: drive with bus_error = error;
    }
""",
)
COMPARISON_ALWAYS_TRUE = Code(
    slug="comparison-always-true",
    severity=Severity.WARNING,
    title="a comparison that holds for all that its operands can be",
    explanation="""\
The types of the operands, and the checks that stand before, leave no value for which the
comparison fails: an unsigned number is never below 0, a u8 never above 255.

Example:

    device uart {
        lcr: u8 where lcr >= 0;
    }

Mend:

    device uart {
        lcr: u8 where lcr <= 31;
    }
""",
)
COMPARISON_NEVER_TRUE = Code(
    slug="comparison-never-true",
    severity=Severity.WARNING,
    title="a comparison that holds for nothing that its operands can be",
    explanation="""\
The types of the operands, and the checks that stand before, leave no value for which the
comparison holds: a u8 is never 256, and `x & 6` is never 1.

Example:

    device uart {
        iir: u8;
        timeout: u8 if iir & 6 == 1;
    }

Mend:

    device uart {
        iir: u8;
        timeout: u8 if iir & 6 == 2;
    }
""",
)
CONDITION_ALWAYS_TRUE = Code(
    slug="condition-always-true",
    severity=Severity.WARNING,
    title="a condition that holds in every state",
    explanation="""\
An `if` that always holds guards nothing, and a `where` or `validate` that always holds refuses
nothing.

Example:

    device uart {
        lcr: u8;
        scr: u8 if lcr < 4 or lcr >= 4 or true;
    }

Mend:

    device uart {
        lcr: u8;
        scr: u8 if lcr < 4;
    }
""",
)
CONDITION_NEVER_TRUE = Code(
    slug="condition-never-true",
    severity=Severity.WARNING,
    title="a condition that holds in no state",
    explanation="""\
A field with an `if` that never holds is never sent; a `where` or `validate` that never holds
refuses every state. Fields of a test that "returns false for ever" are found in real devices:
what is gone for good can be removed, since it has no bytes.

Example:

    device uart {
        lcr: u8;
        scr: u8 if lcr < 4 and lcr > 8;
    }

Mend:

    device uart {
        lcr: u8;
        scr: u8 if lcr < 4 or lcr > 8;
    }
""",
)
ABSENT_FIELD_READ = Code(
    slug="absent-field-read",
    severity=Severity.WARNING,
    title="a length or `if` that reads a field which can be absent",
    explanation="""\
A field that is absent keeps the value it has in the object: the sender's own there, and the
receiver's own here. A length or an `if` that reads it then has two values on two sides, and
everything behind is read from the wrong place.

Example:

    device uart {
        has_fifo: bool;
        count: u8 if has_fifo;
        fifo: bytes[count];
    }

Mend:

    device uart {
        has_fifo: bool;
        count: u8 if has_fifo;
        fifo: bytes[count] if has_fifo;
    }
""",
)

CODES: tuple[Code, ...] = (
    NEEDED_ALWAYS_TRUE,
    NEEDED_NEVER_TRUE,
    NEEDED_READS_NOTHING_OWNED,
    COMPARISON_ALWAYS_TRUE,
    COMPARISON_NEVER_TRUE,
    CONDITION_ALWAYS_TRUE,
    CONDITION_NEVER_TRUE,
    ABSENT_FIELD_READ,
)
