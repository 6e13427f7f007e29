"""Names of a schema become Python names that are legal, distinct, and the same whoever asks."""

import pytest

from tests.support.pipeline import compiled, compiled_files, read_schema
from vmsdl.emit.names import NamesClash, name_attributes, name_files, to_class_name
from vmsdl.module_names import to_module_name


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("ide_drive", "IdeDrive"),
        ("PCIDevice", "PCIDevice"),
        ("e1000", "E1000"),
        ("usb_ehci__core", "UsbEhciCore"),
        ("_7segment", "N7segment"),
        ("__", "N"),
    ],
)
def test_class_names_are_cap_words(name: str, expected: str) -> None:
    assert expected == to_class_name(name)


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        (["flags", "device", "len", "local"], ["flags", "device", "len", "local"]),
        (["class", "from", "None"], ["class_", "from_", "None_"]),
        (["bytes", "list", "int"], ["bytes_", "list_", "int_"]),
        (["encode", "NAME", "to_dict", "self"], ["encode_", "NAME_", "to_dict_", "self_"]),
        (["list", "list_"], ["list__", "list_"]),
        (["list_", "list", "list__"], ["list_", "list___", "list__"]),
        (["__x"], ["__x__"]),
        (["__init__", "__eq"], ["__init___", "__eq___"]),
        (["_layout", "_machine", "_x"], ["_layout_", "_machine_", "_x"]),
    ],
)
def test_attributes_keep_their_names_where_they_can(
    members: list[str], expected: list[str]
) -> None:
    assert expected == list(name_attributes(members).values())


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("a/ide.vmsd", "ide"),
        ("queue.vmsd", "queue_"),
        ("class.vmsd", "class_"),
        ("_vmsd.vmsd", "_vmsd_"),
        ("8259.vmsd", "m8259"),
        ("ide-evolution.vmsd", "ide_evolution"),
        ("\u96fb\u8166.vmsd", "u96fbu8166"),
    ],
)
def test_modules_can_be_imported(path: str, expected: str) -> None:
    assert expected == to_module_name(path)


def test_two_files_of_one_module_are_a_clash() -> None:
    schema = read_schema(
        {
            "case.vmsd": 'import "a-b.vmsd"; import "a_b.vmsd"; device d { x: u8; }',
            "a-b.vmsd": "const A = 1;",
            "a_b.vmsd": "const B = 1;",
        },
        checked=False,
    )
    with pytest.raises(NamesClash, match=r"would both be compiled to `a_b\.py`"):
        name_files(schema)


def test_classes_consts_and_enums_do_not_take_each_others_names() -> None:
    modules = compiled(
        """
        const Mode = 1;
        const _hidden = 2;
        enum mode : u8 { off = 0; name = 1; _x = 2; }
        struct Mode_ { x: u8; }
        device field { Field: Mode_; int: mode; subsection mode version 1 needed true { y: u8; } }
        """,
        checked=False,
    ).modules
    module = vars(modules["case"])
    assert module["Mode"].off == 0
    assert module["Mode"].name_ == 1
    assert [module["Mode__"], module["hidden_"]] == [1, 2]
    assert module["Mode_"]().x == 0
    field = module["Field"](int_=module["Mode"].x, mode=module["Field"].Mode(y=3))
    assert field.encode() == bytes([0, 2]) + b"\x05\x0afield/mode\0\0\0\x01\x03"
    assert module["Field"].decode(field.encode()) == field


def test_a_module_is_the_same_whoever_imports_it() -> None:
    files = {"part.vmsd": "struct IdeDrive { x: u8; }"}
    alone = compiled_files(files, "part.vmsd").texts["part"]
    files["case.vmsd"] = """
        import "part.vmsd";
        struct ide_drive { y: u8; }
        device d { a: IdeDrive; b: ide_drive; }
        machine "m" { }
        """
    together = compiled_files(files, checked=False)
    assert alone == together.texts["part"]
    d = together.cls("d")()
    assert d.encode() == bytes(2)
    assert [type(d.a).__module__.rpartition(".")[2], type(d.b).__name__] == ["part", "IdeDrive"]
