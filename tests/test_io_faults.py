"""Every writer and every reader of files, and what may go wrong with a file.

One table names them all.  A writer leaves the old file or the new one, whole, with its permissions,
and nothing beside it; what is not a regular file stays what it is; and a failure is one line.
"""

import ast
import errno
import json
import os
import resource
import signal
import stat
import time
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

import autograd as ag
import nn
from autograd.cli.main import main
from autograd.core import files
from autograd.viz.player.html_page import is_page
from nn.cli.bench import command as bench
from nn.cli.folder import SUMMARY, Folder
from nn.training import state_file
from tests.in_time import in_time

ROOT = Path(__file__).parent.parent
FORMATS = ("html", "svg", "dot", "tex", "md", "txt", "png", "pdf")


def drawing():
    x = ag.tensor(3.0, requires_grad=True, name="x")
    return ag.draw(x * x)


def picture():
    return nn.plots.curves(nn.History({"loss": [1.0, 0.5]}))


def trained(path, resume=False):
    data = nn.data.Dataset([[1.0]], [[1.0]])
    net = nn.Linear(1, 1, rng=0)
    return nn.fit(net, nn.mse_loss, data, epochs=1, checkpoint=path, resume=resume)


def explained(option):
    def write(path):
        if main(["explain", "x*x", "x=3", f"{option}={os.fspath(path)}"]):
            raise ag.DrawingError("as said on standard error")

    return write


# Each writes to a path, whatever its suffix.
def logged(path):
    log = nn.CSVLogger(path)
    run = SimpleNamespace(history=nn.History({"loss": [1.0]}), epoch=1, resumed=True)
    log.on_start(run)
    log.on_epoch(run)


WRITERS = {
    "nn.save": lambda path: nn.save(nn.Linear(1, 1, rng=0), path),
    "History.save": lambda path: nn.History({"loss": [1.0]}).save(path),
    "checkpoint": lambda path: state_file.write(path, {"step": 1}),
    "CSVLogger": lambda path: logged(path),
    "write_flo": lambda path: nn.data.write_flo(path, np.zeros((2, 3, 4))),
    "player.save": lambda path: drawing().player().save(path),
    **{f"save {kind}": lambda path, kind=kind: drawing().save(path, kind) for kind in FORMATS},
    **{
        f"savefig {kind}": lambda path, kind=kind: picture().savefig(path, format=kind)
        for kind in ("png", "svg", "pdf")
    },
    "explain --svg": explained("--svg"),
    "explain --html": explained("--html"),
    "bench --json": lambda path: bench.write(path, {"a": 1}),
}
READERS = {
    "nn.load": lambda path: nn.load(nn.Linear(1, 1), path),
    "History.load": nn.History.load,
    "read_csv": lambda path: nn.data.read_csv(path, "y"),
    "read_idx": nn.data.read_idx,
    "read_cifar10": nn.data.read_cifar10,
    "read_flo": nn.data.read_flo,
    "checkpoint": lambda path: trained(path, resume=True),
}

# Every place in the product that touches a file.  Whatever is not here goes through `core.files`.
PLACES = {
    # how files are written
    ("autograd/core/files.py", "open"): "the part of a file",
    ("autograd/core/files.py", "unlink"): "parts that are left",
    # what writers hand over
    ("autograd/viz/drawing/drawing.py", "save_file"): "save",
    ("autograd/viz/player/player.py", "save_file"): "player.save",
    ("autograd/core/files.py", "write_file"): "save",
    ("nn/serialization.py", "write_file"): "nn.save",
    ("nn/training/history.py", "write_file"): "History.save",
    ("nn/training/state_file.py", "write_file"): "checkpoint",
    ("nn/training/logs.py", "write_file"): "CSVLogger",
    ("nn/data/flow/flo.py", "write_file"): "write_flo",
    ("nn/plots/picture.py", "write_file"): "savefig",
    ("nn/plots/picture.py", "savefig"): "savefig, into memory",
    ("nn/cli/bench/command.py", "write_file"): "bench --json",
    ("nn/cli/folder.py", "write_file"): "summary of a training",
    ("nn/cli/port/command.py", "save_file"): "a ported program",
    ("nn/cli/train.py", "savefig"): "savefig",
    # readers
    ("nn/serialization.py", "read_bytes"): "nn.load",
    ("nn/training/logs.py", "read_bytes"): "CSVLogger, what it wrote before",
    ("nn/training/history.py", "read_bytes"): "History.load",
    ("nn/training/state_file.py", "open"): "checkpoint",
    ("nn/training/state_file.py", "safe_open"): "checkpoint",
    ("nn/data/files.py", "open"): "read_idx, read_cifar10, read_flo",
    ("nn/data/csv.py", "read_bytes"): "read_csv",
    ("nn/data/samples.py", "loadtxt"): "a table of scikit-learn's",
    ("nn/data/pictures.py", "open"): "image_folder, a file of it",
    ("nn/cli/folder.py", "read_bytes"): "summary of a training",
    ("nn/cli/port/source.py", "read_bytes"): "a program to port",
    ("autograd/viz/player/html_page.py", "open"): "is_page",
    ("autograd/viz/player/html_page.py", "read_text"): "files of the package itself",
    ("nn/cli/bench/machine.py", "read_text"): "the name of the processor",
    # compiled kernels, which are done without if the disk fails: tests/ops/test_llvm_cache.py
    ("autograd/ops/kernels/llvm/object_cache.py", "open"): "a compiled kernel",
    ("autograd/ops/kernels/llvm/object_cache.py", "write_file"): "a compiled kernel",
    ("autograd/ops/kernels/llvm/object_cache.py", "mkdir"): "the folder of compiled kernels",
    ("autograd/ops/kernels/llvm/object_cache.py", "unlink"): "old compiled kernels",
    # others
    ("autograd/cli/explain.py", "open"): "a browser",
    ("autograd/cli/explain.py", "mkdtemp"): "the page that --open shows",
    ("autograd/cli/main.py", "open"): "the null device, in place of a closed pipe",
    ("autograd/viz/formats/raster.py", "TemporaryDirectory"): "what Typst reads",
    ("autograd/viz/formats/raster.py", "write_text"): "what Typst reads",
    ("nn/cli/folder.py", "mkdir"): "the folder of a training",
    ("nn/cli/folder.py", "unlink"): "what a start that failed has written",
    ("nn/cli/folder.py", "rmdir"): "what a start that failed has written",
}
CALLS = {
    *{"open", "safe_open", "write_text", "write_bytes", "read_text", "read_bytes", "savefig"},
    *{"savetxt", "loadtxt", "genfromtxt", "fromfile", "tofile", "memmap", "savez", "imread"},
    *{"imsave", "mkstemp", "mkdtemp", "NamedTemporaryFile", "TemporaryDirectory", "TemporaryFile"},
    *{"mkdir", "makedirs", "rmdir", "unlink", "rename", "symlink_to", "hardlink_to", "touch"},
    *{"copyfile", "copytree", "rmtree", "write_file", "save_file", "urlopen", "urlretrieve"},
}


def called(node):
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def places():
    for package in ("autograd", "nn"):
        for path in sorted((ROOT / package).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and called(node) in CALLS:
                    yield path.relative_to(ROOT).as_posix(), called(node)


def test_every_place_that_touches_a_file_is_known():
    assert set(places()) == set(PLACES)


# Running a writer


def names(folder):
    return sorted(os.listdir(folder))


def mode(path):
    return stat.S_IMODE(os.lstat(path).st_mode)


def error_of(call):
    """Return the error of a call that fails: one line of the product's, or the system's."""
    with pytest.raises((ag.GlassgradError, OSError)) as caught:
        call()
    if isinstance(caught.value, ag.GlassgradError):
        assert "\n" not in str(caught.value)
        assert len(str(caught.value)) <= 500
    return caught.value


@pytest.fixture
def old(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"old")
    return path


@pytest.fixture(params=WRITERS)
def write(request):
    return WRITERS[request.param]


def test_a_writer_replaces_an_old_file_and_leaves_nothing_beside_it(write, old):
    old.chmod(0o600)
    write(old)
    assert old.read_bytes() != b"old"
    assert names(old.parent) == ["file"]
    assert mode(old) == 0o600


def test_a_link_stays_a_link_and_its_target_is_replaced(write, old):
    (old.parent / "links").mkdir()
    link = old.parent / "links" / "link"
    link.symlink_to(old)
    write(link)
    assert link.is_symlink()
    assert names(link.parent) == ["link"]
    assert old.read_bytes() != b"old"


def test_a_link_to_nothing_makes_the_file(write, tmp_path):
    (tmp_path / "link").symlink_to("later")
    write(tmp_path / "link")
    assert (tmp_path / "link").is_symlink()
    assert names(tmp_path) == ["later", "link"]


def test_a_loop_of_links_is_reported(write, tmp_path):
    (tmp_path / "loop").symlink_to("loop")
    error_of(lambda: write(tmp_path / "loop"))
    assert names(tmp_path) == ["loop"]


def test_a_missing_folder_is_reported(write, tmp_path):
    error_of(lambda: write(tmp_path / "nowhere" / "file"))
    assert names(tmp_path) == []


STRANGE = ["a\nb", "a\x1b[31mb", "\u20ac" * 85, os.fsdecode(b"\xff\xfe"), " ", "-o", "a" * 255]


@pytest.mark.parametrize("name", STRANGE, ids=ascii)
def test_any_name_that_the_system_allows_may_be_written(write, tmp_path, name):
    write(tmp_path / name)
    assert names(tmp_path) == [name]
    assert (tmp_path / name).stat().st_size > 0


def test_a_name_that_is_too_long_is_reported(write, tmp_path):
    error_of(lambda: write(tmp_path / ("a" * 256)))
    assert names(tmp_path) == []


NO_PATHS = (3, True, None, 1.5, b"file")
TAKES_ANYTHING = [name for name in WRITERS if not name.startswith("explain")]


@pytest.mark.parametrize("name", TAKES_ANYTHING)
@pytest.mark.parametrize("given", NO_PATHS, ids=repr)
def test_what_is_no_path_is_refused_and_no_descriptor_is_written_to(name, given, tmp_path):
    def call():
        WRITERS[name](given)

    assert "takes a path, not" in str(error_of(call))


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize("given", NO_PATHS, ids=repr)
def test_a_reader_refuses_what_is_no_path(name, given):
    if (name, given) != ("checkpoint", None):  # for which None means that there is none
        assert "takes a path, not" in str(error_of(lambda: READERS[name](given)))


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize("content", [b"", b"\0", b"{}", bytes(range(256))], ids=repr)
def test_a_reader_refuses_what_is_another_file(name, content, tmp_path):
    path = tmp_path / "a\x1b[31m\nb"
    path.write_bytes(content)
    said = error_of(lambda: READERS[name](path))
    assert isinstance(said, ag.GlassgradError)
    assert str(said).isprintable()


@pytest.mark.parametrize("name", [name for name in READERS if name != "checkpoint"])
def test_a_reader_tells_that_a_file_is_missing(name, tmp_path):
    with pytest.raises(FileNotFoundError):
        READERS[name](tmp_path / "nothing")


# What is not a regular file


def test_a_writer_refuses_a_special_file_which_stays(write, special, capsys):
    path, kind = special
    before = os.lstat(path)
    said = str(error_of(lambda: in_time(lambda: write(path)))) + capsys.readouterr().err
    assert f"special is {kind}; give the path of a regular file" in said
    after = os.lstat(path)
    assert (after.st_ino, after.st_mode) == (before.st_ino, before.st_mode)
    assert set(names(".")) <= {"special", "pipe"}


@pytest.mark.parametrize("name", READERS)
def test_a_reader_refuses_a_special_file(name, special):
    path, kind = special
    said = str(error_of(lambda: in_time(lambda: READERS[name](path))))
    assert f"special is {kind}; give the path of a regular file" in said


@pytest.mark.parametrize("kind", [stat.S_IFCHR, stat.S_IFBLK])
def test_a_writer_refuses_a_device(write, old, monkeypatch, kind):
    """The kind is pretended: no test opens a device."""
    usual = os.stat

    def pretended(path, *given, **options):
        found = usual(path, *given, **options)
        ours = isinstance(path, (str, os.PathLike)) and os.fspath(path) == os.fspath(old)
        return os.stat_result([kind | 0o644, *found[1:]]) if ours else found

    with monkeypatch.context() as patch:
        patch.setattr(files.os, "stat", pretended)
        error_of(lambda: write(old))
    assert old.read_bytes() == b"old"
    assert names(old.parent) == ["file"]


# Disks and permissions


def failing(number):
    def fail(*_, **__):
        raise OSError(number, os.strerror(number), "a part")

    return fail


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS])
@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_disk_that_fails_leaves_the_old_file(write, old, monkeypatch, capsys, number, step):
    with monkeypatch.context() as patch:
        patch.setattr(os, step, failing(number))
        said = str(error_of(lambda: write(old))) + capsys.readouterr().err
    assert os.strerror(number) in said
    assert old.read_bytes() == b"old"
    assert names(old.parent) == ["file"]


def test_a_folder_that_cannot_be_written_to_is_reported(write, old, monkeypatch, capsys):
    """The refusal is pretended: who is root may write everywhere."""
    usual = os.open

    def refusing(path, flags, *given, **options):
        if str(path).startswith(str(old.parent)) and flags & os.O_CREAT:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), path)
        return usual(path, flags, *given, **options)

    with monkeypatch.context() as patch:
        patch.setattr(os, "open", refusing)
        said = str(error_of(lambda: write(old))) + capsys.readouterr().err
    assert "Permission denied" in said
    assert old.read_bytes() == b"old"
    assert names(old.parent) == ["file"]


def test_a_private_file_is_private_while_it_is_written(write, old, monkeypatch):
    old.chmod(0o600)
    seen = []
    usual = os.fsync

    def flushed(descriptor):
        seen.append(stat.S_IMODE(os.fstat(descriptor).st_mode))
        usual(descriptor)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", flushed)
        write(old)
    assert set(seen) == {0o600}


def in_a_child(run):
    """Run a function in a child process, and return the lines that it returned."""
    read, written = os.pipe()
    child = os.fork()
    if not child:
        try:
            os.write(written, json.dumps(run()).encode())
        finally:
            os._exit(0)
    os.close(written)
    with os.fdopen(read) as answer:
        found = answer.read()
    os.waitpid(child, 0)
    return json.loads(found)


def test_a_full_disk_leaves_the_old_files(tmp_path):
    """In a child process that may write ten bytes to a file, and no more."""
    for i, _ in enumerate(WRITERS):
        (tmp_path / str(i)).write_bytes(b"old")

    def run():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (10, resource.RLIM_INFINITY))
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        said = {}
        for i, name in enumerate(WRITERS):
            try:
                WRITERS[name](tmp_path / str(i))
                said[name] = "it was written"
            except (ag.GlassgradError, OSError):
                said[name] = "refused"
            except Exception as error:
                said[name] = repr(error)
        return said

    assert in_a_child(run) == dict.fromkeys(WRITERS, "refused")
    assert names(tmp_path) == sorted(str(i) for i, _ in enumerate(WRITERS))
    assert {path.read_bytes() for path in tmp_path.iterdir()} == {b"old"}


# Programs that are killed

CHEAP = ("nn.save", "History.save", "checkpoint", "save svg", "bench --json")


def test_a_program_that_is_killed_leaves_whole_files_and_its_parts_are_swept(tmp_path):
    paths = {name: tmp_path / name.replace(" ", "-") for name in CHEAP}
    for name, path in paths.items():
        WRITERS[name](path)
    whole = {name: path.read_bytes() for name, path in paths.items()}
    rng = np.random.default_rng(0)
    for _ in range(12):
        child = os.fork()
        if not child:
            while True:
                for name, path in paths.items():
                    WRITERS[name](path)
        time.sleep(rng.uniform(0.002, 0.03))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        for name, path in paths.items():
            assert len(path.read_bytes()) == len(whole[name])
    left = [path for path in tmp_path.iterdir() if path.suffix == files.PART]
    assert set(tmp_path.iterdir()) == {*paths.values(), *left}
    for path in left:
        os.utime(path, (0, 0))
    for name, path in paths.items():
        WRITERS[name](path)
    assert set(tmp_path.iterdir()) == set(paths.values())


# The folder of a training, whose files have names of their own, and a page that is looked for


@pytest.fixture
def folder(tmp_path):
    found = Folder(tmp_path, resume=False)
    found.begin({"settings": {"lr": 1.0}})
    return found


def test_the_summary_of_a_training_is_written_and_read_by_the_same_rules(folder, monkeypatch):
    assert folder.settings() == {"lr": 1.0}
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", failing(errno.ENOSPC))
        error_of(lambda: folder.write({"settings": {}}))
    assert folder.settings() == {"lr": 1.0}
    assert names(folder.path) == [SUMMARY]
    (folder.path / SUMMARY).unlink()
    os.mkfifo(folder.path / SUMMARY)
    assert "is a FIFO" in str(error_of(lambda: in_time(folder.settings)))
    assert "is a FIFO" in str(error_of(lambda: in_time(lambda: folder.write({}))))


def test_only_a_regular_file_is_taken_for_a_page(special, tmp_path):
    path, _ = special
    assert in_time(lambda: is_page(path)) is None
    assert not is_page(path)
    assert not is_page(tmp_path / "nothing")


def test_temporary_files_that_cannot_be_written_are_reported(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.mkdtemp", failing(errno.ENOSPC))
    said = str(error_of(lambda: drawing().save(tmp_path / "a.pdf")))
    assert said == "save: PDF needs temporary files, which fail: No space left on device"
    assert names(tmp_path) == []
