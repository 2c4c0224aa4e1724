"""``glassgrad explain``: functions in files of one's own, and the files that it writes."""

import io
import re
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from types import SimpleNamespace
from xml.etree import ElementTree

import pytest

from autograd.cli.main import main
from autograd.cli.subject import in_file

OWN = """
import autograd as ag

def loss(w, x=3.0, *, b=0.0):
    return ag.square(w * x + b)

def total(**values):
    return sum(values.values())

def length(v):
    return ag.sum(v * v)

def same(w):
    return w

def one_element(w):
    return ag.reshape(w * 2.0, (1, 1))

class Line:
    def __call__(self, x):
        return self.slope * x

    slope = 4.0

line = Line()

if __name__ == "__main__":
    raise AssertionError("this part is for python file.py alone")
"""


def run(*argv):
    """Return the status, what was printed, and what was complained."""
    with redirect_stdout(io.StringIO()) as out, redirect_stderr(io.StringIO()) as err:
        status = main(["explain", *map(str, argv)])
    return status, out.getvalue(), err.getvalue()


def gradients(out):
    return dict(re.findall(r"^  df/d(\w+) += (.+)", out.partition("\nGradients\n")[2], re.M))


def complaint(*argv):
    """Return the one line that says what is wrong; before it may stand that a file is run."""
    status, out, err = run(*argv)
    *before, last = err.split("\n")[:-1]
    assert (status, out) == (2, "")
    assert [line for line in before if not line.startswith("Running ")] == []
    assert last.startswith("glassgrad: ")
    assert last.isprintable()
    return last


@pytest.fixture
def written(tmp_path):
    """Return a function that writes a file and returns its path."""

    def write(text, name="own.py"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    return write


# Functions in files


@pytest.mark.parametrize(
    ("function", "values", "expected"),
    [
        # d/dw (w x + b)^2 = 2 x (w x + b)
        ("loss", ["w=2"], {"w": "36.00"}),
        ("loss", ["w=2", "x=1"], {"w": "4.00", "x": "8.00"}),
        ("loss", ["w=2", "x=1", "b=-1"], {"w": "2.00", "x": "4.00", "b": "2.00"}),
        ("total", ["p=1", "q=2"], {"p": "1.00", "q": "1.00"}),
        ("length", ["v=[1,-2]"], {"v": "[2.00 -4.00]"}),
        ("same", ["w=5"], {"w": "1.00"}),
        ("one_element", ["w=5"], {"w": "2.00"}),
        ("line", ["x=3"], {"x": "4.00"}),
    ],
)
def test_a_function_in_a_file_is_explained(written, function, values, expected):
    status, out, _ = run(f"{written(OWN)}:{function}", *values)
    assert status == 0
    assert out.startswith(f"f = {function}({', '.join(values)})\n")
    assert gradients(out) == expected


def test_stderr_alone_says_that_the_file_is_run(written):
    path = written(OWN)
    _, out, err = run(f"{path}:loss", "w=2")
    assert err == f"Running {path}\n"
    assert "Running" not in out


def test_an_expression_runs_no_file():
    assert run("x*x", "x=3")[2] == ""


def test_it_says_so_before_the_file_can_do_anything(written):
    path = written("import sys\nsys.stderr.write('here I am\\n')\ndef f(x):\n    return x * x\n")
    assert run(f"{path}:f", "x=1")[2].splitlines() == [f"Running {path}", "here I am"]


def test_what_the_file_prints_is_shown(written):
    path = written("print('hello')\ndef f(x):\n    return x * x\n")
    assert run(f"{path}:f", "x=1")[1].startswith("hello\nf = f(x=1)\n")


def test_the_part_for_main_is_not_run(written):
    path = written("ran = __name__ == '__main__'\ndef f(x):\n    return x * (5 if ran else 2)\n")
    assert gradients(run(f"{path}:f", "x=1")[1]) == {"x": "2.00"}


@pytest.mark.parametrize(
    "name",
    ["a folder/my file.py", "é中.py", "a.b.py", "-x.py", "autograd.py", "x.py:y.py"],
)
def test_a_path_of_any_kind_is_found(written, monkeypatch, tmp_path, name):
    path = written(OWN, name)
    monkeypatch.chdir(tmp_path)
    for shown in (path, path.relative_to(tmp_path)):
        assert gradients(run(f"{shown}:loss", "w=2")[1]) == {"w": "36.00"}


@pytest.mark.parametrize(
    ("text", "path", "function"),
    [
        ("own.py:f", "own.py", "f"),
        (" -own.py:f", "-own.py", "f"),
        ("C:\\x.py:f", "C:\\x.py", "f"),
        ("C:/a b/x.py:_f1", "C:/a b/x.py", "_f1"),
        ("../a:b/x.py:f", "../a:b/x.py", "f"),
        ("x.py:y.py:f", "x.py:y.py", "f"),
    ],
)
def test_a_path_and_a_function_are_separated(text, path, function):
    assert in_file(text) == (Path(path), function)


@pytest.mark.parametrize(
    "text", ["x*y", "x.py", "x.py:", ".py:f", "x.txt:f", "x.py:f g", "x.py:f()", "x.py\n:f", ""]
)
def test_another_text_is_no_function_in_a_file(text):
    assert in_file(text) is None


def test_a_file_finds_its_neighbours(written):
    written("def double(x):\n    return 2.0 * x\n", "folder/neighbour_of_own.py")
    path = written("from neighbour_of_own import double as f\n", "folder/own.py")
    assert gradients(run(f"{path}:f", "x=1")[1]) == {"x": "2.00"}


@pytest.mark.parametrize("text", ["def f(x):\n    return x * x\n", "1 / 0\n", "raise SystemExit\n"])
def test_the_search_path_for_modules_is_left_as_it_was(written, text):
    before = list(sys.path)
    run(f"{written(text)}:f", "x=1")
    assert sys.path == before


def test_a_process_explains_a_function_in_a_file(written):
    done = subprocess.run(
        [sys.executable, "-m", "autograd", "explain", f"{written(OWN)}:loss", "w=2"],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert gradients(done.stdout) == {"w": "36.00"}


@pytest.mark.parametrize(
    ("function", "values", "says"),
    [
        ("lost", ["w=1"], "no function 'lost'; did you mean loss?"),
        ("nothing_like_it", ["w=1"], "there are loss, total, length"),
        ("ag", ["w=1"], "no function 'ag'"),
        ("loss", [], "'w' has no value; add w=NUMBER"),
        ("loss", ["x=1"], "'w' has no value"),
        ("length", ["w=1"], "'w' has a value but is not an argument of length"),
        ("loss", ["w=1", "xx=1"], "did you mean x?"),
        ("loss", ["w=1", "w=2"], "'w' has two values"),
        ("loss", ["w=one"], "w=one: not a number"),
        ("loss", ["w=1e999"], "infinity and NaN cannot be explained"),
        ("loss", ["w"], "not of the form NAME=VALUE"),
        ("loss", ["w=[1,2]"], "shape (2,), and only a number has a gradient; wrap what loss"),
        ("total", [], "total returned int, not a Tensor"),
    ],
)
def test_a_wrong_call_is_one_line(written, function, values, says):
    assert says in complaint(f"{written(OWN)}:{function}", *values)


BROKEN = {
    "exception in the file": (
        "x = 1\n\nraise ValueError('too bad')\n",
        "line 3: ValueError: too bad",
    ),
    "exception in the function": ("def f(x):\n    return x * [1][1]\n", "line 2: IndexError"),
    "exception further in": (
        "def g(x):\n    return x.nope\n\ndef f(x):\n    return g(x)\n",
        "line 2: AttributeError",
    ),
    "exception of ours": (
        "import autograd as ag\n\ndef f(x):\n    y = ag.tensor([1.0, 2.0])\n"
        "    return ag.sum(y @ ag.tensor([1.0, 2.0, 3.0])) * x\n",
        "line 5: ShapeError",
    ),
    "exception without a message": ("raise ValueError\n", "line 1: ValueError: no message"),
    "message of many lines": ("raise ValueError('a\\n\\x1b[31mb')\n", "ValueError: a ?[31mb"),
    "very long message": ("raise ValueError('long ' * 9_999)\n", "ValueError: long long"),
    "endless recursion": ("def f(x):\n    return f(x)\n", "line 2: RecursionError"),
    "syntax error": ("def f(x):\n    return x +\n", "line 2: SyntaxError"),
    "wrong indentation": ("def f(x):\n    y = x\n  return y\n", "line 3: IndentationError"),
    "missing module": ("import numpy\nimport no_such_module\n", "line 2: ModuleNotFoundError"),
    "exit": ("import sys\nsys.exit(3)\n", "line 2: SystemExit: 3"),
    "exit in the function": ("def f(x):\n    raise SystemExit('bye')\n", "line 2: SystemExit: bye"),
    "empty file": ("", "no function 'f'; there are none"),
    "no function": ("f = 3\n", "no function 'f'"),
    "a number": ("def f(x):\n    return 3.0\n", "f returned float, not a Tensor"),
    "nothing": ("def f(x):\n    x * x\n", "f returned NoneType, not a Tensor"),
    "several": ("def f(x):\n    return x, x\n", "f returned tuple, not a Tensor"),
    "array": ("def f(x):\n    return x.data * 2\n", "not a Tensor"),
    "no variable": (
        "import autograd as ag\n\ndef f(x):\n    return ag.tensor(1.0)\n",
        "what f returned has no variable",
    ),
    "no grad": (
        "import autograd as ag\n\ndef f(x):\n    with ag.no_grad():\n        return x * x\n",
        "what f returned has no variable",
    ),
    "vector": ("def f(x):\n    return x * [1.0, 2.0]\n", "wrap what f returned in sum(...)"),
    "infinite slope": (
        "import autograd as ag\n\ndef f(x):\n    return ag.sqrt(x - 1.0)\n",
        "the gradient does not exist at these values: sqrt",
    ),
}


@pytest.mark.parametrize(("text", "says"), BROKEN.values(), ids=BROKEN)
def test_a_broken_file_is_one_line_with_its_place(written, text, says):
    said = complaint(f"{written(text)}:f", "x=1")
    assert says in said
    assert len(said) < 600


def test_an_error_of_a_neighbour_has_the_line_of_its_import(written):
    written("1 / 0\n", "broken_neighbour.py")
    said = complaint(f"{written('# a comment' + chr(10) + 'import broken_neighbour')}:f", "x=1")
    assert "own.py, line 2: ZeroDivisionError" in said


@pytest.mark.parametrize("name", ["missing.py", "missing/own.py", "folder.py"])
def test_a_missing_file_is_one_line(tmp_path, name):
    (tmp_path / "folder.py").mkdir()
    assert run(f"{tmp_path / name}:f", "x=1")[2].count("\n") == 1
    assert "there is no file" in complaint(f"{tmp_path / name}:f", "x=1")


def test_the_name_of_a_file_is_shown_without_control_characters(written):
    status, out, err = run(f"{written(OWN, 'a' + chr(27) + '[31m.py')}:loss", "w=2")
    assert status == 0
    assert (out + err).replace("\n", "").isprintable()


def test_ctrl_c_in_a_file_has_its_own_status(written):
    path = written("def f(x):\n    raise KeyboardInterrupt\n")
    assert run(f"{path}:f", "x=1")[:2] == (130, "")


# Files that are written

SIGMOID = ["-0.20", "0.39", "-0.39", "-0.59", "0.20"]  # the lecture's gradients


def svg_texts(path):
    svg = "{http://www.w3.org/2000/svg}"
    root = ElementTree.fromstring(path.read_text(encoding="utf-8"))
    assert root.tag == f"{svg}svg"
    return ["".join(text.itertext()) for text in root.iter(f"{svg}text")]


def whole(path):
    return path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("option", "begins", "said"),
    [
        ("--svg", "<svg", "The graph is in"),
        ("--dot", "digraph", "The graph is in"),
        ("--tex", "\\documentclass", "The graph is in"),
        ("--md", "", "The steps are in"),
    ],
)
@pytest.mark.parametrize("name", ["drawing.of.it", "a file"])
def test_an_option_writes_a_file_and_still_explains(tmp_path, option, begins, said, name):
    path = tmp_path / name
    status, out, err = run("sigmoid", option, path)
    assert (status, err) == (0, "")
    assert list(gradients(out).values()) == SIGMOID
    assert f"{said} {path}." in out
    assert whole(path).startswith(begins)
    assert all(number.removeprefix("-") in whole(path) for number in SIGMOID)


def test_the_svg_has_values_and_gradients_of_the_lecture(tmp_path):
    path = tmp_path / "a.svg"
    run("sigmoid", "--svg", path, "--digits", "4")
    shown = svg_texts(path)
    assert {"0.7311", "1.3679", "-0.5344", "-0.1966", "0.3932", "-0.5898"} <= set(shown)


def test_markdown_has_every_step(tmp_path):
    path = tmp_path / "a.md"
    run("x*x + x", "x=3", "--md", path)
    cards = re.findall(r"^\d+\..*", whole(path), re.M)
    assert [card.partition(".")[0] for card in cards] == ["1", "2", "3", "4"]


def test_several_files_are_written_at_once(tmp_path):
    names = ["svg", "dot", "tex", "md"]
    options = [f"--{name}={tmp_path / name}" for name in names]
    status, out, _ = run(*options[:2], "x*x", *options[2:], "x=3")
    assert status == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(names)
    assert [out.count(f"{tmp_path / name}.\n") for name in names] == [1, 1, 1, 1]


def test_a_function_in_a_file_can_be_drawn(written, tmp_path):
    status, _, _ = run(f"{written(OWN)}:loss", "w=2", "--svg", tmp_path / "a.svg")
    assert status == 0
    assert "36.00" in svg_texts(tmp_path / "a.svg")


def test_a_walk_writes_files_when_it_is_left(tmp_path, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("\nq\n"))
    status, out, _ = run("x*x", "x=3", "--step", "--svg", tmp_path / "a.svg")
    assert status == 0
    assert out.index("event 1 of") < out.index("The graph is in")
    assert "9.00" in svg_texts(tmp_path / "a.svg")


def test_no_program_is_needed_for_a_drawing(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", "")
    monkeypatch.setitem(sys.modules, "pygraphviz", None)
    assert run("sigmoid", "--svg", tmp_path / "a.svg", "--tex", tmp_path / "a.tex")[0] == 0
    assert "0.73" in svg_texts(tmp_path / "a.svg")


@pytest.mark.parametrize(
    ("theme", "paper"),
    [([], "#ffffff"), (["lecture"], "#ffffff"), (["safe"], "#ffffff"), (["dark"], "#15181c")],
)
def test_a_theme_colours_the_paper(tmp_path, theme, paper):
    path = tmp_path / "a.svg"
    run("x*x", "x=3", "--svg", path, *[f"--theme={name}" for name in theme])
    others = {"#ffffff", "#15181c"} - {paper}
    assert f'fill="{paper}"' in whole(path)
    assert not any(f'fill="{other}"' in whole(path) for other in others)


def test_an_unknown_theme_is_refused_where_nothing_is_drawn():
    assert "did you mean dark?" in complaint("x*x", "x=3", "--theme", "drak")


def test_themes_differ(tmp_path):
    drawn = []
    for theme in ("lecture", "safe", "dark"):
        run("x*x", "x=3", f"--theme={theme}", "--svg", tmp_path / theme)
        drawn.append(whole(tmp_path / theme))
    assert len(set(drawn)) == 3


@pytest.mark.parametrize(
    ("theme", "says"),
    [("drak", "did you mean dark?"), ("", "lecture, safe, dark"), ("\x1b[31m", "lecture, safe")],
)
def test_an_unknown_theme_is_one_line(tmp_path, theme, says):
    assert says in complaint("x*x", "x=3", "--theme", theme, "--svg", tmp_path / "a.svg")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("option", "module", "says"),
    [
        ("--png", "resvg_py", "PNG needs resvg: pip install 'glassgrad[png]'"),
        ("--pdf", "typst", "PDF needs typst: pip install 'glassgrad[pdf]'"),
    ],
)
def test_a_missing_package_is_one_line_with_its_remedy(tmp_path, monkeypatch, option, module, says):
    monkeypatch.setitem(sys.modules, module, None)
    assert complaint("x*x", "x=3", option, tmp_path / "a").endswith(says)
    assert list(tmp_path.iterdir()) == []


RESVG = SimpleNamespace(svg_to_bytes=lambda svg_string, **_: b"PNG of " + svg_string.encode())
TYPST = SimpleNamespace(compile=lambda *_, **__: b"PDF of a page")


@pytest.mark.parametrize(
    ("option", "module", "package"), [("--png", "resvg_py", RESVG), ("--pdf", "typst", TYPST)]
)
def test_an_image_is_what_its_package_makes(tmp_path, monkeypatch, option, module, package):
    path = tmp_path / "image"
    monkeypatch.setitem(sys.modules, module, package)
    status, out, _ = run("x*x", "x=3", option, path)
    assert status == 0
    assert f"The graph is in {path}." in out
    assert whole(path).startswith(f"{option.removeprefix('--').upper()} of ")


@pytest.mark.parametrize("option", ["--svg", "--dot", "--tex", "--md"])
@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("missing/a", "there is no such folder"),
        (".", "is a directory; give the path of a regular file"),
        ("x" * 999, "File name too long"),
        ("a\0b", "a path cannot contain a null character"),
    ],
)
def test_a_path_that_cannot_be_written_is_one_line(tmp_path, option, name, words):
    said = complaint("x*x", "x=3", option, f"{tmp_path}/{name}")
    assert words in said
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("option", ["--svg", "--png", "--pdf", "--dot", "--tex", "--md", "--theme"])
def test_an_option_without_its_value_is_one_line(option):
    assert option in complaint("x*x", "x=3", option)


def test_bad_input_writes_no_file(tmp_path):
    for option in ("--svg", "--dot", "--tex", "--md"):
        complaint("1/x", "x=0", option, tmp_path / "a")
    assert list(tmp_path.iterdir()) == []


def test_a_neighbour_may_be_imported_in_the_function(written):
    written("def double(x):\n    return 2.0 * x\n", "late_neighbour.py")
    path = written("def f(x):\n    from late_neighbour import double\n    return double(x)\n")
    assert gradients(run(f"{path}:f", "x=1")[1]) == {"x": "2.00"}


def test_a_search_path_that_the_file_changed_keeps_its_entry(written):
    path = written("import sys\nsys.path.insert(0, '/of/the/file')\ndef f(x):\n    return x * x\n")
    before = list(sys.path)
    try:
        run(f"{path}:f", "x=1")
        assert str(path.parent) not in sys.path
    finally:
        sys.path[:] = before


def test_a_file_may_have_data_classes(written):
    path = written(
        "from __future__ import annotations\nfrom dataclasses import dataclass\n\n@dataclass\n"
        "class Model:\n    w: float = 2.0\n\ndef f(x):\n    return x * Model().w\n"
    )
    assert gradients(run(f"{path}:f", "x=1")[1]) == {"x": "2.00"}


def test_a_function_is_found_under_the_name_that_was_typed(written):
    path = written("def \N{MICRO SIGN}(x):\n    return 2.0 * x\n")
    assert gradients(run(f"{path}:\N{MICRO SIGN}", "x=1")[1]) == {"x": "2.00"}


def test_a_path_that_is_too_long_is_one_line(tmp_path):
    assert "there is no file" in complaint(f"{tmp_path}/{'x' * 999}.py:f", "x=1")


def test_a_file_with_null_bytes_is_one_line_without_a_line(written):
    assert "None" not in complaint(f"{written(chr(0))}:f", "x=1")


def test_an_exception_that_cannot_be_shown_is_one_line(written):
    text = "class E(Exception):\n    def __str__(self):\n        raise E\n\nraise E\n"
    assert "line 5: E" in complaint(f"{written(text)}:f", "x=1")


def test_warnings_of_numpy_are_not_shown_and_nan_is_refused(written):
    path = written("import autograd as ag\n\ndef f(x):\n    return ag.log(x)\n")
    done = subprocess.run(
        [sys.executable, "-m", "autograd", "explain", f"{path}:f", "x=-1"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert "Warning" not in done.stderr


@pytest.mark.parametrize("text", ["{}", "{}:"])
def test_a_file_without_a_function_gets_the_form(written, text):
    assert ".py:" in complaint(text.format(written(OWN)), "w=1")
    assert "FUNCTION" in complaint(text.format(written(OWN)), "w=1")


def test_a_misspelt_option_gets_a_suggestion():
    assert "there is no option --sgv; did you mean --svg?" in complaint("sigmoid", "--sgv", "a.svg")


def test_the_title_names_the_result_as_the_cards_do():
    out = run("f*x", "f=2", "x=3")[1]
    assert out.splitlines()[0] == "f_2 = f*x"
    assert "df_2/df" in out


def test_a_value_without_a_name_in_the_expression_gets_the_names():
    assert "there are w0, x0, w1, x1, w2" in complaint("sigmoid", "x=2")


def test_a_function_of_another_name_is_suggested():
    assert "did you mean log(...)?" in complaint("ln(x)", "x=2")
