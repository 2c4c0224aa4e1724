"""``glassgrad train``: what it writes, how it is stopped and gone on with, and what it refuses."""

import fcntl
import importlib.util
import json
import os
import pty
import re
import shlex
import signal
import struct
import subprocess
import sys
import termios
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

import nn
from autograd.cli.main import main
from nn.cli.tasks.classification import (
    RECIPES,
    as_convolution,
    augmentation,
    loss,
    lowest_loss,
    source,
)
from nn.cli.tasks.optical_flow import end_point_error
from nn.init import generator
from nn.training.run import Run

WRITTEN = [
    *["confusion.png", "curves.png", "history.json", "kernels.png", "summary.json"],
    "weights.safetensors",
]
NAMES = {
    "train": ("train-images-idx3-ubyte", "train-labels-idx1-ubyte"),
    "test": ("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"),
}


def write_idx(folder, seed=0, height=8, width=8):
    """Write a set in which the class is where a bar stands: easy to learn."""
    folder.mkdir()
    rng = np.random.default_rng(seed)
    for (images, labels), count in zip(NAMES.values(), (200, 50), strict=True):
        classes = np.arange(count) % 10
        pixels = rng.integers(0, 60, (count, height, width), dtype=np.uint8)
        pixels.reshape(count, -1)[np.arange(count)[:, None], 6 * classes[:, None] + range(4)] = 255
        head = struct.pack(">4B3I", 0, 0, 8, 3, count, height, width)
        (folder / images).write_bytes(head + pixels.tobytes())
        head = struct.pack(">4BI", 0, 0, 8, 1, count)
        (folder / labels).write_bytes(head + classes.astype(np.uint8).tobytes())
    return folder


@pytest.fixture(autouse=True)
def place(tmp_path, monkeypatch):
    """Work in a folder of its own, in which lies a small set, and where Ctrl-C is as usual."""
    monkeypatch.chdir(tmp_path)
    write_idx(tmp_path / "bars")
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield tmp_path
    signal.signal(signal.SIGINT, before)


@pytest.fixture(autouse=True)
def unseen(monkeypatch, request):
    """Draw no pictures, which take a second, where they are not looked at."""
    if "drawn" not in request.fixturenames:
        monkeypatch.setattr("nn.cli.train.Training._pictures", lambda *_: iter(()))


@pytest.fixture
def drawn():
    """Ask for pictures."""


@pytest.fixture
def train(capsys):
    def run(*argv):
        status = main(["train", *map(str, argv)])
        return status, *capsys.readouterr()

    return run


@pytest.fixture
def trained(train):
    def run(*argv):
        status, out, err = train(*argv)
        assert (status, err) == (0, "")
        return out

    return run


@pytest.fixture
def refused(train):
    def run(*argv):
        status, out, err = train(*argv)
        assert (status, out) == (2, "")
        assert err.startswith("glassgrad: ")
        assert err.index("\n") == len(err) - 1
        assert err[:-1].isprintable()
        return err

    return run


def interrupt_at(monkeypatch, *steps):
    """Press Ctrl-C in the middle of the steps of these numbers."""
    usual, count = Run.step, iter(range(1, 10**9))

    def step(run):
        if not run.is_epoch_done:
            for _ in range(steps.count(next(count))):
                signal.raise_signal(signal.SIGINT)
        return usual(run)

    monkeypatch.setattr(Run, "step", step)


def weights(folder):
    return (Path(folder) / "weights.safetensors").read_bytes()


def summary(folder):
    return json.loads((Path(folder) / "summary.json").read_bytes())


# What it is


def test_the_list_of_commands_has_it(capsys):
    with pytest.raises(SystemExit) as stop:
        main(["--help"])
    assert stop.value.code == 0
    out = capsys.readouterr().out
    assert re.search(r"^ +explain +work out an expression", out, re.MULTILINE)
    assert re.search(r"^ +train +train a network of the lectures", out, re.MULTILINE)


def test_its_help_names_every_option(capsys):
    with pytest.raises(SystemExit):
        main(["train", "--help"])
    out = capsys.readouterr().out
    for option in [
        "model",
        "epochs",
        "batch-size",
        "lr",
        "patience",
        "no-early-stopping",
        "seed",
        "augment",
        "compile",
        "out",
        "resume",
    ]:
        assert f"--{option}" in out


def test_where_it_is_not_installed_there_is_no_such_command(monkeypatch, refused):
    monkeypatch.setattr("autograd.cli.plugins.entry_points", lambda group: [])
    assert "there is no command train; there are: explain" in refused("digits")


def test_explain_does_not_look_for_it(monkeypatch):
    monkeypatch.setattr("autograd.cli.plugins.entry_points", None)
    assert main(["explain", "x*x", "x=3"]) == 0


def test_explain_imports_no_networks():
    code = (
        "import sys; from autograd.cli.main import main; main(['explain', 'x*x', 'x=3']); "
        "sys.exit('nn' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True).returncode == 0


# What it does


@pytest.mark.parametrize("data", ["digits", "bars"])
@pytest.mark.parametrize("model", ["cnn", "mlp"])
def test_it_writes_weights_history_and_pictures(trained, place, data, model, drawn):
    out = trained(data, "--model", model, "--epochs", 2)
    assert sorted(os.listdir(f"{data}-{model}")) == WRITTEN
    assert sorted(os.listdir()) == sorted({"bars", f"{data}-{model}"})
    last = out.splitlines()[-1]
    assert last.startswith(f"Written to {data}-{model}: ")
    assert sorted(re.findall(r"\w+\.\w+", last)) == WRITTEN


def test_the_pictures_are_whole(trained, drawn):
    from matplotlib.image import imread

    trained("bars", "--epochs", 1)
    for name in ("curves", "kernels", "confusion"):
        picture = imread(f"bars-cnn/{name}.png")
        assert min(picture.shape[:2]) > 100
        assert picture.min() < picture.max()


def test_the_accuracy_is_that_of_the_weights_on_examples_held_out(trained):
    out = trained("digits", "--model", "mlp", "--epochs", 3, "--seed", 4)
    parts = source("digits", generator(4).spawn(3)[0])
    net = nn.load(nn.models.MLP(64, 128, 10), "digits-mlp/weights.safetensors")
    right = net(parts.test.inputs).numpy().argmax(axis=1) == parts.test.targets
    assert f"{right.mean():.2%}".replace("%", " %") in out
    assert f"{right.sum()} of 359 examples" in out
    assert summary("digits-mlp")["test"] == {"examples": 359, "accuracy": right.mean()}


def test_no_example_is_in_two_parts():
    parts = source("digits", np.random.default_rng(0))
    rows = [{x.tobytes() for x in part.inputs} for part in (parts.train, parts.valid, parts.test)]
    everything = nn.data.digits().inputs.astype(np.float32)
    assert sum(map(len, rows)) == len(everything) == len(rows[0] | rows[1] | rows[2])


def test_idx_files_have_a_part_for_testing_of_their_own(place):
    parts = source("bars", np.random.default_rng(0))
    assert np.array_equal(parts.test.inputs, nn.data.mnist("bars")[1].inputs)
    assert (len(parts.train), len(parts.valid)) == (180, 20)


def test_the_weights_are_those_of_the_best_epoch_in_validation(trained):
    trained("bars", "--model", "mlp", "--epochs", 12, "--lr", 0.05, "--no-early-stopping")
    history = nn.History.load("bars-mlp/history.json")
    parts = source("bars", generator(0).spawn(3)[0])
    net = nn.load(nn.models.MLP(64, 128, 10).float(), "bars-mlp/weights.safetensors")
    found = nn.evaluate(net, loss, parts.valid)["loss"]
    assert history.best_epoch == 1 + int(np.argmin(history["valid_loss"]))
    assert found == pytest.approx(min(history["valid_loss"]), rel=1e-6)


def test_numbers_are_of_single_precision(trained):
    from safetensors.numpy import load_file

    trained("bars", "--epochs", 1)
    assert {x.dtype.name for x in load_file("bars-cnn/weights.safetensors").values()} == {"float32"}


def test_it_learns_bars(trained):
    assert "Test accuracy: 100.00 %, 50 of 50" in trained("bars", "--epochs", 15)


def test_a_log_file_has_the_plan_and_a_line_for_every_epoch(trained):
    lines = trained("bars", "--epochs", 3, "--batch-size", 60).splitlines()
    assert "180 examples to learn from, 20 to validate, 50 to test" in lines[0]
    assert "images of 1 x 8 x 8, 10 classes" in lines[1]
    count = sum(p.size for p in RECIPES["cnn"].make(source("bars", generator(0)), 0).parameters())
    assert f"cnn: {count} parameters" in lines[2]
    assert "3 epochs of 3 batches of 60 examples" in lines[3]
    assert [line[:12] for line in lines[7:10]] == [f"epoch {i} of 3" for i in (1, 2, 3)]
    assert "the loss ends above 0.50, the entropy of smoothed labels, and not at 0" in lines[5]


@pytest.mark.parametrize("model", RECIPES)
def test_every_model_reads_images_of_mnist(trained, place, model):
    write_idx(place / "large", height=28, width=28)
    trained("large", "--model", model, "--epochs", 1)
    assert summary(f"large-{model}")["settings"]["model"] == model


def test_the_same_seed_gives_the_same_bytes(trained):
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        trained("digits", "--epochs", 1, "--seed", seed, "--out", name)
    assert weights("a") == weights("b") != weights("c")


def test_augmented_images_are_others_and_drawn_by_the_seed(trained):
    for name, options in (("a", ["--augment"]), ("b", ["--augment"]), ("c", [])):
        trained("bars", "--epochs", 1, "--out", name, *options)
    assert weights("a") == weights("b") != weights("c")


@pytest.mark.parametrize(("side", "pixels"), [(8, 0), (28, 2), (32, 2)])
def test_images_are_shifted_by_a_small_part_of_their_size(place, side, pixels):
    write_idx(place / "other", height=side, width=side)
    steps = augmentation(source("other", generator(0))).transforms
    assert [s.pixels for s in steps if isinstance(s, nn.data.Shift)] == [pixels] * bool(pixels)


def test_a_dense_layer_is_drawn_as_kernels_as_large_as_the_image():
    net = nn.models.MLP(6, 4, 2, rng=0)
    dense = next(part for part in net.modules() if isinstance(part, nn.Linear))
    image = np.arange(6.0).reshape(1, 1, 2, 3)
    layer = as_convolution(net, (1, 2, 3))
    assert np.allclose(layer(image).numpy().ravel() + dense.bias.numpy(), dense(image.ravel()))


@pytest.mark.parametrize("options", [[], ["--patience", "1"]])
def test_it_ends_when_validation_has_not_become_better(trained, options):
    out = trained("bars", "--model", "mlp", "--epochs", 60, "--lr", 0.05, *options)
    history = nn.History.load("bars-mlp/history.json")
    patience = 1 if options else 5
    assert "60 epochs" in out
    assert history.epochs == history.best_epoch + patience < 60
    assert f"No better valid_loss for {patience} epoch" in out


@pytest.mark.parametrize("option", ["--no-early-stopping", "--patience=0"])
def test_early_stopping_can_be_left_out(trained, option):
    trained("bars", "--model", "mlp", "--epochs", 60, "--lr", 0.05, option)
    assert nn.History.load("bars-mlp/history.json").epochs == 60


@pytest.mark.parametrize("classes", [2, 10])
def test_the_lowest_loss_is_that_of_outputs_which_equal_the_smoothed_labels(classes):
    right = np.full((1, classes), 0.1 / classes)
    right[0, 0] += 0.9
    assert lowest_loss(classes) == pytest.approx(float(loss(np.log(right), np.array([0]))))


# The other tasks


@pytest.fixture
def few(monkeypatch):
    """A few examples of every task."""
    monkeypatch.setattr("nn.cli.tasks.segmentation.COUNTS", (32, 4, 16))
    monkeypatch.setattr("nn.cli.tasks.optical_flow.COUNTS", {"train": 8, "valid": 4, "test": 4})
    monkeypatch.setattr("nn.cli.tasks.playground.COUNT", 100)


SAYS_OF_THE_TEST = {
    "segmentation": r"Test: \d+\.\d % of the pixels are right .*, mean IoU 0\.\d+, on 16 images",
    "flow": r"Test: end-point error \d+\.\d\d pixels, on 4 pairs .* of no motion it is \d\.\d\d",
    "spiral": r"Test accuracy \d+\.\d %, loss \d\.\d+, on 30 points",
    "gaussians": r"Test error \d\.\d+, on 30 points .* of the best constant it is 0\.\d+",
}


@pytest.mark.parametrize("data", SAYS_OF_THE_TEST)
def test_every_task_is_learned_judged_and_drawn(trained, few, drawn, data):
    out = trained(data, "--epochs", 1)
    usual = {"segmentation": "segnet", "flow": "flownet"}.get(data, "playground")
    assert re.search(SAYS_OF_THE_TEST[data], out)
    files = os.listdir(f"{data}-{usual}")
    assert {"weights.safetensors", "history.json", "curves.png", "summary.json"} <= {*files}
    assert ("examples.png" in files) == (data != "gaussians")


def test_a_residual_network_learns_bars(trained):
    assert "resnet20: 269434 parameters" in trained("bars", "--model", "resnet20", "--epochs", 1)


@pytest.mark.parametrize("data", ["segmentation", "flow"])
def test_images_and_their_targets_are_changed_together(trained, few, data):
    for name, options in (("a", ["--augment"]), ("b", ["--augment"]), ("c", [])):
        trained(data, "--epochs", 1, "--out", name, *options)
    assert weights("a") == weights("b") != weights("c")


def test_the_error_of_five_flows_is_that_of_the_finest():
    targets = np.zeros((1, 2, 64, 64))
    flows = [
        np.full((1, 2, n, n), value) for n, value in ((16, 0.3), (8, 9), (4, 9), (2, 9), (1, 9))
    ]
    assert end_point_error(flows, targets) == pytest.approx(20 * 0.3 * np.sqrt(2))


# Ctrl-C, and going on


@pytest.mark.parametrize(
    ("step", "more"), [(1, []), (6, []), (9, []), (17, []), (18, []), (9, ["--no-compile"])]
)
def test_what_was_interrupted_goes_on_as_if_it_had_not_been(
    train, trained, monkeypatch, step, more
):
    options = ["bars", "--epochs", 3, "--lr", 0.01, "--augment", *more]
    trained(*options, "--out", "whole")
    with monkeypatch.context() as patch:
        interrupt_at(patch, step)
        status, out, err = train(*options, "--out", "halves")
    assert (status, err) == (130, "")
    assert out.splitlines()[-1] == "To go on: glassgrad train bars --out halves --resume"
    assert "training.safetensors" in os.listdir("halves")
    trained("bars", "--out", "halves", "--resume")
    assert weights("halves") == weights("whole")
    assert sorted(os.listdir("halves")) == sorted(os.listdir("whole"))
    history, whole = (nn.History.load(f"{name}/history.json") for name in ("halves", "whole"))
    assert dict(history) == dict(whole)


def test_ctrl_c_saves_and_judges_what_was_learned(train, monkeypatch, drawn):
    interrupt_at(monkeypatch, 15)
    status, out, err = train("bars", "--epochs", 100)
    assert (status, err) == (130, "")
    assert "Interrupted after 2 epochs and 3 of 6 batches; the weights are those of epoch" in out
    assert "Test accuracy: " in out
    assert sorted(os.listdir("bars-cnn")) == sorted([*WRITTEN, "training.safetensors"])


def test_ctrl_c_in_the_first_epoch_keeps_its_steps(train, monkeypatch, drawn):
    interrupt_at(monkeypatch, 3)
    status, out, _ = train("bars", "--epochs", 100)
    assert status == 130
    assert "no epoch is complete, so the weights are those of now" in out
    assert "curves.png" not in os.listdir("bars-cnn")
    assert summary("bars-cnn")["best_epoch"] is None


def test_a_second_ctrl_c_ends_at_once_and_the_last_epoch_is_kept(train, trained, monkeypatch):
    with monkeypatch.context() as patch:
        interrupt_at(patch, 15, 15)
        status, _, err = train("bars", "--epochs", 3)
    assert status == 130
    assert err == (
        "glassgrad: stopped at once; to go on: glassgrad train bars --out bars-cnn --resume\n"
    )
    assert os.listdir("bars-cnn") == ["training.safetensors", "summary.json"] or sorted(
        os.listdir("bars-cnn")
    ) == ["summary.json", "training.safetensors"]
    trained("bars", "--resume")
    trained("bars", "--epochs", 3, "--out", "whole")
    assert weights("bars-cnn") == weights("whole")


@pytest.fixture
def started():
    """Start processes, none of which outlives the test."""
    processes = []

    def start(*argv):
        process = subprocess.Popen(
            [sys.executable, "-m", "autograd", "train", *argv],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        processes.append(process)
        return process

    yield start
    for process in processes:
        process.kill()
        process.wait()
        process.stdout.close()
        process.stderr.close()


ENDLESS = ("bars", "--model", "mlp", "--epochs", "100000", "--no-early-stopping")


def stopped_after(process, epochs):
    """Press Ctrl-C when so many epochs have been printed; return the status and all lines."""
    lines = []
    while sum(line.startswith("epoch") for line in lines) < epochs:
        lines.append(process.stdout.readline())
        assert lines[-1], process.stderr.read()
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=120)
    assert err == ""
    return process.returncode, [*lines, *out.splitlines(keepends=True)]


def last_epoch(lines):
    return max(int(line.split()[1]) for line in lines if line.startswith("epoch"))


def test_a_process_is_stopped_by_ctrl_c_and_gone_on_with(started):
    status, lines = stopped_after(started(*ENDLESS), 3)
    assert status == 130
    assert sorted(os.listdir("bars-mlp")) == sorted([*WRITTEN, "training.safetensors"])
    done = nn.History.load("bars-mlp/history.json").epochs
    assert done == last_epoch(lines)
    hint = lines[-1].removeprefix("To go on: glassgrad train ")
    status, lines = stopped_after(started(*shlex.split(hint)), 1)
    assert status == 130
    assert next(line for line in lines if line.startswith("epoch")).split()[1] == str(done + 1)
    assert nn.History.load("bars-mlp/history.json").epochs == last_epoch(lines)


# What it refuses

BAD = {
    "no patience": ["bars", "--patience", "-1"],
    "patience and none": ["bars", "--patience", "3", "--no-early-stopping"],
    "no data": [],
    "no such folder": ["nowhere"],
    "a word misspelt": ["spirl"],
    "a file": ["bars/train-labels-idx1-ubyte"],
    "a folder without them": ["."],
    "no epochs": ["bars", "--epochs", "0"],
    "half an epoch": ["bars", "--epochs", "1.5"],
    "no batch": ["bars", "--batch-size", "0"],
    "lr nan": ["bars", "--lr", "nan"],
    "lr inf": ["bars", "--lr", "inf"],
    "lr 0": ["bars", "--lr", "0"],
    "lr negative": ["bars", "--lr", "-1"],
    "lr no number": ["bars", "--lr", "fast"],
    "seed negative": ["bars", "--seed", "-1"],
    "unknown model": ["bars", "--model", "vgg"],
    "images too small for the model": ["digits", "--model", "lenet5"],
    "model of another task": ["digits", "--model", "segnet"],
    "points are not changed": ["spiral", "--augment"],
    "unknown option": ["bars", "--dropout", "1"],
    "abbreviated option": ["bars", "--epoch", "1"],
    "two sets": ["bars", "digits"],
    "place that is missing": ["bars", "--out", "no/where"],
    "place that is a file": ["bars", "--out", "bars/train-labels-idx1-ubyte"],
    "place below a file": ["bars", "--out", "bars/train-labels-idx1-ubyte/x"],
    "nothing to go on with": ["bars", "--resume"],
    "control characters": ["\x1b[31m\n", "--out", "\x07"],
}
SAYS = {
    "no such folder": "no folder nowhere; give one with the four files of MNIST, or",
    "no epochs": "--epochs=0 must be an integer of at least 1",
    "lr nan": "--lr=nan must be a finite number above 0",
    "images too small for the model": "28 x 28 or 32 x 32, not 8 x 8",
    "model of another task": "--model='segnet' must be one of cnn, mlp, lenet5, resnet20",
    "points are not changed": "--augment is for images",
    "unknown option": "glassgrad train --help",
    "nothing to go on with": "there is no training; leave out --resume",
    "place that is missing": "no is not a folder",
}


def everything():
    return sorted((path, path.is_file() and path.read_bytes()) for path in Path().rglob("*"))


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_one_line_and_leaves_nothing_behind(refused, case):
    before = everything()
    assert SAYS.get(case, "") in refused(*BAD[case])
    assert everything() == before


@pytest.mark.parametrize("part", ["train", "test"])
@pytest.mark.parametrize("file", [0, 1])
@pytest.mark.parametrize("damage", ["cut", "empty", "text", "missing"])
def test_damaged_files_are_one_line_and_leave_nothing_behind(refused, place, part, file, damage):
    path = place / "bars" / NAMES[part][file]
    content = path.read_bytes()
    path.write_bytes({"cut": content[:-1], "empty": b"", "text": b"hello"}.get(damage, b""))
    if damage == "missing":
        path.unlink()
    assert path.name in refused("bars")
    assert os.listdir() == ["bars"]


def test_results_are_never_overwritten(trained, refused):
    trained("bars", "--epochs", 1)
    before = everything()
    for options in ([], ["--seed", "1"], ["--out", "bars-cnn"], ["--resume"]):
        assert "bars-cnn" in refused("bars", *options)
    assert everything() == before


def test_a_file_of_others_is_not_overwritten(refused, place):
    (place / "mine").mkdir()
    (place / "mine" / "curves.png").write_text("mine")
    assert "mine has results already, such as curves.png" in refused("bars", "--out", "mine")
    assert (place / "mine" / "curves.png").read_text() == "mine"


def test_a_folder_with_other_things_is_taken(trained, place):
    (place / "mine").mkdir()
    (place / "mine" / "notes.txt").write_text("mine")
    trained("bars", "--epochs", 1, "--out", "mine")
    assert (place / "mine" / "notes.txt").read_text() == "mine"


@pytest.fixture
def halted(train, monkeypatch):
    """A training that was stopped in its second epoch."""
    with monkeypatch.context() as patch:
        interrupt_at(patch, 8)
        assert train("bars", "--epochs", 3)[0] == 130


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ([], "bars-cnn has a training that was not finished; add --resume"),
        (["--resume", "--lr", "0.5"], "--lr is 0.5, and was 0.002 in bars-cnn"),
        (["--resume", "--epochs", "9"], "--epochs is 9, and was 3"),
        (["--resume", "--augment"], "--augment is True, and was False"),
        (["--resume", "--model", "mlp", "--out", "bars-cnn"], "--model is mlp, and was cnn"),
    ],
)
def test_another_training_is_not_mixed_into_one_that_was_stopped(halted, refused, options, says):
    before = everything()
    assert says in refused("bars", *options)
    assert everything() == before


def test_other_examples_are_not_mixed_into_a_training_that_was_stopped(halted, refused, place):
    write_idx(place / "others", seed=1)
    before = everything()
    assert "not those that the training began with" in refused(
        "others", "--out", "bars-cnn", "--resume"
    )
    assert everything() == before


@pytest.mark.parametrize(
    "change", [{"epochs": "many"}, {"model": "vgg"}, {"model": 3}, {"lr": None}, {"seed": -1}]
)
def test_settings_that_were_tampered_with_are_one_line(halted, refused, place, change):
    content = summary("bars-cnn")
    content["settings"] |= change
    (place / "bars-cnn" / "summary.json").write_text(json.dumps(content))
    refused("bars", "--resume")
    del content["settings"][next(iter(change))]
    (place / "bars-cnn" / "summary.json").write_text(json.dumps(content))
    assert f"its settings lack {next(iter(change))}" in refused("bars", "--resume")


@pytest.mark.parametrize("name", ["summary.json", "training.safetensors"])
def test_a_damaged_training_is_not_gone_on_with(halted, train, place, name):
    (place / "bars-cnn" / name).write_bytes(b"{")
    before = everything()
    status, _, err = train("bars", "--resume")
    assert (status, err.count("\n")) == (2, 1)
    assert everything() == before


# What may go wrong on the way


def test_a_training_that_diverges_at_once_is_one_line_and_leaves_nothing_behind(train):
    status, _, err = train("bars", "--lr", "1e30")
    assert status == 2
    assert re.fullmatch(
        r"glassgrad: fit: epoch 1, batch \d: .*; take a smaller (--lr|learning rate).*\n", err
    )
    assert os.listdir() == ["bars"]


@pytest.mark.parametrize("package", ["tqdm", "matplotlib", "safetensors", "sklearn", "scipy"])
def test_a_missing_package_is_refused_before_any_training(refused, monkeypatch, package):
    monkeypatch.setitem(sys.modules, package, None)
    name = {"sklearn": "scikit-learn"}.get(package, package)
    assert f"needs the package {name}; pip install 'glassgrad[train]'" in refused("bars")
    assert os.listdir() == ["bars"]


def test_photographs_need_a_package_of_their_own(refused, monkeypatch):
    monkeypatch.setitem(sys.modules, "skimage", None)
    assert "needs the package scikit-image; pip install 'glassgrad[train]'" in refused("flow")


def test_all_missing_packages_are_reported_together(refused, monkeypatch):
    monkeypatch.setattr("nn.cli.settings.find_spec", lambda name: None)
    assert "matplotlib, safetensors, scipy, scikit-learn, tqdm" in refused("bars")
    assert importlib.util.find_spec("tqdm")


def test_a_full_disk_at_the_start_leaves_nothing_behind(train, monkeypatch):
    def full(owner, path, content, refusal):
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr("nn.training.state_file.write_file", full)
    status, _, err = train("bars")
    assert status == 2
    assert err.startswith("glassgrad: train: ")
    assert err.endswith("bars-cnn/training.safetensors: No space left on device\n")
    assert err.count("\n") == 1
    assert os.listdir() == ["bars"]


def test_the_folder_of_another_process_that_was_faster_is_left_alone(train, monkeypatch):
    usual = Path.mkdir

    def too_late(path):
        usual(path)
        (path / "summary.json").write_text("another's")
        usual(path)

    monkeypatch.setattr(Path, "mkdir", too_late)
    assert train("bars")[0] == 2
    assert Path("bars-cnn/summary.json").read_text() == "another's"


def test_a_full_disk_at_the_end_loses_no_step(train, trained, monkeypatch):
    def full(owner, path, content, refusal):
        raise OSError(28, "No space left on device", str(path))

    with monkeypatch.context() as patch:
        patch.setattr("nn.serialization.write_file", full)
        status, _, err = train("bars", "--epochs", 2)
    assert status == 2
    assert err == (
        "glassgrad: train: bars-cnn/weights.safetensors: No space left on device; "
        "to go on: glassgrad train bars --out bars-cnn --resume\n"
    )
    trained("bars", "--resume")
    trained("bars", "--epochs", 2, "--out", "whole")
    assert weights("bars-cnn") == weights("whole")


def test_a_checkpoint_that_cannot_be_written_is_one_line_and_the_training_goes_on(
    train, monkeypatch
):
    from nn.training import state_file

    usual, count = state_file.write_file, iter(range(10**9))

    def sometimes_full(owner, path, *rest):
        if next(count) == 2:
            raise OSError(28, "No space left on device", str(path))
        return usual(owner, path, *rest)

    monkeypatch.setattr(state_file, "write_file", sometimes_full)
    status, out, err = train("bars", "--epochs", 4)
    assert status == 0
    assert "All 4 epochs are done" in out
    assert err.startswith("glassgrad: fit: the checkpoint bars-cnn/training.safetensors could not")
    assert err.count("\n") == 1


def test_a_closed_pipe_stops_the_training_and_its_checkpoint_stays(started):
    process = started(*ENDLESS)
    while (line := process.stdout.readline()) and not line.startswith("epoch"):
        pass
    process.stdout.close()
    assert process.wait(timeout=120) == 0
    assert sorted(os.listdir("bars-mlp")) == ["summary.json", "training.safetensors"]


def test_a_terminal_shows_a_bar_instead_of_lines():
    out = in_a_terminal("train", "bars", "--model", "mlp", "--epochs", "3")
    assert re.search(r"\repoch 3 of 3: .*18/18, .*valid_accuracy ", out)
    assert "validation: loss" not in out
    assert "Test accuracy: " in out


def in_a_terminal(*argv):
    """Return what a terminal of 150 columns shows."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("4H", 40, 150, 0, 0))
    process = subprocess.Popen(
        [sys.executable, "-m", "autograd", *argv], stdin=slave, stdout=slave, stderr=slave
    )
    os.close(slave)
    shown = b""
    with suppress(OSError):  # the other end is closed
        while piece := os.read(master, 1024):
            shown += piece
    os.close(master)
    assert process.wait(timeout=60) == 0
    return shown.decode()


# How well it learns


def test_smoothed_labels_leave_a_tenth_to_all_classes_alike():
    logits = np.log([[0.91] + [0.01] * 9])
    assert loss(logits, np.array([0])) == pytest.approx(-0.91 * np.log(0.91) - 0.09 * np.log(0.01))


@pytest.mark.slow
@pytest.mark.parametrize(("model", "least"), [("cnn", 0.985), ("mlp", 0.975)])
def test_the_usual_settings_learn_the_digits(trained, model, least):
    found = []
    for seed in range(3):
        trained("digits", "--model", model, "--seed", seed, "--out", f"{seed}")
        found.append(summary(f"{seed}")["test"]["accuracy"])
    assert np.mean(found) >= least
