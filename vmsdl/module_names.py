"""From the path of a schema to the name of its module."""

import keyword
import re

SUPPORT = "_vmsd.py"


def to_module_name(path: str) -> str:
    """`ide.vmsd` is `ide`; what Python cannot import, or would take for its own, is changed."""
    stem = path.replace("\\", "/").rpartition("/")[2].removesuffix(".vmsd") or "_"
    # A letter outside ASCII keeps its number, so that two names in another script stay two.
    name = re.sub(r"[^A-Za-z0-9_]", _escape, stem)
    if name[0].isdigit() or name.startswith("__"):
        name = f"m{name}"
    if name == "_vmsd" or keyword.iskeyword(name) or name in STANDARD_MODULES:
        name += "_"
    return name


def _escape(match: re.Match[str]) -> str:
    return "_" if match[0].isascii() else f"u{ord(match[0]):x}"


# The modules of the standard library, from 3.11 with what later and earlier versions have. A list
# and not `sys.stdlib_module_names`: output must not depend on the Python that compiles.
_WORDS = """
    abc aifc annotationlib antigravity argparse array ast asynchat asyncio asyncore atexit
    audioop base64 bdb binascii bisect builtins bz2 cProfile calendar cgi cgitb chunk cmath cmd
    code codecs codeop collections colorsys compileall compression concurrent configparser
    contextlib contextvars copy copyreg crypt csv ctypes curses dataclasses datetime dbm decimal
    difflib dis distutils doctest email encodings ensurepip enum errno faulthandler fcntl
    filecmp fileinput fnmatch fractions ftplib functools gc genericpath getopt getpass gettext
    glob graphlib grp gzip hashlib heapq hmac html http idlelib imaplib imghdr imp importlib
    inspect io ipaddress itertools json keyword lib2to3 linecache locale logging lzma mailbox
    mailcap marshal math mimetypes mmap modulefinder msilib msvcrt multiprocessing netrc nis
    nntplib nt ntpath nturl2path numbers opcode operator optparse os ossaudiodev pathlib pdb
    pickle pickletools pipes pkgutil platform plistlib poplib posix posixpath pprint profile
    pstats pty pwd py_compile pyclbr pydoc pydoc_data pyexpat queue quopri random re readline
    reprlib resource rlcompleter runpy sched secrets select selectors shelve shlex shutil signal
    site smtpd smtplib sndhdr socket socketserver spwd sqlite3 sre_compile sre_constants
    sre_parse ssl stat statistics string stringprep struct subprocess sunau symtable sys
    sysconfig syslog tabnanny tarfile telnetlib tempfile termios test textwrap this threading
    time timeit tkinter token tokenize tomllib trace traceback tracemalloc tty turtle turtledemo
    types typing typing_extensions unicodedata unittest urllib uu uuid venv warnings wave
    weakref webbrowser winreg winsound wsgiref xdrlib xml xmlrpc zipapp zipfile zipimport zlib
    zoneinfo
"""
STANDARD_MODULES = frozenset(_WORDS.split())
