"""Words of kernels for threads that share memory: what one writes is seen by another in order.

What they mean in Python stands in `autograd.ops.kernels.llvm.words`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autograd.ops.kernels.llvm.instructions import Writer
from autograd.ops.kernels.llvm.types import INTEGER, Constant, Pointer, Type, Value

# What lets a processor rest for an instant, by the number that a kernel is compiled with.
PAUSES: dict[int, tuple[str, tuple[Value, ...]]] = {
    1: ("llvm.x86.sse2.pause", ()),
    2: ("llvm.aarch64.hint", (Value("1", Type("i32")),)),
}


def read_latest(writer: Writer, x: Pointer, at: Value | Constant) -> Value:
    """Read what another thread has published, and see all that it wrote before."""
    return writer.new(f"load atomic i64, ptr {writer.address(x, at)} acquire, align 8", INTEGER)


def publish(writer: Writer, x: Pointer, at: Value | Constant, value: Value | Constant) -> None:
    """Write what other threads may read, who then see all that was written before."""
    number = writer.converted(value, INTEGER)
    writer.write(f"store atomic {number}, ptr {writer.address(x, at)} release, align 8")


def replace_if(
    writer: Writer,
    x: Pointer,
    at: Value | Constant,
    old: Value | Constant,
    new: Value | Constant,
) -> Value:
    """Replace a number if it is as expected, at once."""
    address = writer.address(x, at)
    numbers = ", ".join(str(writer.converted(number, INTEGER)) for number in (old, new))
    pair = writer.new(f"cmpxchg ptr {address}, {numbers} acq_rel acquire", Type("{ i64, i1 }"))
    return writer.new(f"extractvalue {pair}, 0", INTEGER)


def next_number(writer: Writer, x: Pointer, at: Value | Constant) -> Value:
    """Count on, at once."""
    return writer.new(f"atomicrmw add ptr {writer.address(x, at)}, i64 1 acq_rel", INTEGER)


def pause(writer: Writer, processor: int) -> None:
    """Rest, where there is an instruction for it."""
    if processor in PAUSES:
        name, args = PAUSES[processor]
        writer.intrinsic(name, None, *args)


def call(writer: Writer, function: Value, given: Value | Constant) -> None:
    """Call a function whose address is known when the kernel runs."""
    place = writer.new(f"inttoptr {function} to ptr", Type("ptr"))
    writer.write(f"call void {place.text}({writer.converted(given, INTEGER)})")


WORDS: dict[str, Callable[..., Any]] = {
    word.__name__: word for word in (read_latest, publish, replace_if, next_number, pause, call)
}
