"""Tokens, comments and brackets; which lines an `#if` keeps; macros."""

import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.unit.csource.trees import make_program
from vmsdl.csource.brackets import find_close, match_brackets, split, split_list
from vmsdl.csource.lexer import read_comments, read_tokens, remove_comments
from vmsdl.csource.program import Program


def read_kept(text: str, target: str = "x86_64", defines: dict[str, str] | None = None) -> str:
    return " ".join(make_program({"hw/a.c": text}, target, defines).unit("hw/a.c").tokens)


def expand(text: str, call: str) -> str:
    program = make_program({"hw/a.c": text})
    return " ".join(program.expand(read_tokens(call), program.unit("hw/a.c")))


def test_tokens() -> None:
    assert read_tokens('s->a[0x1fULL] <<= \'x\' ## "a\\"b" ... 1.5e-3') == [
        *("s", "->", "a", "[", "0x1fULL", "]", "<<=", "'x'", "##", '"a\\"b"', "...", "1.5e-3")
    ]


def test_comments_are_known_by_their_last_line() -> None:
    text = '/* one\n * two */\nint x; // three\nconst char *s = "/* no */";\n'
    assert read_comments(text) == {2: "/* one\n * two */", 3: "// three"}
    assert "no" in remove_comments(text)
    assert remove_comments(text).count("\n") == text.count("\n")


def test_lines_of_tokens_and_macros() -> None:
    text = "/* a\n b */\n#define M(a) \\\n  (a) + \\\n  1\n\nint x =\n  M(2);\n"
    unit = make_program({"hw/a.c": text}).unit("hw/a.c")
    assert list(zip(unit.tokens, unit.lines, strict=True))[:4] == [
        *(("int", 7), ("x", 7), ("=", 7), ("M", 8))
    ]
    assert unit.macros["M"].line == 3
    assert unit.macros["M"].body == ("(", "a", ")", "+", "1")


@pytest.mark.parametrize(
    ("condition", "is_kept"),
    [
        ("#if 0", False),
        ("#if 1 + 1 == 2 && !defined(NOTHING)", True),
        ("#ifdef TARGET_X86_64", True),
        ("#ifdef TARGET_ARM", False),
        ("#if defined TARGET_I386 || defined(TARGET_ARM)", True),
        ("#if TARGET_LONG_BITS == 64", True),
        ("#if TARGET_LONG_BITS == 32", False),
        ("#ifndef CONFIG_USER_ONLY", True),
        ("#ifdef CONFIG_WIN32", False),
        ("#if TARGET_BIG_ENDIAN", False),
        ("#if UNKNOWN", False),
        ("#if UNKNOWN(3, 4) + 1", True),
        ("#if 1 ? 0 : 1", False),
        ("#if (", False),
        ("#if 1 / 0", False),
        ("#if 0x7fffffffffffffffL > 0x7fffffff", True),
    ],
)
def test_conditions(condition: str, is_kept: bool) -> None:
    assert read_kept(f"{condition}\nyes\n#else\nno\n#endif") == ("yes" if is_kept else "no")


def test_conditions_by_target_and_define() -> None:
    text = "#if TARGET_BIG_ENDIAN\nbig\n#elif defined(CONFIG_X)\nx\n#else\nlittle\n#endif\n"
    assert read_kept(text, "s390x") == "big"
    assert read_kept(text, defines={"CONFIG_X": "1"}) == "x"
    assert read_kept(text, defines={"CONFIG_X": "0"}) == "little"


def test_nested_and_unclosed_conditions() -> None:
    text = "#if 0\n#if 1\na\n#else\nb\n#endif\n#elif 1\nc\n#else\nd\n#endif\n#if 1\ne\n#if 0\nf"
    assert read_kept(text) == "c e"


def test_conditions_see_what_was_included_before() -> None:
    files = {
        "hw/a.c": '#include "a.h"\n#if BITS > 4\nwide\n#else\nnarrow\n#endif\n',
        "hw/a.h": "#ifndef A_H\n#define A_H\n#define BITS (4 + 1)\n#endif\n",
    }
    assert make_program(files).unit("hw/a.c").tokens == ["wide"]


@pytest.mark.parametrize(
    ("macros", "call", "expanded"),
    [
        ("#define A 1", "A + B", "1 + B"),
        ("#define F(x, y) x * y", "F((1, 2), 3)", "( 1 , 2 ) * 3"),
        ("#define F(x) x", "F + F(F(1))", "F + 1"),
        ("#define R(n) R_ ## n ## _MASK", "R(A)", "R_A_MASK"),
        ("#define S(x) #x", "S(a.b)", '"a.b"'),
        ("#define V(f, ...) f(__VA_ARGS__)", "V(g, 1, 2)", "g ( 1 , 2 )"),
        ("#define V(f, ...) g(f, ## __VA_ARGS__)", "V(1)", "g ( 1 )"),
        ("#define V(f, ...) g(f, ## __VA_ARGS__)", "V(1, 2, 3)", "g ( 1 , 2 , 3 )"),
        ("#define E()\n#define F(x) [x]", "F(E())", "[ ]"),
        ("#define F(x) <x>\n#define A F", "A(1)", "< 1 >"),
        ("#define F(x) <x>\n#define G() F", "G()(1)(2)", "< 1 > ( 2 )"),
        ("#define F(x) F", "F(1)(2)(3)", "F"),
        ("#define A B\n#define B A", "A", "A"),
        ("#define F(x) F(x)", "F(1)", "F ( 1 )"),
        ("#define F(x) x", "offsetof(F(1), y)", "offsetof ( 1 , y )"),
        ("#define A 1\n#undef A", "A", "1"),
    ],
)
def test_expansion(macros: str, call: str, expanded: str) -> None:
    assert expand(macros, call) == expanded


def test_a_macro_counts_only_where_it_is_included() -> None:
    """`target/i386` names a register ESP, as a device names its cast."""
    program = make_program(
        {
            "hw/scsi/esp.c": '#include "hw/esp.h"\nvoid f(void) { ESP(x); }\n',
            "include/hw/esp.h": "#define VERSION 3\n",
            "target/i386/regs.h": "#define ESP 4\n#define VERSION 4\n",
            "target/i386/cpu.c": '#include "regs.h"\n',
        }
    )
    device, cpu = program.unit("hw/scsi/esp.c"), program.unit("target/i386/cpu.c")
    assert program.expand(["ESP", "(", "x", ")"], device) == ["ESP", "(", "x", ")"]
    assert program.expand(["VERSION"], device) == ["3"]
    assert program.expand(["ESP"], cpu) == ["4"]


def test_include_cycles_end() -> None:
    program = make_program(
        {
            "hw/a.h": '#include "b.h"\n#include "a.h"\n#define A 1\n',
            "hw/b.h": '#include "a.h"\n#if A == 1\n#define B 2\n#endif\n#define C 3\n',
        }
    )
    unit = program.unit("hw/a.h")
    assert list(program.closure(unit))[:2] == ["hw/a.h", "hw/b.h"]
    assert program.expand(["C"], unit) == ["3"]


# Bad C -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "static const VMStateDescription v = { .name = ",
        "struct S { int a; ",
        "enum { A = ",
        "typedef struct",
        "typedef (",
        "}}}}))))]]]]",
        "((((((((",
        "#if\n#elif\n#else\n#else\n#endif\n#endif\n#endif\n",
        "#define\n#define (\n#define F(\n#define G(x\n#include\n#undef\n#\n",
        '"never closed\n/* nor this',
        "int f(int x) { return ",
        "#define A(x) A(x) A(x)\nA(A(A(A(1))))\nenum { B = A(1) };\n",
        "\0\x01\x7f",
        "#if " + "(" * 20000 + "\nx\n#endif\n",
        "#if " + "!" * 20000 + "1\nx\n#endif\n",
        "typedef struct S S;\nstruct S { S s; };\ntypedef A B;\ntypedef B A;\nint x[sizeof(A)];\n",
    ],
)
def test_bad_c_is_read(text: str) -> None:
    ask_everything(make_program({"hw/a.c": text}))


def ask_everything(program: Program) -> None:
    unit = program.unit("hw/a.c")
    assert len(unit.tokens) == len(unit.lines)
    for name in [*set(unit.tokens), "A", "S"]:
        program.find_struct(name, unit)
        program.find_function(name, unit)
        program.find_constant(name, unit)
        program.resolve((name,), unit)
        program.find_initializer("VMStateDescription", name, unit)
    list(program.initializers("VMStateDescription"))
    program.expand(unit.tokens, unit)
    program.measure_tokens(["struct", "S"], unit)
    program.measure_tokens(["A"], unit)


PIECES = [
    *("struct", "union", "enum", "typedef", "static", "S", "A", "{", "}", "(", ")", "[", "]"),
    *(";", ",", "=", "*", ":", "1", "sizeof", "VMStateDescription", "\n#define A(x) x ", "\n"),
    *("\n#if ", "\n#else\n", "\n#endif\n", "__attribute__", "##", "#", "...", "->", "int"),
]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=40))
@example(["VMStateDescription", "struct", "=", "{"])  # an initializer that is all of nothing
def test_any_tokens_are_read(pieces: list[str]) -> None:
    ask_everything(make_program({"hw/a.c": " ".join(pieces)}))


def test_macros_that_double_themselves_end() -> None:
    doubling = "\n".join(f"#define M{i} M{i + 1} M{i + 1}" for i in range(60))
    program = make_program({"hw/a.c": doubling})
    started = time.process_time()
    made = program.expand(["M0"], program.unit("hw/a.c"))
    assert len(made) < 3_000_000
    assert time.process_time() - started < 20


def test_huge_lines_are_read() -> None:
    program = make_program({"hw/a.c": "int a[] = {" + "1," * 500_000 + "};\n"})
    assert len(program.unit("hw/a.c").tokens) > 1_000_000


@given(st.text("([{}])ab,", max_size=60))
def test_brackets_match_or_are_left_out(text: str) -> None:
    tokens = list(text)
    partners = match_brackets(tokens)
    for start, end in partners.items():
        assert partners[end] == start
        assert {"(": ")", "[": "]", "{": "}"}.get(tokens[min(start, end)]) == tokens[
            max(start, end)
        ]
    if tokens:
        assert 0 <= find_close(tokens, 0) < len(tokens)
    assert ",".join(map("".join, split(tokens))) == text


def test_a_last_comma_begins_no_item() -> None:
    assert split_list(read_tokens("a, b,")) == [["a"], ["b"]]
    assert split_list(read_tokens("a, , b")) == [["a"], [], ["b"]]
    assert split_list([]) == []
