"""What a `put` writes: its fields in order, or at least its size."""

import pytest

from tests.unit.csource.trees import make_program
from vmsdl.csource.codecs import CCodec, read_codec
from vmsdl.csource.values import NumberValue, StepInto, StepTo

HEAD = """
typedef struct Tlb { uint32_t vpn; uint16_t mask; bool global; int32_t n; uint8_t data[6];
                     uint64_t regs[2]; struct { uint8_t hi; } part; } Tlb;
"""


def read(body: str, before: str = "", size: int | None = 4, target: str = "x86_64") -> CCodec:
    text = f"""{HEAD}{before}
    static int put_tlb(QEMUFile *f, void *pv, size_t size, const VMStateField *field,
                       JSONWriter *vmdesc)
    {{ Tlb *t = pv; {body} }}
    static const VMStateInfo vmstate_info_tlb = {{ .name = "tlb", .get = get_tlb, .put = put_tlb }};
    """
    program = make_program({"target/i386/foo.c": text}, target)
    return read_codec(program, "vmstate_info_tlb", program.unit("target/i386/foo.c"), size)


def show(codec: CCodec) -> list[str] | None:
    """Each field as `path:size`, with `s` for signed and `b` for a buffer."""
    if codec.fields is None:
        return None
    shown = []
    for each in codec.fields:
        words = []
        for step in each.member.steps if each.member else ():
            if isinstance(step, StepTo):
                words.append(step.name)
            elif isinstance(step, StepInto) and isinstance(step.index, NumberValue):
                words.append(str(step.index.value))
        kind = "b" if each.is_buffer else "s" if each.is_signed else ""
        shown.append(f"{'.'.join(words)}:{each.size}{kind}")
    return shown


@pytest.mark.parametrize(
    ("body", "fields", "size"),
    [
        (
            "qemu_put_be32s(f, &t->vpn); qemu_put_be16(f, t->mask); qemu_put_byte(f, t->global);"
            " return 0;",
            ["vpn:4", "mask:2", "global:1"],
            7,
        ),
        ("qemu_put_sbe32s(f, &t->n); return 0;", ["n:4s"], 4),
        ("qemu_put_betl(f, t->vpn); return 0;", ["vpn:8"], 8),
        ("qemu_put_buffer(f, t->data, sizeof(t->data)); return 0;", ["data:6b"], 6),
        ("qemu_put_8s(f, &t->part.hi); return 0;", ["part.hi:1"], 1),
        (
            "for (int i = 0; i < 2; i++) { qemu_put_be64(f, t->regs[i]); } return 0;",
            ["regs.0:8", "regs.1:8"],
            16,
        ),
        ("uint8_t x = t->vpn >> 3; qemu_put_8s(f, &x); return 0;", [":1"], 1),
        ("qemu_put_be32(f, 5); return 0;", [":4"], 4),
        ("qemu_put_buffer(f, pv, size); return 0;", [":4b"], 4),
        ("one(f, t); return 0;", ["vpn:4"], 4),
        ("abort();", None, 0),
    ],
)
def test_a_straight_line(body: str, fields: list[str] | None, size: int) -> None:
    before = "static void one(QEMUFile *f, Tlb *t) { qemu_put_be32(f, t->vpn); }"
    codec = read(body, before)
    assert codec.name == "tlb"
    assert show(codec) == fields
    assert codec.size == NumberValue(size)


def test_a_word_of_the_target() -> None:
    assert read("qemu_put_betl(f, t->vpn); return 0;", target="i386").size == NumberValue(4)


def test_a_length_of_the_state_has_no_fields() -> None:
    codec = read("qemu_put_buffer(f, t->data, t->mask); return 0;")
    assert codec.fields is None
    assert codec.size is not None


def test_ways_of_different_lengths_have_no_fields() -> None:
    codec = read("if (t->global) { qemu_put_byte(f, 1); return 0; } qemu_put_be32(f, 0); return 0;")
    assert codec.fields is None
    assert codec.size is not None


@pytest.mark.parametrize(
    "body",
    [
        "save_tlb(f, t); return 0;",
        "save_all(f); return 0;",
        "if (t->global) { qemu_put_byte(f, 1); } return 0;",
        "while (t->vpn) { qemu_put_byte(f, 1); } return 0;",
        "qemu_put_counted_string(f, name); return 0;",
        "for (int i = 0; i < t->n; i++) { qemu_put_byte(f, 1); } return 0;",
        "t->ops->put(f); return 0;",
        "return qemu_file_write(f);",
    ],
)
def test_what_is_not_a_straight_line_has_no_size(body: str) -> None:
    assert read(body) == CCodec("tlb", None)
