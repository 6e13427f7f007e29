"""What a target is: the folder of its CPU, its word and byte order, and what is defined for it.

QEMU writes it into `configs/targets/NAME-softmmu.mak`; meson.build turns each line into a macro.
"""

import re

from vmsdl.csource.source_tree import SourceTree
from vmsdl.records import dataclass


@dataclass(frozen=True)
class EmulatorTarget:
    name: str
    folder: str  # of `target/`
    word_bits: int
    is_big_endian: bool
    defines: dict[str, str]


# What a tree's .mak leaves out (`target/X/cpu-param.h` said it until 9.2), and for parts of trees.
FOLDERS = {
    "x86_64": "i386",
    "aarch64": "arm",
    "alpha": "alpha",
    "arm": "arm",
    "avr": "avr",
    "hppa": "hppa",
    "i386": "i386",
    "loongarch64": "loongarch",
    "m68k": "m68k",
    "microblaze": "microblaze",
    "microblazeel": "microblaze",
    "mips": "mips",
    "mips64": "mips",
    "mips64el": "mips",
    "mipsel": "mips",
    "or1k": "openrisc",
    "ppc": "ppc",
    "ppc64": "ppc",
    "riscv32": "riscv",
    "riscv64": "riscv",
    "rx": "rx",
    "s390x": "s390x",
    "sh4": "sh4",
    "sh4eb": "sh4",
    "sparc": "sparc",
    "sparc64": "sparc",
    "tricore": "tricore",
    "xtensa": "xtensa",
    "xtensaeb": "xtensa",
}
ARCHITECTURES = {"mips64el": "mips64", "mipsel": "mips", "or1k": "openrisc"}
WIDE = frozenset({"alpha", "hppa", "s390x"})
BIG_ENDIAN = frozenset(
    [
        "hppa",
        "m68k",
        "microblaze",
        "mips",
        "mips64",
        "or1k",
        "ppc",
        "ppc64",
        "s390x",
        "sh4eb",
        "sparc",
        "sparc64",
        "xtensaeb",
    ]
)
# Those of which QEMU supports KVM: a build on such a host has it.
WITH_KVM = frozenset(["i386", "arm", "loongarch", "mips", "ppc", "riscv", "s390x"])

# What holds in each emulator of a machine that is built on a 64-bit Linux host.
SYSTEM = {
    "CHAR_BIT": "8",
    "ETH_ALEN": "6",  # of <net/ethernet.h>
    "IFNAMSIZ": "16",
    "PATH_MAX": "4096",
    "NAME_MAX": "255",
    "CONFIG_LINUX": "1",
    "CONFIG_POSIX": "1",
    "CONFIG_SOFTMMU": "1",
    "CONFIG_SYSTEM_ONLY": "1",
    "CONFIG_TCG": "1",
    "COMPILING_PER_TARGET": "1",
    "COMPILING_SYSTEM_VS_USER": "1",
    "HOST_BIG_ENDIAN": "0",
    "HOST_LONG_BITS": "64",
    "LONG_MAX": "0x7fffffffffffffffL",
    "NEED_CPU_H": "1",
    "__GNUC__": "12",
    "__GNUC_MINOR__": "2",
    "__SIZEOF_POINTER__": "8",
    "__linux__": "1",
    "__x86_64__": "1",
}


def list_targets(tree: SourceTree) -> tuple[str, ...]:
    """The names of the targets that a tree emulates machines of."""
    found = (re.fullmatch(r"configs/targets/(\w+)-softmmu\.mak", path) for path in tree.build_files)
    return tuple(sorted(each[1] for each in found if each)) or tuple(sorted(FOLDERS))


def find_target(tree: SourceTree, name: str) -> EmulatorTarget:
    """A target by its name. Raises KeyError where the tree has none of that name."""
    if name not in list_targets(tree):
        raise KeyError(name)
    path = f"configs/targets/{name}-softmmu.mak"
    text = tree.read(path) if path in tree else ""
    settings: dict[str, str] = dict(re.findall(r"^([A-Z]\w*)=(\S+)", text, re.MULTILINE))
    architecture = settings.get("TARGET_ARCH", ARCHITECTURES.get(name, name))
    folder = settings.get("TARGET_BASE_ARCH", FOLDERS.get(name, architecture))
    is_wide = "64" in name or name in WIDE
    word_bits = int(settings.get("TARGET_LONG_BITS", "64" if is_wide else "32"))
    is_big_endian = settings.get("TARGET_BIG_ENDIAN") == "y" or (
        path not in tree and name in BIG_ENDIAN
    )
    switches = {key: "1" for key, value in settings.items() if value == "y"}
    kvm = {"CONFIG_KVM": "1", "CONFIG_KVM_IS_POSSIBLE": "1"} if folder in WITH_KVM else {}
    defines = {
        **SYSTEM,
        **kvm,
        **{key: value for key, value in switches.items() if key.startswith("TARGET_")},
        f"TARGET_{architecture.upper()}": "1",
        f"TARGET_{folder.upper()}": "1",
        "TARGET_NAME": f'"{name}"',
        "TARGET_LONG_BITS": str(word_bits),
        "TARGET_BIG_ENDIAN": str(int(is_big_endian)),
    }
    return EmulatorTarget(name, folder, word_bits, is_big_endian, defines)
