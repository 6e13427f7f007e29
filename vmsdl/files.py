"""Reading and writing of files; what is written is written whole, and only when it changed."""

import contextlib
import errno
import os
import stat
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import mmap

    from vmsdl.source import SourceFile

LARGEST = 16 * 1024 * 1024  # bytes of a .vmsd file; the largest real one has some thousand


def read_source(path: str) -> "SourceFile":
    """A .vmsd file as the compiler reads it."""
    # Imported here: what is up to date is seen from texts alone.
    from vmsdl.source import SourceFile

    return SourceFile(path, read_text(path))


def read_text(path: str) -> str:
    """A .vmsd file's text. Raises OSError or UnicodeDecodeError: see `describe_error`."""
    with open(path, "rb") as file:
        # A pipe or device has no size and no end: only what can be judged beforehand is read.
        data = file.read(LARGEST + 1)
    return decode_text(path, data)


def decode_text(path: str, data: bytes) -> str:
    """The text of bytes that were read from elsewhere, with the same limits as a file."""
    if len(data) > LARGEST:
        raise OSError(errno.EFBIG, f"larger than {LARGEST // 2**20} MB", path)
    text = data.decode("utf-8").removeprefix("\ufeff")
    # Version control may change line ends; the same schema must give the same module everywhere.
    return text.replace("\r\n", "\n")


def describe_error(error: OSError | UnicodeDecodeError) -> str:
    """Why a file cannot be read or written, in words."""
    if isinstance(error, UnicodeDecodeError):
        before: bytes = error.object[: error.start]
        line = before.count(b"\n") + 1
        column = len(before[before.rfind(b"\n") + 1 :].decode("utf-8", "replace")) + 1
        byte = error.object[error.start]
        return f"not UTF-8: byte 0x{byte:02x} at line {line}, column {column}"
    match error:
        case FileNotFoundError():
            return "no such file or folder"
        case IsADirectoryError():
            return "is a folder"
        case NotADirectoryError():
            return "a part of the path is not a folder"
        case PermissionError():
            return "permission denied"
    text = error.strerror or str(error)
    return text[:1].lower() + text[1:]


def read_bytes(path: str) -> bytes | None:
    """A file's content; None where there is none."""
    try:
        with open(path, "rb") as file:
            return file.read()
    except (FileNotFoundError, NotADirectoryError):
        return None


FROZEN = "vmsdl-release.json"  # a folder with such a file is a release, and nobody's source


def write_if_changed(path: str, text: str) -> bool:
    """Make a file hold this text; whether it had to be written.

    A reader sees the old file or the new one, never a part: the text goes to a file beside it that
    then takes its name. A link stays a link, and what it points to is written; a pipe or a device,
    such as /dev/null, stays what it is, too.
    """
    data = _encode_text(path, text)
    path = os.path.realpath(path)
    if not _is_special(path) and read_bytes(path) == data:
        return False
    os.makedirs(os.path.dirname(path), exist_ok=True)
    write_chunks(path, (data,))
    return True


def _encode_text(path: str, text: str) -> bytes:
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        # Python has bytes of a file's name that are no UTF-8 as halves of surrogate pairs.
        raise OSError(errno.EILSEQ, "it would name a file whose name is not UTF-8", path) from None


def write_folder(path: str, texts: Mapping[str, str]) -> None:
    """Make a folder hold these texts and nothing else: the whole of it, or what was there before.

    They go to a folder beside it that then takes its name.
    """
    import shutil
    import tempfile

    path = os.path.realpath(path)
    parent = os.path.dirname(path)
    os.makedirs(parent, exist_ok=True)
    temporary = tempfile.mkdtemp(prefix=".vmsdl-", suffix=".tmp", dir=parent)
    made, old = os.path.join(temporary, "new"), os.path.join(temporary, "old")
    try:
        os.mkdir(made)
        for name, text in texts.items():
            file = os.path.join(made, name)
            os.makedirs(os.path.dirname(file), exist_ok=True)
            write_chunks(file, (_encode_text(file, text),))
        with contextlib.suppress(FileNotFoundError):
            os.rename(path, old)
        try:
            os.rename(made, path)
        except BaseException:
            with contextlib.suppress(OSError):
                os.rename(old, path)
            raise
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def write_chunks(path: str, chunks: "Iterable[bytes | memoryview]") -> int:
    """Write a file whole or not at all, in pieces; how many bytes it has."""
    # Imported here: most runs find everything as it should be.
    import tempfile

    path = os.path.realpath(path)
    if _is_special(path):
        with open(path, "wb") as special:
            return sum(special.write(chunk) for chunk in chunks)
    folder = os.path.dirname(path)
    # The beginning dot and the end keep a file left by a killed run out of every glob for modules.
    handle, temporary = tempfile.mkstemp(prefix=".vmsdl-", suffix=".tmp", dir=folder)
    try:
        with os.fdopen(handle, "wb") as file:
            written = sum(file.write(chunk) for chunk in chunks)
            file.flush()
            # Without this a power cut may keep the new name and lose the new content.
            os.fsync(file.fileno())
        os.chmod(temporary, _mode(path))
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise
    return written


def _is_special(path: str) -> bool:
    """A pipe, a device, a socket: to replace it would break it for everybody."""
    try:
        mode = os.stat(path).st_mode
    except OSError:
        return False
    return not stat.S_ISREG(mode) and not stat.S_ISDIR(mode)


def _mode(path: str) -> int:
    """The permissions of the file that is replaced, or those of any new file."""
    try:
        return stat.S_IMODE(os.stat(path).st_mode)
    except FileNotFoundError:
        mask = os.umask(0)
        os.umask(mask)
        return 0o666 & ~mask


def format_depfile(outputs: Iterable[str], inputs: Iterable[str]) -> str:
    """A dependency file as Make and Ninja read it."""
    needs = list(inputs)
    first = " ".join(_escape(path) for path in outputs)
    text = first + ": " + " \\\n  ".join(_escape(path) for path in needs) + "\n"
    # A rule of its own for each input: Make goes on when one that is no longer imported is deleted.
    return text + "".join(f"\n{_escape(path)}:\n" for path in needs)


def _escape(path: str) -> str:
    out = ""
    slashes = 0
    for character in path:
        if character == "\\":
            slashes += 1
            out += character
            continue
        if character in " \t#":
            # Backslashes count only right before such a character, and are doubled there.
            out += "\\" * slashes + "\\"
        slashes = 0
        out += "$$" if character == "$" else character
    return out


def map_file(path: str) -> "mmap.mmap | bytes":
    """A file's bytes, mapped: a large stream is not read into memory."""
    import mmap

    with open(path, "rb") as file:
        if not os.fstat(file.fileno()).st_size:
            return file.read()  # empty, or a pipe: there is nothing to map
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
