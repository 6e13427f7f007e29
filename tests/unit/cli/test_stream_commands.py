"""`vmsdl stream` and `vmsdl import` from outside: what they do, and how they end on bad input."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.dumps import DUMP
from tests.support.streams import assembled, recorded_sets
from vmsdl.cli import main

Run = Callable[..., tuple[int, str, str]]

PIC = """
/// One of the two interrupt controllers.
device i8259 version 1 {
    /// Interrupts waiting.
    last_irr: u8; irr: u8; imr: u8; isr: u8; priority_add: u8; irq_base: u8;
    read_reg_select: u8; poll: u8; special_mask: u8; init_state: u8;
    auto_eoi: u8; rotate_on_auto_eoi: u8; special_fully_nested_mode: u8;
    init4: u8; single_mode: u8; elcr: u8;
}
"""


@pytest.fixture
def run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> Run:
    monkeypatch.chdir(tmp_path)

    def run(*words: str) -> tuple[int, str, str]:
        status = main(list(words))
        out, err = capfdbinary.readouterr()
        assert b"Traceback" not in err
        assert b"bug in vmsdl" not in err
        return status, out.decode(), err.decode()

    return run


@pytest.fixture
def stream(tmp_path: Path) -> bytes:
    data = assembled(recorded_sets()["7.2-pc52-ide"])
    (tmp_path / "vm.mig").write_bytes(data)
    return data


def section(document: Any, idstr: str) -> Any:
    return next(part for part in document["parts"] if part.get("idstr") == idstr)


# With a schema ---------------------------------------------------------------------------------


def test_a_schema_names_checks_and_explains(run: Run, stream: bytes, tmp_path: Path) -> None:
    (tmp_path / "pic.vmsd").write_text(PIC)
    status, out, err = run(
        *("stream", "decode", "vm.mig", "--schema", "pic.vmsd"),
        *("--device", "i8259", "--offsets", "--hex"),
    )
    assert (status, err) == (0, "")
    assert "/// One of the two interrupt controllers." in out
    assert "/// Interrupts waiting." in out
    assert "i8259 of pic.vmsd" in out
    imr = next(line for line in out.splitlines() if "imr = " in line)
    offset = int(imr.split()[0], 16)
    assert f"imr = {stream[offset]}" in imr
    assert imr.endswith(f"[{stream[offset]:02x}]")


def test_a_document_with_states_comes_back_and_takes_edits(
    run: Run, stream: bytes, tmp_path: Path
) -> None:
    (tmp_path / "pic.vmsd").write_text(PIC)
    status, out, _ = run("stream", "decode", "vm.mig", "--schema", "pic.vmsd", "--json")
    assert status == 0
    document = json.loads(out)
    pic = section(document, "i8259")
    assert pic["schema"] == {"file": "pic.vmsd", "device": "i8259"}
    assert "fields" in section(document, "hpet")
    (tmp_path / "vm.json").write_text(out)
    assert run("stream", "encode", "vm.json", "-o", "same.mig")[0] == 0
    assert stream == (tmp_path / "same.mig").read_bytes()

    pic["state"]["imr"] ^= 0xFF
    (tmp_path / "vm.json").write_text(json.dumps(document))
    assert run("stream", "encode", "vm.json", "--schema", "pic.vmsd", "-o", "new.mig")[0] == 0
    changed = (tmp_path / "new.mig").read_bytes()
    assert 1 == sum(one != other for one, other in zip(stream, changed, strict=True))


def test_states_need_their_schema(run: Run, stream: bytes, tmp_path: Path) -> None:
    (tmp_path / "pic.vmsd").write_text(PIC)
    out = run("stream", "decode", "vm.mig", "--schema", "pic.vmsd", "--json")[1]
    (tmp_path / "vm.json").write_text(out)
    (tmp_path / "pic.vmsd").unlink()
    status, _, err = run("stream", "encode", "vm.json", "-o", "new.mig")
    assert status == 2
    assert "`pic.vmsd`" in err
    assert "--schema" in err
    assert not (tmp_path / "new.mig").exists()


def test_one_defect_is_placed_and_the_others_are_decoded(
    run: Run, stream: bytes, tmp_path: Path
) -> None:
    (tmp_path / "pic.vmsd").write_text(PIC.replace("poll: u8;", "poll: u8 where poll > 7;"))
    status, out, err = run("stream", "decode", "vm.mig", "--schema", "pic.vmsd", "--json")
    assert status == 1
    assert "i8259.poll: value 0 fails the check: poll > 7" in err
    pic = section(json.loads(out), "i8259")
    assert "fields" in pic
    assert "problem" in pic
    assert "fields" in section(json.loads(out), "hpet")
    offset = int(err.split("at byte ")[1].split(",")[0])
    assert stream[offset] == 0
    (tmp_path / "vm.json").write_text(out)
    assert run("stream", "encode", "vm.json", "-o", "same.mig")[0] == 0
    assert stream == (tmp_path / "same.mig").read_bytes()
    status, out, err = run("stream", "decode", "vm.mig", "--schema", "pic.vmsd")
    assert status == 1
    assert "hpet 0 version" in out
    assert "imr = " in out


def test_a_schema_with_errors_is_told(run: Run, stream: bytes, tmp_path: Path) -> None:
    (tmp_path / "pic.vmsd").write_text("device i8259 { a: u9; }")
    status, _, err = run("stream", "decode", "vm.mig", "--schema", "pic.vmsd")
    assert status == 1
    assert "pic.vmsd:1:" in err


# Imports ---------------------------------------------------------------------------------------


def test_a_dump_is_merged_into_streams(run: Run, stream: bytes, tmp_path: Path) -> None:
    (tmp_path / "dump.json").write_text(json.dumps(DUMP))
    status, _, _ = run("import", "stream", "vm.mig", "--dump", "dump.json", "-o", "out")
    assert status == 0
    assert 'machine "pc-i440fx-7.2" {}' in (tmp_path / "out" / "machine.vmsd").read_text()
    assert run("check", "-q", "out")[0] == 0
    assert run("format", "--check", "out")[0] == 0
    status, _, _ = run("export", "dump", "out", "--machine", "pc-i440fx-7.2", "-o", "again.json")
    assert (status, json.loads((tmp_path / "again.json").read_text())) == (0, DUMP)


def test_a_file_that_is_no_dump_is_told_before_anything_is_written(
    run: Run, stream: bytes, tmp_path: Path
) -> None:
    (tmp_path / "other.json").write_text("[1]")
    assert run("import", "stream", "vm.mig", "--dump", "other.json", "-o", "out")[0] == 1
    (tmp_path / "no.json").write_text("{")
    assert run("import", "stream", "vm.mig", "--dump", "no.json", "-o", "out")[0] == 2
    assert run("import", "stream", "vm.mig", "--dump", "none.json", "-o", "out")[0] == 2
    assert not (tmp_path / "out").exists()


# Bad input -------------------------------------------------------------------------------------

STREAM_COMMANDS = (
    ("stream", "info"),
    ("stream", "decode"),
    ("stream", "decode", "--json"),
    ("import", "stream", "-o", "out"),
)
each_command = pytest.mark.parametrize("command", STREAM_COMMANDS, ids=" ".join)


@each_command
@pytest.mark.parametrize(
    "content",
    [b"", b"QEVM", b"not a stream", bytes(4096), b"QEVM\0\0\0\3" + b"\5" * 4096, b"\x7fELF" * 99],
    ids=["empty", "cut", "text", "zeros", "fives", "program"],
)
def test_what_is_no_stream_is_told(
    command: tuple[str, ...], content: bytes, run: Run, tmp_path: Path
) -> None:
    (tmp_path / "bad.mig").write_bytes(content)
    status, _, err = run(*command[:2], "bad.mig", *command[2:])
    assert status == 1
    assert err.startswith("error: bad.mig: ")


@each_command
def test_what_cannot_be_read_is_told(command: tuple[str, ...], run: Run, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    for name, words in (("folder", "is a folder"), ("none.mig", "no such file")):
        status, _, err = run(*command[:2], name, *command[2:])
        assert status == 2
        assert words in err


@each_command
@pytest.mark.parametrize("byte", [0, 5])
def test_a_large_file_of_one_byte_is_refused_soon(
    command: tuple[str, ...], byte: int, run: Run, tmp_path: Path
) -> None:
    (tmp_path / "bad.mig").write_bytes(b"QEVM\0\0\0\3" + bytes([byte]) * (50 << 20))
    status, _, _ = run(*command[:2], "bad.mig", *command[2:])
    assert status in (0, 1)  # zeros are an end, and surplus bytes


@pytest.mark.parametrize("kept", [9, 100, 5000, 20000, -1, -400])
def test_a_cut_stream_is_told_with_its_place(
    kept: int, run: Run, stream: bytes, tmp_path: Path
) -> None:
    (tmp_path / "cut.mig").write_bytes(stream[:kept])
    for command in (("stream", "info", "cut.mig"), ("stream", "decode", "cut.mig")):
        status, _, err = run(*command)
        assert status == 1
        assert "at byte " in err


@pytest.mark.parametrize("text", ["", "{", "[]", "7", '{"vmsdl_stream": 1}', json.dumps(DUMP)])
def test_what_is_no_document_is_refused(text: str, run: Run, stream: bytes, tmp_path: Path) -> None:
    (tmp_path / "doc.json").write_text(text)
    status, _, err = run("stream", "encode", "doc.json", "-o", "new.mig")
    assert status == 2
    assert err.startswith("error: ")
    assert not (tmp_path / "new.mig").exists()


def test_the_source_is_never_overwritten(run: Run, stream: bytes, tmp_path: Path) -> None:
    (tmp_path / "vm.json").write_text(run("stream", "decode", "vm.mig", "--json")[1])
    assert run("stream", "encode", "vm.json", "-o", "vm.mig")[0] == 2
    assert stream == (tmp_path / "vm.mig").read_bytes()


def test_a_wrong_device_name_is_answered_with_the_near_one(run: Run, stream: bytes) -> None:
    status, _, err = run("stream", "decode", "vm.mig", "--device", "i8295")
    assert status == 2
    assert "did you mean `i8259`?" in err


# info ------------------------------------------------------------------------------------------


def test_a_large_file_tells_a_terminal_how_far_it_is(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import sys

    from vmsdl.cli.progress import progress

    for is_terminal, size, quiet, shown in (
        (True, 1 << 30, False, "\r 50 % of 1024 MB"),
        (True, 1 << 30, True, ""),
        (True, 1 << 20, False, ""),
        (False, 1 << 30, False, ""),
    ):
        monkeypatch.setattr(sys.stderr, "isatty", lambda is_terminal=is_terminal: is_terminal)
        with progress(size, quiet=quiet) as told:
            assert (told is None) == (shown == "")
            if told is not None:
                told(size // 2)
        assert capsys.readouterr().err.startswith(shown)


def test_what_is_not_read_is_named(run: Run, stream: bytes, tmp_path: Path) -> None:
    at = stream.index(b"\3\0\0\0\2")  # before the last part of RAM: advise, listen, a package
    commands = b"\x08\0\3\0\0" + b"\x08\0\4\0\0" + b"\x08\0\7\0\4\0\0\0\2ab"
    (tmp_path / "post.mig").write_bytes(stream[:at] + commands + stream[at:])
    status, out, _ = run("stream", "info", "post.mig")
    assert status == 0
    assert "note: postcopy (POSTCOPY_ADVISE, POSTCOPY_LISTEN): pages that are sent later" in out
    assert f"note: the packaged stream of 2 bytes at {at + 10:x} is not read" in out
    remarks = json.loads(run("stream", "info", "--json", "post.mig")[1])["remarks"]
    assert len(remarks) == 2
    assert json.loads(run("stream", "info", "--json", "vm.mig")[1])["remarks"] == []
    # The same list of blocks, and no page: as with multifd.
    end = stream.index(b"\x7e\0\0\0\2", at)
    (tmp_path / "multi.mig").write_bytes(
        stream[: at + 5] + bytes.fromhex("0000000000000010") + stream[end:]
    )
    assert "multifd" in run("stream", "info", "multi.mig")[1]
