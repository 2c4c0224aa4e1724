"""Compiled kernels read and write nothing outside of their arrays."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.kernels import needs_llvm

ROOT = Path(__file__).parent.parent.parent
pytestmark = [
    needs_llvm,
    pytest.mark.skipif(sys.platform != "linux", reason="pages are guarded as Linux does it"),
]


def run(where, count=0):
    """Run convolutions in a process of their own; return how it ended and its last line."""
    command = [sys.executable, "-m", "tests.guard_pages", where, str(count)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return done.returncode, [*done.stdout.splitlines(), done.stderr[-2000:]][-2:]


@pytest.mark.parametrize("where", ["end", "begin"])
def test_kernels_stay_inside_of_their_arrays(where):
    assert run(where, 24) == (0, ["done", ""])


@pytest.mark.slow
@pytest.mark.parametrize("where", ["end", "begin"])
def test_kernels_stay_inside_of_their_arrays_in_thousands_of_sums(where):
    assert run(where, 2000) == (0, ["done", ""])


def test_one_step_outside_would_end_the_process():
    code, _ = run("outside")
    assert code == -signal.SIGSEGV
