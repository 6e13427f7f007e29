"""Trees of files: words in two roles, places, documentation, and what no file can do."""

import dataclasses
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.hypothesis_profiles import budget
from vmsdl.source import SourceFile, Span
from vmsdl.syntax import tree
from vmsdl.syntax.parser import LARGEST_FILE, MOST_ERRORS, parse
from vmsdl.syntax.tables import load_tables


def parsed(text: str) -> tree.FileTree:
    outcome = parse(SourceFile("a.vmsd", text))
    assert [d.message for d in outcome.diagnostics] == []
    assert outcome.value is not None
    return outcome.value


def faults(text: str) -> list[tuple[str, str]]:
    """Codes with the text that each points at."""
    return [(d.code.slug, d.span.text) for d in parse(SourceFile("a.vmsd", text)).diagnostics]


def members(text: str) -> tuple[tree.Member, ...]:
    (item,) = parsed(f"struct s {{ {text} }}").items
    assert isinstance(item, tree.DescriptionDecl)
    return item.members


WORDS = sorted(load_tables().words)
ODD = ["self", "NAME", "class", "encode", "to_dict", "len", "index", "any", "from", "_", "__init__"]


@pytest.mark.parametrize("word", WORDS + ODD)
def test_every_word_is_a_field(word: str) -> None:
    bare, named, _ = members(f'{word}: u8; @a {word} as "x": u8[2] since 2; @a("b") {word}: u8;')
    assert isinstance(bare, tree.FieldDecl)
    assert isinstance(named, tree.FieldDecl)
    assert word == bare.name.text == named.name.text
    assert named.wire_name == tree.Text(value="x")


@pytest.mark.parametrize("word", [word for word in WORDS + ODD if word != "as"])
def test_every_word_is_a_name_of_everything(word: str) -> None:
    file = parsed(
        f"const {word} = 1; enum {word} : u8 {{ {word} = 1; }} flags {word} : u8 {{ }}"
        f"struct {word} {{ local {word}: u8 = 2; local {word}: bool; let {word} = 3;"
        f" property {word}: u8 = 4; x: x with {word} = 1 formerly {word};"
        f" subsection {word} needed true {{ }} }}"
        f'device {word} {{ }} machine "{word}" {{ {word}.{word}.{word} = 1; }}'
        f" @{word} struct x {{ }}"
    )
    assert len(file.items) == 7


@pytest.mark.parametrize("word", WORDS + ODD)
def test_every_word_is_read_behind_a_dot(word: str) -> None:
    field, *_ = members(f"x: u8 if self.{word} == a.{word};")
    assert isinstance(field, tree.FieldDecl)
    (condition,) = field.modifiers
    assert condition == tree.If(
        condition=tree.BinaryExpr(
            operator="==",
            left=tree.SelfMember(name=word),
            right=tree.Attribute(value=tree.NameUse(name="a"), name=tree.Name(text=word)),
        )
    )


RESERVED = ["if", "then", "else", "and", "or", "not", "true", "false"]


@pytest.mark.parametrize("word", [word for word in WORDS + ODD if word not in RESERVED])
def test_every_word_but_the_reserved_is_a_value(word: str) -> None:
    validate, let = members(f'validate {word} < 3, "x"; let y = {word};')
    assert isinstance(validate, tree.ValidateDecl)
    assert isinstance(validate.condition, tree.BinaryExpr)
    assert tree.NameUse(name=word) == validate.condition.left
    assert isinstance(let, tree.LetDecl)
    assert tree.NameUse(name=word) == let.value


@pytest.mark.parametrize("word", RESERVED[:-2])
def test_a_reserved_word_is_no_value(word: str) -> None:
    assert faults(f"const A = 1 + {word};")


def test_extern_is_reserved_right_behind_if_and_needed_alone() -> None:
    first, second, _ = members("x: u8 if extern; y: u8 if self.extern; z: u8 if 1 == extern;")
    assert isinstance(first, tree.FieldDecl)
    assert isinstance(second, tree.FieldDecl)
    assert first.modifiers == (tree.If(condition=tree.ExternWord()),)
    assert second.modifiers == (tree.If(condition=tree.SelfMember(name="extern")),)
    assert faults("struct s { x: u8 if extern and y; }")


def test_builtin_word_where_a_type_stands_is_the_type() -> None:
    timer, blob = members("timer: timer; blob: blob;")
    assert isinstance(timer, tree.FieldDecl)
    assert timer.type.element == tree.BuiltinType(word="timer")
    assert isinstance(blob, tree.FieldDecl)
    assert blob.type.element == tree.BuiltinType(word="blob")
    assert faults("struct s { x: list<timer>; }") == [("element-not-struct", "timer")]


@pytest.mark.parametrize(
    ("flat", "grouped"),
    [
        ("a or b and c", "a or (b and c)"),
        ("not a == b", "not (a == b)"),
        ("not a and b", "(not a) and b"),
        ("a & b != 0", "(a & b) != 0"),
        ("a | b ^ c & d", "a | (b ^ (c & d))"),
        ("a & b << c", "a & (b << c)"),
        ("a << b + c", "a << (b + c)"),
        ("a + b * c", "a + (b * c)"),
        ("a - b - c", "(a - b) - c"),
        ("a % b * c", "(a % b) * c"),
        ("-a * ~b", "(-a) * (~b)"),
        ("-a.b[c].d", "-(((a.b)[c]).d)"),
        ("if a then b else if c then d else e", "if a then b else (if c then d else e)"),
        ("if a then b else c or d", "if a then b else (c or d)"),
        ("a > b << c", "a > (b << c)"),
    ],
)
def test_operators_bind_as_the_language_says(flat: str, grouped: str) -> None:
    def bare(node: object) -> object:
        if isinstance(node, tree.Parenthesized):
            return bare(node.inner)
        if not isinstance(node, tree.SyntaxNode):
            return node
        parts = [f.name for f in dataclasses.fields(node) if f.name != "span"]
        return type(node), *(bare(getattr(node, part)) for part in parts)

    (one,), (other,) = parsed(f"const A = {flat};").items, parsed(f"const A = {grouped};").items
    assert bare(one) == bare(other)


def test_comparison_signs_and_brackets_of_types_do_not_meet() -> None:
    (field,) = members("x: map<u64, e version 1> if a > 1 where a >> 1 < 2;")
    assert isinstance(field, tree.FieldDecl)
    assert isinstance(field.type.element, tree.MapTypeExpr)


def test_documentation_goes_to_what_follows() -> None:
    file = parsed(
        "// no doc\n/// one\n///  two\n//// no doc\n///\n/// four\r\n\nstruct s {\n"
        "    /// the field\n    x: u8;  /// the next\n    @a /// and more\n    y: u8;\n"
        "    /// nothing\n}\nenum e : u8 {\n    /// an arm\n    a = 1;\n}\n/// the end"
    )
    struct, enum = file.items
    assert isinstance(struct, tree.DescriptionDecl)
    assert struct.doc == "one\n two\n\nfour"
    assert [member.doc for member in struct.members] == ["the field", "the next\nand more"]
    assert isinstance(enum, tree.EnumDecl)
    assert [member.doc for member in enum.members] == ["an arm"]


def test_bom_and_line_ends_of_windows_are_accepted() -> None:
    text = "struct s {\r\n    /* a\r\n b */ x: u8; // c\r\n}\r\n"
    assert parsed("\ufeff" + text) == parsed(text.replace("\r\n", "\n"))


def nodes(value: object) -> Iterator[tree.SyntaxNode]:
    if isinstance(value, tuple):
        for part in value:
            yield from nodes(part)
    elif isinstance(value, tree.SyntaxNode | tree.FileTree):
        if isinstance(value, tree.SyntaxNode):
            yield value
        for name in (f.name for f in dataclasses.fields(value)):
            yield from nodes(getattr(value, name))


def test_every_node_knows_its_place() -> None:
    text = (
        'struct ab as "c" version 3 minimum 2 {\n    x as "y": map<u64, e version 1>[n + 1]\n'
        '        if not a.b since 2 where any(i in x: i == -1), "m" with q = 1 formerly z;\n'
        "    @k(-1) unused[4];\n}\n"
    )
    places = {node.span.text for node in nodes(parsed(text))}
    for part in (
        text.strip(),
        '"c"',
        "version 3 minimum 2",
        "map<u64, e version 1>[n + 1]",
        "e version 1",
        "n + 1",
        "if not a.b",
        "a.b",
        'where any(i in x: i == -1), "m"',
        "-1",
        "with q = 1",
        "q = 1",
        "formerly z",
        "@k(-1)",
        "@k(-1) unused[4];",
    ):
        assert part in places
    assert all(node.span.source.text == text for node in nodes(parsed(text)))


def test_unused_has_no_versions_of_its_own() -> None:
    (unused,) = members("unused[2 + 2] since 3 if a;")
    assert isinstance(unused, tree.UnusedDecl)
    assert isinstance(unused.length, tree.BinaryExpr)


@pytest.mark.parametrize(
    "text",
    [
        "const A = " + "(" * 20_000 + "1" + ")" * 20_000 + ";",
        "const A = " + "1+" * 100_000 + "1;",
        "const A = " + "-" * 20_000 + "1;",
        "const A = a" + ".a" * 20_000 + ";",
        "const A = a" + "[0]" * 20_000 + ";",
        "const A = " + "min(" * 20_000 + "1" + ")" * 20_000 + ";",
        "const A = " + "if a then b else " * 5_000 + "1;",
        "struct s { x: u8 if " + "not " * 20_000 + "a; }",
        "struct s { x: u8" + "[1]" * 20_000 + "; }",
        "struct s { " + "subsection a needed true { " * 5_000 + "} " * 5_000 + "}",
    ],
)
def test_depth_without_end_is_one_error(text: str) -> None:
    assert [slug for slug, _ in faults(text)] == ["nested-too-deep"]


def test_depth_that_is_never_closed_ends() -> None:
    for text in (
        "const A = " + "(" * 20_000,
        "struct s { " + "subsection a needed true { " * 3_000,
    ):
        assert "unexpected-end" in [slug for slug, _ in faults(text)]


def test_deepest_expression_can_be_walked() -> None:
    file = parsed("const A = " + "1+" * 199 + "1;")
    assert file == parsed("const A = " + "1+" * 199 + "1;")
    assert repr(file)
    assert hash(file.items)


def test_errors_are_counted() -> None:
    outcome = parse(SourceFile("a", "struct s {\n" + "    x x;\n" * 1_000 + "}"))
    assert len(outcome.diagnostics) == MOST_ERRORS + 1
    assert "more than 100 errors" in outcome.diagnostics[-1].message
    assert outcome.value is None


def test_a_file_too_large_is_not_read() -> None:
    outcome = parse(SourceFile("a", " " * (LARGEST_FILE + 1)))
    assert [d.code.slug for d in outcome.diagnostics] == ["file-too-large"]


def test_what_could_be_read_is_there_beside_the_errors() -> None:
    outcome = parse(SourceFile("a", "struct a { x: u8; y: ; z: u8 }\nconst = 2;\nstruct b { }"))
    assert outcome.value is not None
    first, second = outcome.value.items
    assert isinstance(first, tree.DescriptionDecl)
    assert [m.name.text for m in first.members if isinstance(m, tree.FieldDecl)] == ["x", "z"]
    assert isinstance(second, tree.DescriptionDecl)
    assert len(outcome.diagnostics) == 3


def test_a_string_without_an_end_hides_nothing_behind_its_line() -> None:
    found = faults('struct s {\n    a as "x: u8;\n    b u8;\n    c: u8;\n}')
    assert found[0] == ("bad-string", '"x: u8')
    assert [slug for slug, _ in found] == ["bad-string", "unexpected-token"]


PIECES = [
    *WORDS,
    *load_tables().signs,
    "x",
    "y",
    "1",
    "0x",
    '"a"',
    '"',
    "'",
    "#",
    "&&",
    "//",
    "/*",
    "\n",
]


@given(st.lists(st.sampled_from(PIECES), max_size=60), st.sampled_from([" ", ""]))
@budget(400)
def test_any_words_give_a_tree_or_errors(pieces: list[str], gap: str) -> None:
    check_any(gap.join(pieces))


@given(st.text(max_size=60))
@budget(200)
def test_any_text_gives_a_tree_or_errors(text: str) -> None:
    check_any(text)


@given(st.data())
@budget(150)
def test_any_damage_gives_a_tree_or_errors(data: st.DataObject) -> None:
    text = (
        'import "a"; struct s as "b" version 3 { x: u8[2] if a == 1 since 2 = 3;'
        ' validate x > 1, "c"; subsection t needed x & 2 != 0 { y: list<s version 1>;'
        " unused[3]; } } enum e : u8 { a = 1; }"
    )
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(start + 12, len(text))))
    check_any(text[:start] + data.draw(st.sampled_from(["", *PIECES])) + text[end:])


def check_any(text: str) -> None:
    outcome = parse(SourceFile("a.vmsd", text))
    assert outcome.value is not None or outcome.has_errors
    for diagnostic in outcome.diagnostics:
        span: Span = diagnostic.span
        assert 0 <= span.start <= span.end <= len(text)
        assert "__ANON" not in diagnostic.message
        assert not diagnostic.message.endswith(".")
