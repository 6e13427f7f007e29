"""C that is huge or hostile ends with a reason, and soon."""

from contextlib import suppress

import pytest

from tests.unit.csource.trees import make_program
from vmsdl.csource.functions import run_hook, run_predicate
from vmsdl.csource.values import NotUnderstood

HEAD = "typedef struct FooState { uint32_t x, y; uint32_t regs[64]; } FooState;\n"

HOSTILE = {
    "parentheses": ("", "return " + "(" * 5000 + "s->x" + ")" * 5000 + ";"),
    "blocks": ("", "{" * 3000 + "s->x = 1;" + "}" * 3000 + "return 0;"),
    "branches": ("", "if (s->x == 1) { return 1; }\n" * 100_000 + "return 0;"),
    "branches that compute": (
        "",
        "uint32_t v = 1;\n" + "if (s->x & v) { v = v * 3 + s->y; }\n" * 800 + "return v;",
    ),
    "branches in branches": (
        "",
        "if (s->x) { " * 140 + "s->y = 2;" + " } else { s->y = 1; }" * 140 + "return s->y;",
    ),
    "doubling": ("", "uint32_t v = s->x;\n" + "v = v * v;\n" * 100 + "return v == 4;"),
    "doubling by a macro": (
        "#define A(x) ((x) + (x))\n#define B(x) A(A(A(A(x))))\n#define C(x) B(B(B(B(x))))\n",
        "return C(C(s->x));",
    ),
    "the smaller of the smaller": (
        "",
        "return " + "MIN(" * 60 + "s->x" + ", s->y)" * 60 + " == 3;",
    ),
    "choices": ("", "return " + "s->x ? s->y : " * 2000 + "1;"),
    "a macro of itself": ("#define A A + B\n#define B B + A\n", "return A;"),
    "a function of itself": (
        "static int f(FooState *s) { return f(s) + f(s); }\n",
        "return f(s);",
    ),
    "two functions of each other": (
        "static int g(FooState *s);\nstatic int f(FooState *s) { return g(s) || g(s); }\n"
        "static int g(FooState *s) { return f(s) && f(s); }\n",
        "return f(s);",
    ),
    "a tree of functions": (
        "".join(
            f"static int f{n}(FooState *s) {{ return f{n + 1}(s) + f{n + 1}(s); }}\n"
            for n in range(11)
        )
        + "static int f11(FooState *s) { return s->x; }\n",
        "return f0(s);",
    ),
    "a loop for ever": ("", "while (1) { s->x++; } return 0;"),
    "a loop for ever that does nothing": ("", "for (;;) ; return 0;"),
    "a loop that never counts": ("", "int i; for (i = 0; i < 10; ) { s->x = i; } return 0;"),
    "loops in loops": (
        "",
        "".join(f"for (int i{n} = 0; i{n} < 60; i{n}++) {{ " for n in range(10))
        + "s->regs[i0] = s->regs[i9] + 1;"
        + "}" * 10
        + "return s->regs[0];",
    ),
    "a jump back": ("", "again: s->x++; if (s->x < 10) { goto again; } return 0;"),
    "a large array": ("", "uint8_t big[1000000] = { 0 }; return big[s->x];"),
    "a wide shift": ("", "return (1 << s->x) == 5;"),
    "a huge number": ("", "return s->x == " + "9" * 5000 + ";"),
    "a division by zero": ("", "return s->x / 0;"),
    "half a function": ("", "if (s->x { return 1;"),
    "a type of itself": (
        "typedef struct Loop { struct Loop inner; } Loop;\n",
        "return sizeof(Loop);",
    ),
    "no C": ("", "\x00\u20ac $$ ` ' \" \\"),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_c_ends_with_a_reason_or_a_value(case: str) -> None:
    before, body = HOSTILE[case]
    text = f"{HEAD}{before}static int foo(void *opaque, int version_id)\n"
    text += f"{{ FooState *s = opaque;\n{body}\n}}"
    program = make_program({"hw/foo.c": text})
    unit = program.unit("hw/foo.c")
    effect = run_hook(program, "foo", unit, "FooState")
    # Not understood, or said to be so in part: nothing here is a check that is understood whole,
    # but for what is small once it is simplified.
    assert effect.not_understood or not effect.only_refuses or case in ("no C", "choices")
    with suppress(NotUnderstood):
        run_predicate(program, "foo", unit, "FooState")
