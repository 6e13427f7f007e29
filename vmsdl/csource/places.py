"""Places in memory: from one to another, by members, elements and casts."""

from dataclasses import replace

from vmsdl.csource.c_types import Types, strip_lengths
from vmsdl.csource.place import SourcePlace
from vmsdl.csource.state import Address, Content, Typed
from vmsdl.csource.values import (
    ChoiceValue,
    CType,
    Global,
    NotUnderstood,
    NumberValue,
    Path,
    Root,
    StepInto,
    StepOut,
    StepTo,
    TextValue,
    UnknownCall,
    UnknownValue,
    Value,
)

UNKNOWN_TYPE = CType(("?",))


def follow(typed: Typed, place: SourcePlace) -> tuple[Path, CType]:
    """The place that a pointer points to, and the type of what is there."""
    value = typed.value
    match value:
        case Address(to=path):
            is_array = bool(typed.type.lengths)
            is_place = not typed.type.pointers and not is_array
            return path, typed.type if is_place else strip_lengths(typed.type)
        case Path():
            return value, strip_lengths(typed.type)
        case Global(name=name):
            return Path(Global(name), (), None, place), strip_lengths(typed.type)
        case ChoiceValue():
            raise NotUnderstood("a pointer to one of several places", place)
        case UnknownValue():
            raise NotUnderstood("a pointer that is not understood", place)
        case UnknownCall():
            raise NotUnderstood("a pointer that a call returns", place)
    raise NotUnderstood("a number as a pointer", place)


def step_to_member(
    types: Types, base: Path, type_: CType, name: str, place: SourcePlace
) -> tuple[Path, CType]:
    found = types.find_member(type_, name)
    if found is None:
        if isinstance(base.root, Global):
            return Path(base.root, (*base.steps, StepTo(name)), None, place), UNKNOWN_TYPE
        raise NotUnderstood(f"the member `{name}` of a type that is not known", place)
    step = StepTo(name, bool(found.pointers))
    return Path(base.root, (*base.steps, step), None, place), found


def step_into(typed: Typed, index: Value, place: SourcePlace) -> tuple[Path, CType]:
    """An element of an array, or behind a pointer."""
    match typed.value:
        case Address(to=path) | (Path() as path):
            pass
        case Global(name=name):
            path = Path(Global(name), (), None, place)
        case _:
            raise NotUnderstood("an element of one of several arrays", place)
    return Path(path.root, (*path.steps, StepInto(index)), None, place), strip_lengths(typed.type)


def step_out(inner: Path, type_: str, names: tuple[str, ...], place: SourcePlace) -> Path:
    """The struct that the place is the member `names` of."""
    steps = inner.steps
    tail = tuple(StepTo(name) for name in names)
    if len(steps) >= len(tail) and steps[len(steps) - len(tail) :] == tail:
        return replace(inner, steps=steps[: len(steps) - len(tail)])
    return Path(inner.root, (*steps, StepOut(type_, names)), None, place)


def cast_place(types: Types, path: Path, source: CType, target: CType) -> Path:
    """The same place as a struct of another type: of QOM, one is the first member of the other."""
    wanted = target.words[-1] if target.words else "void"
    if wanted == "void" or target.pointers > 1:
        return path
    if not path.steps and isinstance(path.root, Root) and path.root.type is None:
        return replace(path, root=Root(wanted))
    known = source.words[-1] if source.words else "void"
    if known == "void" and not path.steps and isinstance(path.root, Root):
        known = path.root.type or "void"
    if known in (wanted, "void"):
        return path
    down = types.find_first_members(known, wanted)
    if down is not None:
        return Path(path.root, (*path.steps, *(StepTo(name) for name in down)), None, path.place)
    up = types.find_first_members(wanted, known)
    if up is not None:
        return step_out(path, wanted, up, path.place)
    if not isinstance(path.root, Global) and _is_seen_otherwise(types, known, wanted):
        raise NotUnderstood(f"a place of `{known}` as `{wanted}`", path.place)
    return path


def _is_seen_otherwise(types: Types, known: str, wanted: str) -> bool:
    """What is read as `wanted` is not what was written as `known`."""
    one, other = (types.find_integer(CType((each,))) for each in (known, wanted))
    if one is not None or other is not None:
        return one != other
    return types.find_struct(CType((wanted,))) is not None


def find_path(content: Content) -> Path | None:
    """The place that a value points to, where it is one place of the state or the program."""
    match content:
        case Address(to=path) | (Path() as path):
            return path
    return None


def name_place(path: Path) -> str | None:
    """A place of the program in words: `FooClass.is_ready`."""
    if not isinstance(path.root, Global):
        return None
    text = path.root.name
    for step in path.steps:
        match step:
            case StepTo(name=name):
                text += f".{name}"
            case StepInto(index=NumberValue(value=number, name=name)):
                text += f"[{name or number}]"
            case _:
                return None
    return text


def name_content(content: Content) -> str | None:
    """A value that the program decides, in words: of different values, the words differ."""
    match content:
        case NumberValue(value=number, name=name):
            return name or str(number)
        case TextValue(value=text):
            return f'"{text}"'
        case Global(name=name):
            return name
        case Address(to=path):
            words = name_place(path)
            return None if words is None else f"&{words}"
        case Path():
            return name_place(content)
    return None
