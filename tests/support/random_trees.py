"""Strategies for trees of whole files, as the parser could have made them, and for comments."""

from hypothesis import strategies as st

from vmsdl.schema.scalars import SCALARS
from vmsdl.source import NOWHERE
from vmsdl.syntax import tree
from vmsdl.syntax.format.tokens import BINARY
from vmsdl.syntax.keywords import RESERVED

WORDS = (
    "x",
    "level",
    "device",
    "if",
    "then",
    "local",
    "hook",
    "unused",
    "validate",
    "in",
    "since",
    "subsection",
    "let",
    "property",
    "version",
    "extern",
    "self",
    "u8",
    "list",
    "NAME",
    "where",
)

names = st.builds(lambda text: tree.Name(text=text), st.sampled_from(WORDS))
texts = st.builds(
    lambda value: tree.Text(value=value),
    st.one_of(
        st.sampled_from(["", "a", 'q"\\', "//", "/*", "{{", "é\n\t"]),
        st.text(st.characters(exclude_categories=["Cs"]), max_size=5),
    ),
)
docs = st.one_of(
    st.just(""),
    st.lists(
        st.sampled_from(["doc", "", " indented", "// x", "*/", "/", "é"]), min_size=1, max_size=3
    ).map("\n".join),
)


@st.composite
def numbers(draw: st.DrawFn) -> tree.IntegerLiteral:
    value = draw(st.integers(0, 1 << 65))
    base = draw(st.sampled_from([2, 8, 10, 16]))
    text = format(value, {2: "#b", 8: "#o", 10: "d", 16: "#_x"}[base])
    return tree.IntegerLiteral(value=value, base=base, text=text)


small = st.integers(0, 9).map(lambda n: tree.IntegerLiteral(value=n, text=str(n)))
_leaves = st.one_of(
    numbers(),
    st.builds(lambda value: tree.BoolLiteral(value=value), st.booleans()),
    st.sampled_from([w for w in WORDS if w not in RESERVED]).map(lambda w: tree.NameUse(name=w)),
    st.sampled_from(WORDS).map(lambda w: tree.SelfMember(name=w)),
)


def _larger(inner: st.SearchStrategy[tree.Expression]) -> st.SearchStrategy[tree.Expression]:
    several = st.lists(inner, min_size=1, max_size=3).map(tuple)
    called = names.filter(lambda name: name.text not in RESERVED)
    return st.one_of(
        st.builds(lambda v, n: tree.Attribute(value=v, name=n), inner, names),
        st.builds(lambda v, i: tree.Index(value=v, index=i), inner, inner),
        st.builds(lambda f, a: tree.CallExpr(function=f, arguments=a), called, several),
        st.builds(
            lambda f, v, o, b: tree.QuantifierExpr(
                function=tree.Name(text=f), variable=v, over=o, body=b
            ),
            st.sampled_from(["any", "all"]),
            called,
            inner,
            inner,
        ),
        st.builds(
            lambda o, e: tree.UnaryExpr(operator=o, operand=e),
            st.sampled_from(["-", "~", "not"]),
            inner,
        ),
        st.builds(
            lambda o, a, b: tree.BinaryExpr(operator=o, left=a, right=b),
            st.sampled_from(sorted(BINARY)),
            inner,
            inner,
        ),
        st.builds(
            lambda c, y, n: tree.ConditionalExpr(condition=c, yes=y, no=n), inner, inner, inner
        ),
        st.builds(lambda e: tree.Parenthesized(inner=e), inner),
    )


# Trees as a program makes them: with no parentheses but those that were asked for.
expressions: st.SearchStrategy[tree.Expression] = st.recursive(_leaves, _larger, max_leaves=12)
conditions = st.one_of(expressions, st.just(tree.ExternWord()))

refs = st.builds(
    lambda n, v: tree.TypeRef(name=n, version=v),
    names.filter(lambda name: name.text not in ("u8", "list")),
    st.none() | small,
)
_elements = st.one_of(
    st.sampled_from((*SCALARS, "bytes", "blob", "bitmap")).map(lambda w: tree.BuiltinType(word=w)),
    st.builds(lambda codec: tree.OpaqueType(codec=codec), st.none() | texts),
    refs,
    st.builds(lambda element: tree.ListTypeExpr(element=element), refs),
    st.builds(
        lambda key, value: tree.MapTypeExpr(key=key, value=value),
        refs | st.just(tree.BuiltinType(word="u64")),
        refs,
    ),
)
types = st.builds(
    lambda e, n, ls: tree.TypeExpr(element=e, nullable=n and bool(ls), lengths=ls),
    _elements,
    st.booleans(),
    st.lists(expressions, max_size=2).map(tuple),
)
_bindings = st.builds(lambda n, v: tree.Binding(name=n, value=v), names, expressions)
_once: tuple[st.SearchStrategy[tree.Modifier], ...] = (
    st.builds(lambda v: tree.Since(version=v), small),
    st.builds(lambda c: tree.If(condition=c), conditions),
    st.just(tree.Equal()),
    st.just(tree.Bounded()),
    st.builds(lambda v: tree.Default(value=v), expressions),
    st.just(tree.Marked()),
    st.builds(
        lambda b: tree.With(bindings=b), st.lists(_bindings, min_size=1, max_size=3).map(tuple)
    ),
)
_often: tuple[st.SearchStrategy[tree.Modifier], ...] = (
    st.builds(
        lambda c, o, m: tree.Where(condition=c, on_load=o, message=m),
        expressions,
        st.none() | st.just(tree.OnLoad(span=NOWHERE)),
        st.none() | texts,
    ),
    st.builds(lambda n: tree.Formerly(name=n), names),
)
_wheres = st.lists(_often[0], max_size=2).map(tuple)


@st.composite
def modifiers(draw: st.DrawFn, of_unused: bool = False) -> tuple[tree.Modifier, ...]:
    once = _once[:2] if of_unused else _once
    chosen = draw(st.lists(st.sampled_from(range(len(once))), unique=True, max_size=3))
    drawn: list[tree.Modifier] = [draw(once[n]) for n in chosen]
    if not of_unused:
        drawn += draw(st.lists(st.one_of(*_often), max_size=2))
    return tuple(draw(st.permutations(drawn)))


_literals = st.one_of(
    texts,
    small,
    st.builds(lambda v: tree.BoolLiteral(value=v), st.booleans()),
    small.map(lambda n: tree.UnaryExpr(operator="-", operand=n)),
)
annotations = st.lists(
    st.builds(
        lambda n, a: tree.AnnotationDecl(name=n, arguments=a, has_parentheses=bool(a)),
        names,
        st.lists(_literals, max_size=3).map(tuple),
    ),
    max_size=2,
).map(tuple)
_head = {"doc": docs, "annotations": annotations}
_wire = st.none() | texts
_fields = st.builds(
    tree.FieldDecl, name=names, wire_name=_wire, type=types, modifiers=modifiers(), **_head
)
_members = st.one_of(
    _fields,
    _fields,
    st.builds(tree.UnusedDecl, length=expressions, modifiers=modifiers(of_unused=True), **_head),
    st.builds(
        tree.LocalDecl,
        name=names,
        type=types,
        default=st.none() | expressions,
        checks=_wheres,
        **_head,
    ),
    st.builds(tree.LetDecl, name=names, value=expressions, **_head),
    st.builds(
        tree.PropertyDecl, name=names, type=types, default=expressions, checks=_wheres, **_head
    ),
    st.builds(tree.ValidateDecl, condition=expressions, message=texts, **_head),
    st.builds(
        tree.HookDecl,
        hook=names,
        sets=st.none()
        | st.builds(
            tree.Sets,
            places=st.lists(
                st.builds(tree.MemberPath, path=st.lists(names, min_size=1, max_size=3).map(tuple)),
                min_size=1,
                max_size=3,
            ).map(tuple),
        ),
        **_head,
    ),
    st.builds(tree.UnmigratableDecl, **_head),
)
_versions = st.one_of(
    st.just(tree.Versions()),
    st.builds(lambda v, m: tree.Versions(version=v, minimum=m), small, st.none() | small),
)


@st.composite
def descriptions(draw: st.DrawFn, keyword: str, levels: int = 2) -> tree.DescriptionDecl:
    members: list[tree.Member] = list(draw(st.lists(_members, max_size=4)))
    if levels:
        members += draw(st.lists(descriptions("subsection", levels - 1), max_size=levels))
    needed = {"struct": st.none(), "device": st.none() | conditions, "subsection": conditions}
    wire_name = draw(_wire)
    is_device = keyword == "device"
    return tree.DescriptionDecl(
        keyword=keyword,
        name=draw(names),
        wire_name=wire_name,
        other_names=draw(_other_names) if is_device and wire_name is not None else (),
        instances=draw(_instances) if is_device else (),
        versions=draw(_versions),
        needed=draw(needed[keyword]),
        members=tuple(members),
        doc=draw(docs),
        annotations=draw(annotations),
    )


_other_names = st.lists(texts, max_size=3).map(tuple)
_instances = st.lists(
    st.builds(tree.InstanceNumber, number=small, alias=st.none() | small), max_size=3
).map(tuple)
_enum_values = st.builds(tree.EnumValueDecl, name=names, value=expressions, doc=docs)
_settings = st.builds(
    tree.SettingDecl,
    path=st.lists(names, min_size=1, max_size=3).map(tuple),
    value=expressions,
    doc=docs,
)
items = st.one_of(
    descriptions("struct"),
    descriptions("device"),
    st.builds(tree.ImportDecl, path=texts, **_head),
    st.builds(
        tree.PropertyDecl, name=names, type=types, default=expressions, checks=_wheres, **_head
    ),
    st.builds(tree.ConstDecl, name=names, value=expressions, **_head),
    st.builds(
        tree.EnumDecl,
        keyword=st.sampled_from(["enum", "flags"]),
        name=names,
        type=st.sampled_from(["u8", "u16", "i64"]).map(lambda w: tree.BuiltinType(word=w)),
        members=st.lists(_enum_values, max_size=3).map(tuple),
        **_head,
    ),
    st.builds(
        tree.MachineDecl,
        name=texts,
        extends=st.none() | texts,
        settings=st.lists(_settings, max_size=3).map(tuple),
        **_head,
    ),
)


@st.composite
def files(draw: st.DrawFn) -> tree.FileTree:
    return tree.FileTree(source=NOWHERE.source, items=tuple(draw(st.lists(items, max_size=4))))


comments = st.sampled_from(
    [
        "// line\n",
        "//\n",
        "/* block */",
        "/* two\n   lines */",
        "\n// own\n",
        "\n\n/* own */\n",
        "//// x\n",
    ]
)
