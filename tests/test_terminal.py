"""Names and values of others reach the terminal as plain text of a bounded length.

They come from files of weights and data, from paths, arguments and classes; what a terminal obeys
(escape sequences, control characters, marks of direction) is replaced, and what is long is cut.
"""

import json
import warnings

import numpy as np
import pytest

import autograd as ag
import nn
from autograd import errors
from autograd.cli.main import main
from nn.training.history import History

OBEYED = "\x1b[31m\x07\x9b\u202e\u2066\r\n\x08\x00\u2028\ud800"
HOSTILE = f"a{OBEYED}b" + "n" * 10_000
IN_A_FILE = HOSTILE.replace("\ud800", "").replace("\x00", "")
FILE_NAME = f"a{OBEYED}".replace("\x00", "").replace("\ud800", "") + "n" * 150


def assert_plain(text, longest):
    wrong = {c for c in text if not c.isprintable() and c != "\n"}
    assert not wrong
    assert len(text) <= longest
    assert max(map(len, text.splitlines()), default=0) <= 1200


def tensor(name=HOSTILE):
    return ag.tensor([1.0, 2.0], requires_grad=True, name=name)


def scoped():
    with ag.scope(HOSTILE):
        return tensor() * 2.0


def loss():
    return scoped().sum()


@ag.primitive(vjps=(lambda ct, out, x: ct,), name="odd")
def odd(x):
    return x


Odd = type(
    HOSTILE.replace("\x00", "").replace("\ud800", ""),
    (nn.Module,),
    {"forward": lambda self, x: self.part(x)},
)


def network():
    net = Odd()
    net.part = nn.Linear(2, 2, rng=0)
    setattr(net, IN_A_FILE, nn.Linear(1, 1, rng=0))
    return net


def optimizer():
    p = nn.Parameter(np.ones(2))
    p.name = HOSTILE
    return nn.optim.SGD([p])


def dataset():
    return nn.data.Dataset(np.ones((2, 2)), np.ones(2))


# What shows itself

SHOWN = {
    "Tensor": tensor,
    "result": scoped,
    "Scope": lambda: scoped().scope,
    "Graph": lambda: ag.graph(loss()),
    "Node": lambda: ag.graph(loss())[0],
    "Trace": lambda: ag.trace(loss()),
    "Event": lambda: list(ag.trace(loss()))[-1],
    "Debugger": lambda: ag.trace(loss()).debugger(),
    "card": lambda: stepped().card(),
    "place": lambda: stepped().where(),
    "Breakpoint": lambda: stepped().break_on(name=HOSTILE),
    "Difference": lambda: ag.trace(loss()).diff(ag.trace(tensor("b").sum())),
    "Nudge": lambda: ag.lessons.nudge(loss(), 0, at=0),
    "Drawing": lambda: ag.draw(loss()),
    "transcript": lambda: ag.draw(loss()).text,
    "markdown": lambda: ag.draw(loss()).md,
    "Player": lambda: ag.draw(loss()).player(),
    "Primitive": lambda: odd.primitive,
    "Report": lambda: ag.testing.check_grad(lambda x: x * 2.0, tensor()),
    "Module": network,
    "summary": lambda: network().summary((1, 2)),
    "Optimizer": optimizer,
    "History": lambda: History({HOSTILE: [1.0]}),
    "Dataset": dataset,
    "Parameter": lambda: optimizer().param_groups[0]["params"][0],
}


def stepped():
    debugger = ag.trace(loss()).debugger()
    debugger.run()
    return debugger


@pytest.mark.parametrize("name", SHOWN)
@pytest.mark.parametrize("show", [repr, str])
def test_what_shows_itself_is_plain(name, show):
    shown = SHOWN[name]()
    assert_plain(shown if isinstance(shown, str) else show(shown), 20_000)


# Messages


def refused(call):
    with pytest.raises(ag.GlassgradError) as caught:
        call()
    return str(caught.value)


def state_with_another_name():
    state = network().state_dict()
    state[HOSTILE] = np.ones(1)
    network().load_state_dict(state)


MESSAGES = {
    "tensor": lambda: ag.tensor(HOSTILE),
    "dtype": lambda: ag.tensor(1.0, dtype=HOSTILE),
    "operation": lambda: tensor() + HOSTILE,
    "index": lambda: tensor()[HOSTILE],
    "axis": lambda: ag.sum(tensor(), axis=HOSTILE),
    "einsum": lambda: ag.einsum(HOSTILE, tensor()),
    "retain": lambda: loss().backward(retain=HOSTILE),
    "grad": lambda: ag.grad(HOSTILE),
    "argnums": lambda: ag.grad(lambda x: x, HOSTILE)(1.0),
    "draw": lambda: ag.draw(loss(), theme=HOSTILE),
    "show": lambda: ag.draw(loss(), show=HOSTILE),
    "around": lambda: ag.draw(loss(), around=HOSTILE + "b"),
    "format": lambda: ag.draw(loss()).save("x", HOSTILE),
    "path": lambda: ag.draw(loss()).save(HOSTILE),
    "break_on": lambda: ag.trace(loss()).debugger().break_on(operation=HOSTILE),
    "threads": lambda: ag.set_threads(HOSTILE),
    "nudge": lambda: ag.lessons.nudge(loss(), HOSTILE + "b"),
    "state": state_with_another_name,
    "parameter": lambda: nn.Parameter(HOSTILE),
    "optimizer": lambda: nn.optim.SGD(HOSTILE),
    "option": lambda: nn.optim.SGD([nn.Parameter(1.0)], lr=HOSTILE),
    "layer": lambda: nn.Linear(HOSTILE, 2),
    "hook": lambda: nn.Linear(1, 1).register_forward_hook(HOSTILE),
    "shape": lambda: network()(np.ones((1, 5))),
    "reduction": lambda: nn.mse_loss(tensor(), tensor(), reduction=HOSTILE),
    "fit": lambda: nn.fit(network(), HOSTILE, dataset()),
    "metrics": lambda: nn.fit(network(), nn.mse_loss, dataset(), metrics=HOSTILE),
    "history": lambda: History({HOSTILE: HOSTILE}),
    "save": lambda: nn.save(network(), f"nowhere/{HOSTILE}"),
}


@pytest.mark.parametrize("name", MESSAGES)
def test_messages_are_one_plain_line(name):
    text = refused(MESSAGES[name])
    assert_plain(text, 500)
    assert "\n" not in text


def classes(kind):
    yield kind
    for inside in kind.__subclasses__():
        yield from classes(inside)


ONE_LINE = [kind for kind in classes(ag.GlassgradError) if kind._one_line]


@pytest.mark.parametrize("kind", ONE_LINE)
def test_every_error_makes_its_message_plain(kind):
    error = kind(f"save: {HOSTILE}; give another name")
    text = str(error)
    assert text.startswith("save: a?[31m?")
    assert text.endswith("; give another name")
    assert_plain(text, errors.LONGEST)
    assert "\n" not in text
    assert kind(*error.args).args == error.args


@pytest.mark.parametrize("kind", set(classes(ag.GlassgradError)) - set(ONE_LINE))
def test_errors_of_several_lines_are_plain(kind):
    text = str(kind(f"a\n{OBEYED}"))
    assert text.startswith("a\n?[31m")
    assert_plain(text, 100)


# Files


def weights_of_others(path):
    nn.save(network(), path)
    content = path.read_bytes()
    length = int.from_bytes(content[:8], "little")
    header = json.loads(content[8 : 8 + length])
    header = {(k if k.startswith("__") else IN_A_FILE + k): v for k, v in header.items()}
    text = json.dumps(header).encode()
    path.write_bytes(len(text).to_bytes(8, "little") + text + content[8 + length :])
    nn.load(nn.Linear(2, 2), path)


def history_of_others(path):
    path.write_text(json.dumps({IN_A_FILE: [IN_A_FILE]}))
    History.load(path)


FILES = {
    "weights": weights_of_others,
    "history": history_of_others,
    "no history": lambda path: (path.write_text(IN_A_FILE), History.load(path)),
    "no weights": lambda path: (path.write_text(IN_A_FILE), nn.load(nn.Linear(1, 1), path)),
    "IDX": lambda path: (path.write_text(IN_A_FILE), nn.data.read_idx(path)),
    "CIFAR": lambda path: (path.write_text(IN_A_FILE), nn.data.read_cifar10(path)),
}


@pytest.mark.parametrize("name", FILES)
def test_what_a_file_of_others_holds_is_shown_plainly(tmp_path, name):
    text = refused(lambda: FILES[name](tmp_path / FILE_NAME))
    assert_plain(text, 500)
    assert "\n" not in text


COMMANDS = [
    ["explain", HOSTILE],
    ["explain", "x", f"{HOSTILE}=1"],
    ["explain", "x", f"x={HOSTILE}"],
    ["explain", f"{FILE_NAME}.py:f"],
    ["explain", "x", "x=1", "--theme", HOSTILE],
    ["explain", "x", "x=1", "--svg", f"nowhere/{FILE_NAME}"],
    ["train", HOSTILE],
    ["train", FILE_NAME],
    ["train", "digits", "--out", f"nowhere/{FILE_NAME}"],
    [HOSTILE],
]


@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: f"{words[0][:10]!r}-{len(words)}")
def test_the_command_line_complains_in_one_plain_line(words, capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert main(words) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert_plain(err, 520)


def test_warnings_are_one_plain_line(tmp_path):
    """Of the one that the product raises: a checkpoint that cannot be written."""
    folder = tmp_path / FILE_NAME
    folder.mkdir()

    def break_it(history):
        if not (folder / "c").is_dir():
            (folder / "c").unlink()
            (folder / "c").mkdir()

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            nn.fit(
                nn.Linear(2, 1, rng=0),
                nn.mse_loss,
                nn.data.Dataset(np.ones((2, 2)), np.ones((2, 1))),
                epochs=3,
                checkpoint=folder / "c",
                on_epoch=break_it,
            )
        except ag.GlassgradError as error:
            assert_plain(str(error), 500)
    for warning in caught:
        assert_plain(str(warning.message), 600)
