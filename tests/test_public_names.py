"""Every public name that once was there still is: ``public_names.json`` has the list.

A name may be added to the list when it is published, and is never taken out.
"""

import importlib
import json
from pathlib import Path

import pytest

import autograd as ag
import nn

NAMES = json.loads(Path(__file__).with_name("public_names.json").read_text("utf-8"))


def owner(label):
    """Return the module of a name, or an object of its class."""
    if label in OBJECTS:
        return OBJECTS[label]()
    return importlib.import_module({"ag": "autograd"}.get(label, label.replace("ag.", "autograd.")))


def output():
    x = ag.tensor([1.0, 2.0], requires_grad=True, name="x")
    return ag.sum(x * x)


OBJECTS = {
    "ag.Tensor": output,
    "ag.Graph": lambda: ag.graph(output()),
    "ag.Node": lambda: next(iter(ag.graph(output()))),
    "ag.Trace": lambda: ag.trace(output()),
    "ag.Event": lambda: ag.trace(output()).events[0],
    "ag.Debugger": lambda: ag.Debugger(ag.trace(output())),
    "ag.config": lambda: ag.config,
    "ag.draw()": lambda: ag.draw(output()),
    "nn.Module": nn.Flatten,
    "nn.Parameter": lambda: nn.Parameter([1.0, 2.0]),
    "nn.History": nn.History,
    "nn.data.Dataset": lambda: nn.data.Dataset([[1.0], [2.0]], [0, 1]),
}


@pytest.mark.parametrize("label", NAMES)
def test_public_names_are_still_there(label):
    found = owner(label)
    # A slot that is not set, as `Tensor.place` outside `ag.debug`, is an attribute of the class.
    # A property, as `Tensor.mT` of a number, may refuse its object.
    missing = [n for n in NAMES[label] if not (hasattr(type(found), n) or hasattr(found, n))]
    assert missing == []
