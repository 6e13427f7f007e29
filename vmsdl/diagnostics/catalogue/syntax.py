"""Codes about the text of a file: characters, words, and how they follow each other."""

from vmsdl.diagnostics.diagnostic import Code, Severity

UNEXPECTED_CHARACTER = Code(
    slug="unexpected-character",
    severity=Severity.ERROR,
    title="a character that has no meaning where it stands",
    explanation="""\
Outside comments and strings a file holds words, numbers, strings and the signs of the language;
everything else is refused, so that a character that only looks right (a typographic quote, a
no-break space) does not change a meaning. Operators of other languages have words here: `and`,
`or`, `not`. A comment begins with `//`.

Example:

    device uart {
        level: u8;
        mode: u8 if level > 0 && level < 9;
    }

Mend:

    device uart {
        level: u8;
        mode: u8 if level > 0 and level < 9;
    }
""",
)
UNEXPECTED_TOKEN = Code(
    slug="unexpected-token",
    severity=Severity.ERROR,
    title="something else must stand here",
    explanation="""\
The words and signs up to here can be read, and this one cannot follow them. The message says what
could. Every declaration ends with `;`, a field begins with its name, and a body stands in braces.
A keyword that is spelled wrongly is read as a name, so the error may stand one word behind it.

Example:

    device uart {
        u8 level;
    }

Mend:

    device uart {
        level: u8;
    }
""",
)
UNEXPECTED_END = Code(
    slug="unexpected-end",
    severity=Severity.ERROR,
    title="the file ends in the middle of something",
    explanation="""\
A body is open, or a declaration is not finished, and nothing follows. Where a `}` is missing, it is
missing somewhere between the `{` that is shown and the end of the file.

Example:

    device uart {
        level: u8;

Mend:

    device uart {
        level: u8;
    }
""",
)
BAD_NUMBER = Code(
    slug="bad-number",
    severity=Severity.ERROR,
    title="a number that is not written as numbers are",
    explanation="""\
Integers are decimal without leading zeros, or begin with `0x`, `0b` or `0o`; `_` may stand between
two digits. A leading zero means octal to some people and decimal to others, so it is refused.
There are no suffixes, and no fractions.

Example:

    const MODE = 0644;
    device uart {
        unused[MODE];
    }

Mend:

    const MODE = 0o644;
    device uart {
        unused[MODE];
    }
""",
)
BAD_STRING = Code(
    slug="bad-string",
    severity=Severity.ERROR,
    title="a string that is not written as strings are",
    explanation="""\
A string stands in double quotes on one line. It holds no control characters; its escapes are those
of JSON: \\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX. Two \\u escapes may be the halves of one
character.

Example:

    device uart {
        level as 'uart.level': u8;
    }

Mend:

    device uart {
        level as "uart.level": u8;
    }
""",
)
UNTERMINATED_COMMENT = Code(
    slug="unterminated-comment",
    severity=Severity.ERROR,
    title="a comment without an end",
    explanation="""\
A `/*` takes everything up to the next `*/`, and there is none. All that follows was read as the
comment. Block comments do not nest: the first `*/` closes.

Example:

    device uart {
        level: u8; /* the level of the line
    }

Mend:

    device uart {
        level: u8; /* the level of the line */
    }
""",
)
CHAINED_COMPARISON = Code(
    slug="chained-comparison",
    severity=Severity.ERROR,
    title="a comparison of a comparison",
    explanation="""\
In C `1 < x < 9` compares a truth value with 9 and always holds; in Python it means both. So it is
refused here: write which one is meant.

Example:

    device uart {
        level: u8 where 1 < level < 9;
    }

Mend:

    device uart {
        level: u8 where 1 < level and level < 9;
    }
""",
)
NESTED_TOO_DEEP = Code(
    slug="nested-too-deep",
    severity=Severity.ERROR,
    title="nesting that no one could read",
    explanation="""\
An expression may be 200 levels deep, where every operator of a chain such as `a + b + c` is a
level; an array may have 16 dimensions, and subsections may be nested 32 deep. What goes beyond was
not written by a person, and would exhaust the tools that read it.

Example:

    struct cell {
        x: u8[1][1][1][1][1][1][1][1][1][1][1][1][1][1][1][1][1];
    }
    device uart {
        cell: cell;
    }

Mend:

    struct cell {
        x: u8[1][1];
    }
    device uart {
        cell: cell;
    }
""",
)
DUPLICATE_MODIFIER = Code(
    slug="duplicate-modifier",
    severity=Severity.ERROR,
    title="a modifier that stands twice",
    explanation="""\
Each modifier stands at most once on a member, so that no one has to ask whether two of them are
joined or the last one wins. Only `where` (all of them are checked) and `formerly` (a field can have
had several names) may be repeated.

Example:

    device uart {
        level: u8;
        mode: u8 if level > 0 if level < 9;
    }

Mend:

    device uart {
        level: u8;
        mode: u8 if level > 0 and level < 9;
    }
""",
)
MISPLACED_MODIFIER = Code(
    slug="misplaced-modifier",
    severity=Severity.ERROR,
    title="a modifier on `unused` bytes that needs a value",
    explanation="""\
`unused[n]` are bytes without a name or a value: they are written as zeros and skipped on load. They
may be gated by `since` and `if`, and every other modifier speaks of a value.

Example:

    device uart {
        unused[4] = 0;
    }

Mend:

    device uart {
        unused[4];
    }
""",
)
SUBSECTION_WITHOUT_NEEDED = Code(
    slug="subsection-without-needed",
    severity=Severity.ERROR,
    title="a subsection that does not say when it is sent",
    explanation="""\
A subsection is sent when its `needed` holds, and a receiver that does not know it refuses the load.
So when it is sent decides which versions can read it, and a forgotten `needed` would mean "always":
say so with `needed true`, or say when.

Example:

    device uart version 2 {
        level: u8;

        subsection fifo {
            depth: u8;
        }
    }

Mend:

    device uart version 2 {
        level: u8;

        subsection fifo needed depth != 0 {
            depth: u8;
        }
    }
""",
)
FILE_TOO_LARGE = Code(
    slug="file-too-large",
    severity=Severity.ERROR,
    title="a file that is too large to be read",
    explanation="""\
A .vmsd file may have 8,000,000 characters. The state of every device of QEMU together is a tenth of
that, so a larger file is most likely something else by mistake. Split it, and `import` the parts.
""",
)

CODES: tuple[Code, ...] = (
    UNEXPECTED_CHARACTER,
    UNEXPECTED_TOKEN,
    UNEXPECTED_END,
    BAD_NUMBER,
    BAD_STRING,
    UNTERMINATED_COMMENT,
    CHAINED_COMPARISON,
    NESTED_TOO_DEEP,
    DUPLICATE_MODIFIER,
    MISPLACED_MODIFIER,
    SUBSECTION_WITHOUT_NEEDED,
    FILE_TOO_LARGE,
)
