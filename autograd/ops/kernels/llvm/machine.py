"""The processor at hand: whether LLVM can compile for it, and how many numbers a register holds."""

from __future__ import annotations

import platform
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

# Bytes of the widest vector registers, and how many there are, by the feature that says so.
REGISTERS = {"avx512f": (64, 32), "avx2": (32, 16), "neon": (16, 32), "sse2": (16, 16)}
OTHER = (16, 16)
# LLVM takes vectors of half the width for loops, as the clock of early processors with AVX-512 went
# down with wide ones.  The products use wide ones anyway, and rows of 10 numbers fit in one.
WHOLE = "-prefer-256-bit"

# The numbers of processors for which kernels have an instruction to rest, by their names.
PAUSES = {"x86_64": 1, "amd64": 1, "aarch64": 2, "arm64": 2}

INSTALL = "llvmlite is not installed: pip install 'glassgrad[fast]'"


@dataclass(frozen=True, slots=True, eq=False)
class Machine:
    """A processor that LLVM compiles for.

    Attributes
    ----------
    target : TargetMachine
        LLVM's description.
    make_target : callable
        Makes another one: each loaded kernel has its own, which is freed with it.
    binding : module
        That of llvmlite.
    name : str
        The processor and its vectors, such as "znver4, vectors of 64 bytes".
    key : str
        What compiled code depends on: the processor, its features, and the version of LLVM.
    vector : int
        Bytes of a vector register.
    registers : int
        How many there are.
    """

    target: Any
    make_target: Callable[[], Any]
    binding: Any
    name: str
    key: str
    vector: int
    registers: int

    def width(self, itemsize: int) -> int:
        """Return how many numbers of so many bytes a vector holds."""
        return self.vector // itemsize


@cache
def machine() -> Machine | str:
    """Return the machine, or in words why LLVM cannot be used."""
    try:
        import llvmlite
        import llvmlite.binding as llvm
    except ModuleNotFoundError:
        return INSTALL
    except Exception as error:  # such as a library of llvmlite's that the system cannot load
        return f"llvmlite cannot be loaded ({type(error).__name__})"
    try:
        llvm.initialize_native_target()
        llvm.initialize_native_asmprinter()
        triple, cpu = llvm.get_process_triple(), llvm.get_host_cpu_name()
        found = llvm.get_host_cpu_features()
        features = found.flatten()
        if found.get("avx512f"):
            features += f",{WHOLE}"
        make_target = partial(
            llvm.Target.from_triple(triple).create_target_machine,
            cpu=cpu,
            features=features,
            opt=3,
            jit=True,
            reloc="pic",
            codemodel="jitdefault",
        )
        target = make_target()
    except Exception as error:
        return f"LLVM has no target for this processor ({type(error).__name__})"
    if sys.byteorder != "little":
        return "LLVM kernels are for little-endian processors"
    version = ".".join(map(str, llvm.llvm_version_info))
    vector, registers = next((sizes for name, sizes in REGISTERS.items() if found.get(name)), OTHER)
    key = "\n".join((llvmlite.__version__, version, triple, cpu, features))
    return Machine(
        target, make_target, llvm, f"{cpu}, vectors of {vector} bytes", key, vector, registers
    )


def pause_of_processor() -> int:
    """Return which instruction the processor has to rest for an instant; 0 for none."""
    return PAUSES.get(platform.machine().lower(), 0)
