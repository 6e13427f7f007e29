"""What `vmsdl check` advises, done literally, checks clean."""

from collections.abc import Iterable

import pytest

from tests.support.corpus import cases
from vmsdl.diagnostics.apply_fixes import apply_replacements
from vmsdl.diagnostics.diagnostic import Diagnostic, Fix
from vmsdl.driver import load_text

PATH = "a.vmsd"


def check(text: str) -> tuple[Diagnostic, ...]:
    return load_text(text, PATH).diagnostics


def apply(fix: Fix) -> str:
    return apply_replacements(fix.replacements)[PATH]


def device(members: str, head: str = "device d") -> str:
    return f"{head} {{ {members} }}\n"


MODE = "enum Mode : u8 { idle = 0; busy = 1; }\n"
FOO = "struct foo { a: u8; }\n"

# By the text: the code of its first diagnostic, the beginning of its help, and the text after the
# fixes were made, one after the other.
FIXES: dict[str, tuple[str, str, str]] = {
    # versions
    device("a: u8; b: u8 since 2;"): (
        "since-above-version",
        "raise the version to 2, and keep the minimum version: write `version 2 minimum 1`",
        device("a: u8; b: u8 since 2;", "device d version 2 minimum 1"),
    ),
    device("a: u8; b: u8 since 3;", 'device d as "d{version 9" version 2'): (
        "since-above-version",
        "raise the version to 3, and keep the minimum version: write `version 3 minimum 2`",
        device("a: u8; b: u8 since 3;", 'device d as "d{version 9" version 3 minimum 2'),
    ),
    device("x: u8;", "device d version_id 2 minimum_version_id 1"): (
        "unexpected-token",
        "write `device d version 2 minimum 1`",
        device("x: u8;", "device d version 2 minimum 1"),
    ),
    device("x: u8;", "device d version = 2"): (
        "unexpected-token",
        "write `device d version 2`",
        device("x: u8;", "device d version 2"),
    ),
    device("x: u8;", "device d minimum 1 version 2"): (
        "unexpected-token",
        "write `device d version 2 minimum 1`",
        device("x: u8;", "device d version 2 minimum 1"),
    ),
    device("x: u8;", "device d minimum 1"): (
        "unexpected-token",
        "write `device d version 1`",
        device("x: u8;", "device d version 1"),
    ),
    device("x: u8;", "device d minimum 3 needed true"): (
        "unexpected-token",
        "write `device d version 3`",
        device("x: u8;", "device d version 3 needed true"),
    ),
    device("x: u8;", "device d v2"): (
        "unexpected-token",
        "write `device d version 2`",
        device("x: u8;", "device d version 2"),
    ),
    device("x: u8;", 'device "rtl8139-x"'): (
        "unexpected-token",
        'write `device rtl8139_x as "rtl8139-x"`',
        device("x: u8;", 'device rtl8139_x as "rtl8139-x"'),
    ),
    device(".version_id = 2, .minimum_version_id = 1, x: u8;"): (
        "unexpected-token",
        "remove it, and write `version 2 minimum 1` after `device d`",
        device(" x: u8;", "device d version 2 minimum 1"),
    ),
    device("version_id = 2; x: u8;"): (
        "unexpected-token",
        "remove it, and write `version 2` after `device d`",
        device(" x: u8;", "device d version 2"),
    ),
    device("x: u8; y: u8 if version_id >= 2;", "device d version 2 minimum 1"): (
        "unknown-name",
        "write `version`",
        device("x: u8; y: u8 if version >= 2;", "device d version 2 minimum 1"),
    ),
    device("x: u8 since version 2; y: u8;", "device d version 2 minimum 1"): (
        "unexpected-token",
        "remove `version`",
        device("x: u8 since 2; y: u8;", "device d version 2 minimum 1"),
    ),
    # the preprocessor
    "#define N 4\n"
    + device("a: u8[N];"): (
        "unexpected-character",
        "write `const N = 4;`",
        "const N = 4;\n" + device("a: u8[N];"),
    ),
    "#define N (1u << 2) // lanes\n"
    + device("a: u8[N];"): (
        "unexpected-character",
        "write `const N = (1 << 2);`",
        "const N = (1 << 2); // lanes\n" + device("a: u8[N];"),
    ),
    "device d {\n#define N 4\n    a: u8[N];\n}\n": (
        "unexpected-character",
        "write `let N = 4;`",
        "device d {\nlet N = 4;\n    a: u8[N];\n}\n",
    ),
    "#include <stdint.h>\n"
    + device("a: u8;"): (
        "unexpected-character",
        "remove the line",
        "\n" + device("a: u8;"),
    ),
    "# a comment\n"
    + device("a: u8;"): (
        "unexpected-character",
        "write `//` instead of `#`",
        "// a comment\n" + device("a: u8;"),
    ),
    # fields as in C
    device("uint8_t x;"): ("unexpected-token", "write `x: u8;`", device("x: u8;")),
    device("unsigned char x;"): ("unexpected-token", "write `x: u8;`", device("x: u8;")),
    device("unsigned long long x;"): ("unexpected-token", "write `x: u64;`", device("x: u64;")),
    device("static const u8 x;"): ("unexpected-token", "write `x: u8;`", device("x: u8;")),
    device("u8 x[4];"): ("unexpected-token", "write `x: u8[4];`", device("x: u8[4];")),
    device("u8 x[4][2], y;"): (
        "unexpected-token",
        "write `x: u8[4][2]; y: u8;`",
        device("x: u8[4][2]; y: u8;"),
    ),
    device("bool x = 0;"): (
        "unexpected-token",
        "write `x: bool = false;`",
        device("x: bool = false;"),
    ),
    device("int x = -1;"): ("unexpected-token", "write `x: i32 = -1;`", device("x: i32 = -1;")),
    device("rate u32;"): ("unexpected-token", "write `rate: u32;`", device("rate: u32;")),
    FOO + device("struct foo x;"): ("unexpected-token", "write `x: foo;`", FOO + device("x: foo;")),
    FOO
    + device("foo x[2];"): ("unexpected-token", "write `x: foo[2];`", FOO + device("x: foo[2];")),
    FOO + device("foo *x;"): ("unexpected-token", "write `x: foo;`", FOO + device("x: foo;")),
    FOO + device("x: struct foo;"): ("unexpected-token", "write `x: foo`", FOO + device("x: foo;")),
    FOO
    + device("x: struct foo since 2;", "device d version 2 minimum 1"): (
        "unexpected-token",
        "write `x: foo`",
        FOO + device("x: foo since 2;", "device d version 2 minimum 1"),
    ),
    MODE
    + device("enum Mode x;"): ("unexpected-token", "write `x: Mode;`", MODE + device("x: Mode;")),
    device("x: uint8_t; y: char[4]; z: byte;"): (
        "unknown-type",
        "write `u8`",
        device("x: u8; y: u8[4]; z: u8;"),
    ),
    "device d { x: u8; };\n": ("unexpected-token", "remove it", device("x: u8;")),
    "typedef struct { a: u8; } foo;\n"
    + device("x: foo;"): (
        "unexpected-token",
        "write `struct foo { … }`",
        FOO + device("x: foo;"),
    ),
    "static const uint32_t N = 4;\n"
    + device("a: u8[N];"): (
        "unexpected-token",
        "write `const N = 4;`",
        "const N = 4;\n" + device("a: u8[N];"),
    ),
    # macros of QEMU
    device("VMSTATE_UINT8(x, S);"): ("unexpected-token", "write `x: u8;`", device("x: u8;")),
    device("VMSTATE_UINT32_ARRAY(regs, S, N + 1), VMSTATE_END_OF_LIST()"): (
        "unexpected-token",
        "write `regs: u32[N + 1];`",
        device("regs: u32[N + 1];"),
    ),
    device("VMSTATE_INT16_V(y.z, S, 2);", "device d version 2 minimum 1"): (
        "unexpected-token",
        'write `z as "y.z": i16 since 2;`',
        device('z as "y.z": i16 since 2;', "device d version 2 minimum 1"),
    ),
    FOO
    + device("VMSTATE_STRUCT_ARRAY(x, S, 3, 1, vmstate_foo, Foo),"): (
        "unexpected-token",
        "write `x: foo[3];`",
        FOO + device("x: foo[3];"),
    ),
    # fields as in Rust
    device("x: [u8; 4];"): ("unexpected-token", "write `x: u8[4]`", device("x: u8[4];")),
    device("x: [[u16; 4]; 2];"): (
        "unexpected-token",
        "write `x: u16[2][4]`",
        device("x: u16[2][4];"),
    ),
    device("x: u8, y: [uint16_t; 2],"): (
        "unexpected-token",
        "end each declaration with `;`",
        device("x: u8; y: u16[2];"),
    ),
    device("pub x: u8;"): ("unexpected-token", "write `x: u8`", device("x: u8;")),
    "const N: usize = 4;\n"
    + device("x: u8[N];"): (
        "unexpected-token",
        "write `const N = 4;`",
        "const N = 4;\n" + device("x: u8[N];"),
    ),
    # enums
    MODE
    + device("e: Mode = busy; x: u8 if e == busy;"): (
        "unknown-name",
        "write `Mode.busy`",
        MODE + device("e: Mode = Mode.busy; x: u8 if e == Mode.busy;"),
    ),
    MODE
    + device("e: Mode; x: u8 if e == Mode::busy;"): (
        "unexpected-token",
        "write `.`",
        MODE + device("e: Mode; x: u8 if e == Mode.busy;"),
    ),
    "enum E : u8 { a, b, c = 7, d }\n"
    + device("e: E;"): (
        "unexpected-token",
        "give each enum value a number, such as `a = 0;`",
        "enum E : u8 { a = 0; b = 1; c = 7; d = 8;}\n" + device("e: E;"),
    ),
    # expressions
    device("x: u8; z: u8; y: u8 if x;"): (
        "predicate-not-bool",
        "write `x != 0`",
        device("x: u8; z: u8; y: u8 if x != 0;"),
    ),
    device("x: u8; z: u8; y: u8 if x&&!z;"): (
        "unexpected-character",
        "write `and`",
        device("x: u8; z: u8; y: u8 if x != 0 and not z != 0;"),
    ),
    device("x: u8; y: u8 if (x = 1);"): (
        "unexpected-token",
        "write `==` to compare",
        device("x: u8; y: u8 if (x == 1);"),
    ),
    FOO
    + device("f: foo; y: u8 if f->a == 1;"): (
        "unexpected-token",
        "write `.` to access a member of a struct",
        FOO + device("f: foo; y: u8 if f.a == 1;"),
    ),
    device("x: bool = 0; y: u8 = true; z: u8 if x == TRUE;"): (
        "type-mismatch",
        "write `false`",
        device("x: bool = false; y: u8 = 1; z: u8 if x == true;"),
    ),
    # signs
    "device d {\n    x: u8\n    y: u8;\n}\n": (
        "unexpected-token",
        "",
        "device d {\n    x: u8;\n    y: u8;\n}\n",
    ),
    device("x: u8"): ("unexpected-token", "", device("x: u8;")),
    device("x: u8; validate x < 4;"): (
        "unexpected-token",
        'write a message, such as `, "expected x < 4"`',
        device('x: u8; validate x < 4, "expected x < 4";'),
    ),
    device('x: u8 where x < 4 "over";'): (
        "unexpected-token",
        "",
        device('x: u8 where x < 4, "over";'),
    ),
    device("x: u8 default 4;"): ("unexpected-token", "write `= 4`", device("x: u8 = 4;")),
}


@pytest.mark.parametrize("text", FIXES)
def test_fix_makes_the_text_that_is_expected(text: str) -> None:
    code, help, expected = FIXES[text]
    first = check(text)[0]
    assert first.code.slug == code
    assert (first.help or "").startswith(help)
    fixed = text
    for _ in range(8):
        found = check(fixed)
        fixes = [each.fixes[0] for each in found if len(each.fixes) == 1]
        if not fixes:
            break
        fixed = apply(fixes[0])
    assert fixed == expected
    unknown = {"unknown-name"} if "N + 1" in text else set()  # its `N` is declared nowhere
    assert {d.code.slug for d in check(fixed)} <= unknown


# Advice that leaves something to the author: the text, the help, the text after it was followed.
HINTS: tuple[tuple[str, str, str], ...] = (
    (
        "#ifdef CONFIG_X\n" + device("x: u8;") + "#endif\n",
        "remove the line; for what differs between machines, use a `property` and `if`",
        device("x: u8;"),
    ),
    (
        "#define SQUARE(x) ((x) * (x))\n" + device("n: u8; a: u8[SQUARE(n)];"),
        "write the expression where it is used, or a `let` of it in a body",
        device("n: u8; a: u8[n * n];"),
    ),
    (
        "enum E { a = 0; }\n" + device("e: E;"),
        "write the type that is sent after the name: `enum E : u32`",
        "enum E : u32 { a = 0; }\n" + device("e: E;"),
    ),
    (
        device("n: u8; x: Vec<u8>;"),
        "write `x: u8[n];` after the field `n` that counts them, or `list<…>` of a struct",
        device("n: u8; x: u8[n];"),
    ),
    (
        device("x: u24;"),
        "write `bytes[3]`: integers have 8, 16, 32 or 64 bits",
        device("x: bytes[3];"),
    ),
    (
        "static const VMStateDescription vmstate_uart = { 0 };\n",
        "write `device uart version 1 { … }`, or `struct uart` where it is embedded",
        "device uart version 1 { }\n",
    ),
    (
        device("x: foo;"),
        "declare `struct foo`, or import the file that declares it",
        FOO + device("x: foo;"),
    ),
)


@pytest.mark.parametrize(("text", "help", "after"), HINTS, ids=[help for _, help, _ in HINTS])
def test_hint_when_followed_checks_clean(text: str, help: str, after: str) -> None:
    assert help in [each.help for each in check(text)]
    assert check(after) == ()


def test_each_of_several_fixes_checks_clean() -> None:
    (found,) = check(device("a: u8; b: u8 since 2;", "device d version 2"))
    assert found.help == (
        "write `version 2 minimum 1` to load older versions too, or remove `since 2`"
    )
    assert [apply(fix) for fix in found.fixes] == [
        device("a: u8; b: u8 since 2;", "device d version 2 minimum 1"),
        device("a: u8; b: u8;", "device d version 2"),
    ]
    assert [check(apply(fix)) for fix in found.fixes] == [(), ()]


@pytest.mark.parametrize("case", [pytest.param(c, id=c.name) for c in cases("errors")])
def test_every_fix_of_the_corpus_removes_what_it_mends(case: object) -> None:
    text = case.input.read_text("utf-8")  # type: ignore[attr-defined]
    found = check(text)
    for diagnostic in found:
        for fix in diagnostic.fixes:
            before, after = _count(found), _count(check(apply(fix)))
            key = (diagnostic.code.slug, diagnostic.message)
            assert after.get(key, 0) < before[key], f"{fix.title}: {diagnostic.message}"


def _count(found: Iterable[Diagnostic]) -> dict[tuple[str, str], int]:
    counts: dict[tuple[str, str], int] = {}
    for each in found:
        key = (each.code.slug, each.message)
        counts[key] = counts.get(key, 0) + 1
    return counts
