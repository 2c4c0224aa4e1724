"""How hard Hypothesis tries, where what the tests write is put, and what is not a regular file."""

import os
import socket
from importlib.util import find_spec
from pathlib import Path

import pytest

import autograd as ag

# What needs a browser, and packages to drive it, is only there with the extra of that name.
collect_ignore = [] if find_spec("playwright") else ["browser", "screenshots.py"]
collect_ignore += ["nn/parity/torch_models.py"]  # imports PyTorch

# By HYPOTHESIS_PROFILE, or by whether this is a CI machine.
ag.testing.load_profile()


@pytest.fixture(autouse=True, scope="session")
def elsewhere(tmp_path_factory):
    """Run in a folder of its own: `glassgrad explain sigmoid` writes a page where it stands."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("here"))
        yield


SPECIAL = ("a FIFO", "a directory", "a socket", "a link to a FIFO")


@pytest.fixture(params=SPECIAL)
def special(request, tmp_path, monkeypatch):
    """Something that a path may lead to, and what it is called."""
    monkeypatch.chdir(tmp_path)  # the path of a socket is short
    if request.param == "a directory":
        os.mkdir("special")
    elif request.param == "a socket":
        with socket.socket(socket.AF_UNIX) as made:
            made.bind("special")
    else:
        os.mkfifo("special" if request.param == "a FIFO" else "pipe")
        if request.param == "a link to a FIFO":
            os.symlink("pipe", "special")
    return Path("special"), request.param.removeprefix("a link to ")
