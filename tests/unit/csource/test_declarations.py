"""Functions, structs, enums and initializers: found where a file sees them; sizes in memory."""

import pytest

from tests.unit.csource.trees import make_program, open_real
from vmsdl.csource.constants import evaluate
from vmsdl.csource.lexer import read_tokens

REGISTERS = """
#define REG32(reg, addr) enum { A_ ## reg = (addr), R_ ## reg = (addr) / 4 };
REG32(CONTROL, 0x10)
REG32(STATUS, 0x14)
enum Kind { FIRST, SECOND = 1 << 3, THIRD };
enum { LAST = THIRD + R_STATUS };
"""


def find_value(text: str, expression: str, target: str = "x86_64") -> int | None:
    program = make_program({"hw/a.c": text}, target)
    return evaluate(program, read_tokens(expression), program.unit("hw/a.c"))


def measure(text: str, type_: str, target: str = "x86_64") -> int | None:
    return find_value(text, f"sizeof({type_})", target)


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("R_STATUS", 5),
        ("A_CONTROL", 16),
        ("THIRD", 9),
        ("LAST", 14),
        ("UNKNOWN", None),
        ("MAX(R_STATUS, 3) + MIN(1, 2)", 6),
        ("(uint8_t)0x1ff & 0xf0 | 1", 0xF1),
        ("1 ? 2 : 1 / 0", None),
        ("sizeof(uint32_t) * 3", 12),
        ("'A'", 65),
        ("010 + 0x10", 24),
        ("-7 / 2", -3),
        ("-7 % 2", -1),
        ("true", 1),
        ("DIV_ROUND_UP(9, 8)", 2),
    ],
)
def test_constants(expression: str, value: int | None) -> None:
    assert find_value(REGISTERS, expression) == value


def test_lengths_of_arrays() -> None:
    text = "static const int a[] = { 1, 2, [7] = 3 };\nstatic int b[3 * 4];\nint c[] = { 1, 2, };\n"
    assert find_value(text, "ARRAY_SIZE(a)") == 8
    assert find_value(text, "ARRAY_SIZE(b)") == 12
    assert find_value(text, "ARRAY_SIZE(c)") == 2
    assert find_value(text, "ARRAY_SIZE(nothing)") is None


@pytest.mark.parametrize(
    ("fields", "size"),
    [
        ("uint8_t a; uint32_t b;", 8),
        ("uint8_t a; uint16_t b; uint8_t c;", 6),
        ("uint8_t *a; char b;", 16),
        ("uint8_t a[3][2]; uint16_t b;", 8),
        ("struct { uint8_t a; uint64_t b; }; uint8_t c;", 24),
        ("union { uint8_t data[16]; struct { uint32_t l; uint16_t m; }; };", 16),
        ("union { uint16_t a; uint32_t b; } u, v;", 8),
        ("unsigned a : 3, b : 5; uint8_t c;", 4),
        ("uint32_t a : 30; uint32_t b : 3;", 8),
        ("bool (*f)(void *, int); int a;", 16),
        ("enum { X, Y } kind; uint8_t rest;", 8),
        ("unsigned long long a; long double b;", 32),
        ("const volatile struct Other *o;", 8),
        ("QTAILQ_ENTRY(S) next; uint8_t a;", 24),
        ("BusHead head;", 8),
        ("target_ulong a; uint8_t b;", 16),
        ("hwaddr a, *b, c[2];", 32),
        ("uint8_t a[LENGTH]; uint8_t b[sizeof(hwaddr) * 2];", 20),
        ("struct timespec t; pthread_mutex_t m;", 56),
        ("Small a, b;", 2),
        ("struct Unknown u;", None),
        ("uint8_t a[UNKNOWN];", None),
        ("uint8_t a; uint32_t flexible[];", 4),
    ],
)
def test_sizes(fields: str, size: int | None) -> None:
    """As a compiler for 64-bit Linux on x86 lays them out."""
    text = f"""
    #define LENGTH 4
    #define QTAILQ_ENTRY(type) union {{ struct type *tqe_next; struct {{ void *a, *b; }} link; }}
    #define QLIST_HEAD(name, type) struct name {{ struct type *lh_first; }}
    typedef uint64_t hwaddr;
    typedef QLIST_HEAD(, Bus) BusHead;
    typedef enum __attribute__((__packed__)) {{ ONE, TWO }} Small;
    struct S {{ {fields} }};
    """
    assert measure(text.replace("\n    ", "\n"), "struct S") == size


def test_packed_structs() -> None:
    assert (
        measure("struct S { uint8_t a; uint32_t b; } __attribute__((packed));\n", "struct S") == 5
    )
    assert measure("typedef struct QEMU_PACKED S { char a; int b; } S;\n", "S") == 5
    assert measure("typedef struct { char a; int b; } QEMU_PACKED S;\n", "S") == 5


def test_words_of_targets() -> None:
    text = "typedef struct { target_ulong a; } S;\n"
    assert measure(text, "S", "arm") == 4
    assert measure(text, "S", "ppc64") == 8


def test_members_of_nested_structs() -> None:
    text = """
typedef struct Inner { uint16_t x[4]; } Inner;
typedef struct State {
    struct { Inner inner; union { uint8_t byte; uint32_t word; }; } in[3];
    Inner *pointer;
} State;
"""
    assert find_value(text, "sizeof(typeof_field(State, in[0].inner.x[1]))") == 2
    assert find_value(text, "sizeof_field(State, pointer->x)") == 8
    assert find_value(text, "offsetof(State, pointer)") == 40
    assert find_value(text, "ARRAY_SIZE(((State *)0)->in[0].inner.x)") == 4


def test_a_static_function_is_its_file_s_own() -> None:
    program = make_program(
        {
            "hw/a.c": '#include "a.h"\nstatic bool own(void *opaque)\n{\n    return one;\n}\n',
            "hw/a.h": "static inline int seen(int x)\n{\n    return x;\n}\n",
            "hw/b.c": "static bool own(void *opaque) { return two; }\nint other(void) { }\n",
            "hw/c.c": "static void hidden(void) { }\n",
        }
    )
    unit = program.unit("hw/a.c")
    own = program.find_function("own", unit)
    assert own is not None
    assert (own.body.tokens, own.body.line) == (["return", "one", ";"], 4)
    assert [(each.name, each.type.pointers) for each in own.parameters] == [("opaque", 1)]
    assert program.find_function("seen", unit) is not None
    assert program.find_function("other", unit) is not None
    assert program.find_function("hidden", unit) is None


def test_descriptions_made_by_macros() -> None:
    text = """
#define CAP(name) \\
    const VMStateDescription vmstate_cap_##name = { .version_id = 1 };
CAP(htm)
CAP(vsx)
static const VMStateDescription plain = {
    .name = "plain",
};
"""
    files = {
        "hw/a.c": text,
        "hw/b.c": "int x;\n",
        "hw/c.c": '#include "c.h"\nDEVICE(other)\n',
        "hw/c.h": "#define MAKE(n) static VMStateDescription n = { .name = #n };\n"
        "#define DEVICE(n) MAKE(vmstate_##n)\n",
    }
    program = make_program(files)
    found = [name for name, _ in program.initializers("VMStateDescription")]
    assert found == ["vmstate_cap_htm", "vmstate_cap_vsx", "plain", "vmstate_other"]
    region = program.find_initializer(
        "VMStateDescription", "vmstate_cap_vsx", program.unit("hw/b.c")
    )
    assert region is not None
    assert region.line == 5


def test_a_file_that_is_built_counts_more() -> None:
    """An empty description is linked where a device is not there."""
    for target, path in (("x86_64", "hw/hotplug.c"), ("aarch64", "hw/stub.c")):
        program = make_program(BUILD, target)
        region = program.find_initializer(
            "VMStateDescription", "vmstate_hotplug", program.unit("hw/user.c")
        )
        function = program.find_function("is_hotplug", program.unit("hw/user.c"))
        assert region is not None
        assert function is not None
        assert (region.unit.path, function.body.unit.path) == (path, path)


def test_a_static_description_is_its_file_s_own() -> None:
    text = "static const VMStateDescription vmstate_one = { .version_id = 1 };\n"
    files = {"hw/a.c": text, "hw/b.c": text.replace("static ", ""), "hw/c.c": "int x;\n"}
    program = make_program(files)
    for asking, found in (("hw/a.c", "hw/a.c"), ("hw/b.c", "hw/b.c"), ("hw/c.c", "hw/b.c")):
        region = program.find_initializer("VMStateDescription", "vmstate_one", program.unit(asking))
        assert region is not None
        assert region.unit.path == found


BUILD = {
    "configs/devices/x86_64-softmmu/default.mak": "include ../i386-softmmu/default.mak\n",
    "configs/devices/i386-softmmu/default.mak": "# CONFIG_PC=n\nCONFIG_OFF=n\n",
    "Kconfig": "source hw/Kconfig\n",
    "hw/Kconfig": """
config PC
    bool
    default y
    depends on I386
    select HOTPLUG
    imply OFF
    imply NET if HOTPLUG && !VIRT

config VIRT
    bool
    default y
    depends on ARM

config HOTPLUG
    bool

config OFF
    bool

config NET
    bool
""",
    "target/i386/Kconfig": "config I386\n    bool\nconfig X86_64\n    bool\n    select I386\n",
    "target/arm/Kconfig": "config ARM\n    bool\nconfig AARCH64\n    bool\n    select ARM\n",
    "hw/meson.build": """
a_ss = ss.source_set()   # it's a set
a_ss.add(when: 'CONFIG_HOTPLUG', if_true: files('hotplug.c'), if_false: files('stub.c'))
system_ss.add_all(when: 'CONFIG_PC', if_true: a_ss)
system_ss.add(when: 'CONFIG_PC', if_false: files('stub.c'))
system_ss.add(when: 'CONFIG_ALL', if_true: files('all.c'))
system_ss.add(files('always.c'))
arm_ss.add(files('board.c'))
hw_arch += {'arm': arm_ss}
""",
    "hw/hotplug.c": "const VMStateDescription vmstate_hotplug = { .version_id = 2 };\n"
    "bool is_hotplug(void) { return true; }\n",
    "hw/stub.c": "const VMStateDescription vmstate_hotplug;\n"
    "bool is_hotplug(void) { return false; }\n",
    "hw/user.c": "int x;\n",
}


def test_kconfig_decides_what_is_built() -> None:
    pc, arm = make_program(BUILD, "x86_64"), make_program(BUILD, "aarch64")
    on = {name for name, is_on in pc.configuration.items() if is_on}
    assert on == {"CONFIG_PC", "CONFIG_HOTPLUG", "CONFIG_NET", "CONFIG_I386", "CONFIG_X86_64"}
    paths = [f"hw/{name}.c" for name in ("hotplug", "stub", "always", "all", "board", "user")]
    assert list(filter(pc.is_built, paths)) == ["hw/hotplug.c", "hw/always.c", "hw/user.c"]
    assert list(filter(arm.is_built, paths)) == [
        *("hw/stub.c", "hw/always.c", "hw/board.c", "hw/user.c")
    ]


def test_enums_of_qapi() -> None:
    program = make_program(
        {
            "qapi/x.json": "# @A: {\n{ 'enum': 'OnOffAuto',\n  'data': [ 'auto', 'on', "
            "{ 'name': 'half-way' } ] }\n{ 'enum': 'VNCKind', 'prefix': 'VNC',"
            " 'data': [ 'a', { 'name': 'b', 'if': 'CONFIG_B' }, 'c' ] }\n",
            "hw/a.c": "struct S { OnOffAuto a; };\n",
        }
    )
    unit = program.unit("hw/a.c")
    for expression, value in (
        ("ON_OFF_AUTO_HALF_WAY", 2),
        ("ON_OFF_AUTO__MAX", 3),
        ("VNC_A", 0),
        ("VNC_C", None),
        ("sizeof(struct S)", 4),
    ):
        assert evaluate(program, read_tokens(expression), unit) == value


# Real trees --------------------------------------------------------------------------------------


@pytest.mark.parametrize("release", ["7_2", "10_0"])
def test_every_description_of_a_real_tree_is_found(release: str) -> None:
    program = open_real(release, "x86_64")
    found = dict(program.initializers("VMStateDescription"))
    assert len(found) > 900
    assert {"vmstate_spapr_cap_htm", "vmstate_rtl8139", "vmstate_x86_cpu"} <= found.keys()


@pytest.mark.parametrize("release", ["7_2", "10_0"])
@pytest.mark.parametrize(
    ("target", "path"),
    [
        ("x86_64", "hw/acpi/pcihp.c"),
        ("aarch64", "hw/acpi/acpi-pci-hotplug-stub.c"),
        ("mips64el", "hw/acpi/acpi-pci-hotplug-stub.c"),
    ],
)
def test_stubs_of_real_trees(release: str, target: str, path: str) -> None:
    program = open_real(release, target)
    assert program.is_built(path)
    assert program.is_built("hw/pci/pci.c")


@pytest.mark.parametrize(
    ("type_", "size"),
    [("QemuUUID", 16), ("PCIDevice", None), ("RTL8139State", None), ("CPUX86State", None)],
)
def test_sizes_of_real_structs(type_: str, size: int | None) -> None:
    program = open_real("10_0", "x86_64")
    unit = program.unit("hw/net/rtl8139.c" if type_ != "CPUX86State" else "target/i386/machine.c")
    found = evaluate(program, ["sizeof", "(", type_, ")"], unit)
    assert found == size if size is not None else found is not None
