"""Ctrl-C between two steps, never within one.

In the middle of a step, some weights are those after it and others those before.  So the key only
sets a flag, and the loop ends when the step is complete.  A second press interrupts at
once.
"""

from __future__ import annotations

import signal
import threading
from types import FrameType

from autograd.core.blocks import restoring


class Interrupt(restoring["Interrupt"]):
    """While it is open, the first Ctrl-C sets ``pressed``, and a second one breaks as usual.

    Only where Python would raise KeyboardInterrupt, that is in the main thread, and where no other
    handler is installed.
    """

    def __init__(self) -> None:
        self.pressed = False
        self._ours = False

    def __enter__(self) -> Interrupt:
        usual = signal.getsignal(signal.SIGINT) is signal.default_int_handler
        if usual and threading.current_thread() is threading.main_thread():
            self._ours = True
            signal.signal(signal.SIGINT, self._handle)
        return self

    def _undo(self) -> None:
        if self._ours:
            signal.signal(signal.SIGINT, signal.default_int_handler)

    def _handle(self, number: int, frame: FrameType | None) -> None:
        if self.pressed:
            raise KeyboardInterrupt
        self.pressed = True
