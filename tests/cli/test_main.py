"""``glassgrad explain``: the lecture's numbers, cards that add up, and one line for bad input."""

import io
import math
import os
import re
import subprocess
import sys
import types
from contextlib import redirect_stderr, redirect_stdout, suppress
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd.cli.main import main

NUMBER = r"-?\d+(?:\.\d+)?(?:e[+-]\d+)?"
CARD = re.compile(
    rf"""Step\ (?P<step>\d+)\ of\ (?P<count>\d+)\ {{3}}(?P<gate>\S+)\ {{3}}(?P<node>\w+)\ =\ .*\n
    \ \ d\w+/d(?P<target>\w+)\ \+=\ \[.*\]\ x\ \[d\w+/d(?P<upstream_of>\w+)\]
    \ =\ \[(?P<local>{NUMBER})\]\ x\ \[(?P<upstream>{NUMBER})\]\ =\ (?P<contribution>{NUMBER})\n
    \ \ sum:\ \ \ (?P<before>nothing\ yet|{NUMBER})\ ->\ (?P<total>{NUMBER})""",
    re.VERBOSE,
)


@dataclass
class Transcript:
    title: str
    rows: list[dict[str, str]]  # the forward table
    cards: list[dict[str, str]]
    gradients: dict[str, str]


def read(text):
    title, forward, _, *rest = text.strip("\n").split("\n\n")
    last = next(i for i, block in enumerate(rest) if block.startswith("Gradients"))
    cards, gradients = rest[:last], rest[last]
    head, *lines = forward.splitlines()[1:]
    starts = [head.index(word) for word in ("name", "gate", "computed as", "value")]
    spans = list(zip(starts, [*starts[1:], None], strict=True))
    rows = [
        dict(zip(("name", "gate", "formula", "value"), cells, strict=True))
        for cells in ([line[a:b].strip() for a, b in spans] for line in lines)
    ]
    pairs = (line.split("=") for line in gradients.splitlines()[1:])
    return Transcript(
        title,
        rows,
        [CARD.match(card).groupdict() for card in cards],
        {left.strip().partition("/d")[2]: right.strip() for left, right in pairs},
    )


def whole(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def run(*argv):
    """Return the status, what was printed, and what was complained."""
    with redirect_stdout(io.StringIO()) as out, redirect_stderr(io.StringIO()) as err:
        status = main(argv)
    return status, out.getvalue(), err.getvalue()


def shown(option):
    """Return what an option shows that ends the program."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err), pytest.raises(SystemExit) as ended:
        main([option])
    assert (ended.value.code, err.getvalue()) == (0, "")
    return out.getvalue()


def explained(*argv):
    status, out, err = run("explain", *argv)
    assert (status, err) == (0, "")
    return read(out)


def complaint(*argv):
    return one_line(*run(*argv))


def one_line(status, out, err):
    assert (status, out) == (2, "")
    assert err.startswith("glassgrad: ")
    assert err.index("\n") == len(err) - 1
    assert err[:-1].isprintable()
    return err[len("glassgrad: ") : -1]


def process(*argv, flags=(), **environment):
    """Run the command as a user does."""
    done = subprocess.run(
        [sys.executable, *flags, "-m", "autograd", *argv],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**os.environ, **environment},
    )
    return done.returncode, done.stdout, done.stderr


# The numbers on the slide, by gate in the order of the forward pass ...
GATES = ["*", "*", "+", "+", "*-1", "exp", "+1", "1/x"]
VALUES = {
    2: ["-2.00", "6.00", "4.00", "1.00", "-1.00", "0.37", "1.37", "0.73"],
    4: ["-2.0000", "6.0000", "4.0000", "1.0000", "-1.0000", "0.3679", "1.3679", "0.7311"],
}
# ... and going back: the gate, its local gradient, and what it hands on.
BACK = {
    2: [
        ("1/x", "-0.53", "1.00", "-0.53"),
        ("+1", "1.00", "-0.53", "-0.53"),
        ("exp", "0.37", "-0.53", "-0.20"),
        ("*-1", "-1.00", "-0.20", "0.20"),
        *[("+", "1.00", "0.20", "0.20")] * 4,
    ],
    4: [
        ("1/x", "-0.5344", "1.0000", "-0.5344"),
        ("+1", "1.0000", "-0.5344", "-0.5344"),
        ("exp", "0.3679", "-0.5344", "-0.1966"),
        ("*-1", "-1.0000", "-0.1966", "0.1966"),
        *[("+", "1.0000", "0.1966", "0.1966")] * 4,
    ],
}
LEAVES = {"w0": 2, "x0": -1, "w1": -3, "x1": -2, "w2": -3}
OTHER = {"w0": "x0", "x0": "w0", "w1": "x1", "x1": "w1"}
GRADIENTS = {
    2: {"w0": "-0.20", "x0": "0.39", "w1": "-0.39", "x1": "-0.59", "w2": "0.20"},
    4: {"w0": "-0.1966", "x0": "0.3932", "w1": "-0.3932", "x1": "-0.5898", "w2": "0.1966"},
}


@pytest.fixture(params=[2, 4])
def digits(request):
    return request.param


@pytest.fixture
def sigmoid(digits):
    return explained("sigmoid", "--digits", str(digits))


def test_leaves_have_the_values_of_the_lecture(sigmoid, digits):
    leaves = {row["name"]: row["value"] for row in sigmoid.rows if row["gate"] == "leaf"}
    assert leaves == {name: f"{value:.{digits}f}" for name, value in LEAVES.items()}


def test_forward_table_is_that_of_the_lecture(sigmoid, digits):
    rows = [row for row in sigmoid.rows if row["gate"] != "leaf"]
    assert [row["gate"] for row in rows] == GATES
    assert [row["value"] for row in rows] == VALUES[digits]


def test_forward_table_says_what_was_computed(sigmoid):
    formulas = [row["formula"] for row in sigmoid.rows if row["gate"] != "leaf"]
    names = [row["name"] for row in sigmoid.rows if row["gate"] != "leaf"]
    w0x0, w1x1, products, total, negated, power, denominator, _ = names
    assert formulas == [
        "w0 * x0",
        "w1 * x1",
        f"{w0x0} + {w1x1}",
        f"{products} + w2",
        f"-{total}",
        f"exp({negated})",
        f"1 + {power}",
        f"1/{denominator}",
    ]


def test_steps_are_those_of_the_lecture(sigmoid, digits):
    cards = [c for c in sigmoid.cards if c["gate"] != "*"]
    keys = ("gate", "local", "upstream", "contribution")
    assert [tuple(c[k] for k in keys) for c in cards] == BACK[digits]


def test_products_swap_their_inputs(sigmoid, digits):
    cards = {c["target"]: c for c in sigmoid.cards if c["gate"] == "*"}
    assert {t: c["local"] for t, c in cards.items()} == {
        t: f"{LEAVES[other]:.{digits}f}" for t, other in OTHER.items()
    }
    assert {t: c["contribution"] for t, c in cards.items()} == {
        t: GRADIENTS[digits][t] for t in OTHER
    }


def test_gradients_are_those_of_the_lecture(sigmoid, digits):
    assert sigmoid.gradients == GRADIENTS[digits]


def test_steps_are_numbered(sigmoid):
    assert [(c["step"], c["count"]) for c in sigmoid.cards] == [
        (str(i), "12") for i in range(1, 13)
    ]


def test_title_is_the_expression(sigmoid):
    assert sigmoid.title == "f = 1 / (1 + exp(-(w0*x0 + w1*x1 + w2)))"


def test_two_digits_are_the_default():
    assert run("explain", "sigmoid") == run("explain", "sigmoid", "--digits=2")


def test_process_prints_the_same_and_succeeds():
    assert process("explain", "sigmoid") == run("explain", "sigmoid")


def test_capsys_sees_the_same(capsys):
    assert main(["explain", "sigmoid"]) == 0
    assert read(capsys.readouterr().out).gradients == GRADIENTS[2]


def test_a_value_on_the_command_line_replaces_the_lecture_s():
    # s = 3 * -1 + 6 - 3 = 0, and sigmoid'(0) = 1/4.
    t = explained("sigmoid", "w0=3")
    assert t.rows[-1]["value"] == "0.50"
    assert t.gradients == {
        "w0": "-0.25",
        "x0": "0.75",
        "w1": "-0.50",
        "x1": "-0.75",
        "w2": "0.25",
    }


@pytest.mark.parametrize(
    ("argv", "value", "gradients"),
    [
        (["w*x + b", "w=2", "x=3", "b=1"], "7.00", {"w": "3.00", "x": "2.00", "b": "1.00"}),
        (["x*x + x", "x=3"], "12.00", {"x": "7.00"}),
        (["-x*2", "x=-3"], "6.00", {"x": "-2.00"}),
        (["x", "x=5"], "5.00", {"x": "1.00"}),
        (["x - x", "x=5"], "0.00", {"x": "0.00"}),
        (["x / y", "x=1", "y=2"], "0.50", {"x": "0.50", "y": "-0.25"}),
        (["x**n", "x=2", "n=3"], "8.00", {"x": "12.00", "n": f"{8 * math.log(2):.2f}"}),
        (["e * pi * x", "e=2", "x=1"], "6.28", {"e": "3.14", "x": "6.28"}),
        (["log(x)", " x = 4 "], f"{math.log(4):.2f}", {"x": "0.25"}),
        (["sum(v)", "v=[1,2,3]"], "6.00", {"v": "[1.00 1.00 1.00]"}),
        (["softmax(x)", "x=3"], "1.00", {"x": "0.00"}),
    ],
)
def test_an_own_expression_is_worked_out(argv, value, gradients):
    status, out, err = run("explain", *argv)
    assert (status, err) == (0, "")
    table, last = out.split("\n\n")[1], out.partition("\nGradients\n")[2]
    assert table.splitlines()[-1].endswith(f" {value}")
    assert dict(re.findall(r"df/d(\w+) += (.+)", last)) == gradients


def test_help_is_not_an_error(capsys):
    with pytest.raises(SystemExit) as stop:
        main(["--help"])
    assert stop.value.code == 0
    assert "explain" in capsys.readouterr().out


def assert_adds_up(t):
    """Check every card, and that a node is taken when all of its uses are done."""
    values = {row["name"]: row for row in t.rows}
    totals = {t.rows[-1]["name"]: 1.0}
    seen = []
    for card in t.cards:
        local, upstream, contribution = (
            float(card[k]) for k in ("local", "upstream", "contribution")
        )
        assert card["upstream_of"] == card["node"]
        assert upstream == totals[card["node"]]
        assert local * upstream == pytest.approx(contribution, rel=1e-12, abs=1e-12)
        before = 0.0 if card["before"] == "nothing yet" else float(card["before"])
        assert before == totals.get(card["target"], 0.0)
        assert (card["target"] in totals) == (card["before"] != "nothing yet")
        totals[card["target"]] = float(card["total"])
        assert before + contribution == pytest.approx(float(card["total"]), rel=1e-12, abs=1e-12)
        assert card["target"] not in seen, "it had handed its gradient on already"
        seen.append(card["node"])
    uses = [
        (row["name"], word)
        for row in t.rows
        for word in re.findall(r"\w+", row["formula"])
        if word in values
    ]
    assert sorted(uses) == sorted((c["node"], c["target"]) for c in t.cards)
    for name, gradient in t.gradients.items():
        assert float(gradient) == totals[name]


@pytest.mark.parametrize(
    "argv",
    [
        ["sigmoid"],
        ["x*x + x", "x=3"],
        ["x + (x + (x*x))", "x=0.1"],
        ["(x*y + x) * (x*y - y) / exp(x*y)", "x=1.5", "y=-0.7"],
        ["square(square(x) + x) * square(x)", "x=0.3"],
    ],
)
def test_every_card_adds_up(argv):
    assert_adds_up(explained(*argv, "--digits", "17"))


def test_fan_out_adds_one_contribution_after_the_other():
    cards = [c for c in explained("x*x + x", "x=3").cards if c["target"] == "x"]
    assert [(c["before"], c["contribution"], c["total"]) for c in cards] == [
        ("nothing yet", "1.00", "1.00"),
        ("1.00", "3.00", "4.00"),
        ("4.00", "3.00", "7.00"),
    ]


expressions = st.recursive(
    st.sampled_from(["x", "y", "z"]),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from("+-*"), inner).map(lambda t: f"({' '.join(t)})"),
        inner.map("sin({})".format),
        inner.map("(-{})".format),
    ),
    max_leaves=10,
)


@given(expressions)
def test_cards_of_any_expression_add_up(text):
    point = {"x": 0.5, "y": -1.25, "z": 0.75}
    argv = [f"{name}={value}" for name, value in point.items() if name in re.findall(r"\w+", text)]
    t = explained(text, *argv, "--digits", "17")
    if text not in point:
        assert_adds_up(t)
    for name, gradient in t.gradients.items():
        assert float(gradient) == pytest.approx(slope(text, point, name), rel=1e-6, abs=1e-6)


def slope(text, point, name, h=1e-5):
    """Return a central difference of what Python makes of the text."""
    low, high = (
        eval(text, {"sin": math.sin}, {**point, name: point[name] + step}) for step in (-h, h)
    )
    return (high - low) / (2 * h)


LONG = "x" + "+x" * 500_000
BAD = {
    "missing subcommand": [],
    "unknown subcommand": ["teach"],
    "unknown name": ["explain", "x + y", "x=1"],
    "unknown function": ["explain", "foo(x)", "x=1"],
    "function without call": ["explain", "x*exp", "x=1"],
    "missing value": ["explain", "x"],
    "extra value": ["explain", "x", "x=1", "y=2"],
    "extra value for an example": ["explain", "sigmoid", "q=1"],
    "repeated value": ["explain", "x", "x=1", "x=1"],
    "no variable": ["explain", "1 + 2"],
    "syntax error": ["explain", "x +* 2", "x=1"],
    "division by zero": ["explain", "1/x", "x=0"],
    "0/0": ["explain", "x/x", "x=0"],
    "log(-1)": ["explain", "log(x)", "x=-1"],
    "overflow": ["explain", "exp(x)", "x=1000"],
    "overflow of a product": ["explain", "x*x", "x=1e200"],
    "infinite gradient": ["explain", "sqrt(x)", "x=0"],
    "infinite gradient of a power": ["explain", "x**0.5", "x=0"],
    "import": ["explain", "__import__('os')"],
    "attribute": ["explain", "x.data", "x=1"],
    "subscript": ["explain", "x[1]", "x=[1]"],
    "lambda": ["explain", "(lambda: x)()", "x=1"],
    "comprehension": ["explain", "sum([y for y in x])", "x=1"],
    "string": ["explain", "'x'", "x=1"],
    "f-string": ["explain", "f'{x}'", "x=1"],
    "walrus": ["explain", "(y := x)", "x=1"],
    "comparison": ["explain", "x < 1", "x=1"],
    "conditional": ["explain", "x if x else x", "x=1"],
    "keyword argument": ["explain", "sum(x, axe=0)", "x=1"],
    "comparison as a result": ["explain", "x > 0", "x=1"],
    "several results": ["explain", "split(x, 2)", "x=[1,2]"],
    "array that is too large": ["explain", "sum(x * zeros((10**9,)))", "x=1"],
    "star argument": ["explain", "maximum(*x)", "x=1"],
    "double star argument": ["explain", "exp(**x)", "x=1"],
    "complex": ["explain", "x*1j", "x=1"],
    "huge integer": ["explain", "x + 1" + "0" * 400, "x=1"],
    "integer of 5000 digits": ["explain", "x + 1" + "0" * 5000, "x=1"],
    "huge hexadecimal": ["explain", "[0x" + "f" * 4000 + "]"],
    "infinite literal": ["explain", "x + 1e999", "x=1"],
    "tower of powers": ["explain", "x * 9**9**9**9", "x=1"],
    "null byte": ["explain", "x\0", "x=1"],
    "surrogate": ["explain", "\udcff", "x=1"],
    "empty": ["explain", ""],
    "blank": ["explain", " \t\n"],
    "1 MB": ["explain", LONG, "x=1"],
    "1 MB value": ["explain", "x", f"x={LONG}"],
    "more than fits": [
        "explain",
        "sum(outer(outer(x, x), outer(x, x)))",
        f"x=[{','.join('1' * 3000)}]",
    ],
    "vector without a sum": ["explain", "2*x", "x=[1,2]"],
    "shapes that do not fit": ["explain", "sum(x + y)", "x=[1,2]", "y=[1,2,3]"],
    "unknown option": ["explain", "x", "x=1", "--colour"],
    "abbreviated option": ["explain", "x", "x=1", "--dig", "3"],
    "digits that are not a number": ["explain", "x", "x=1", "--digits", "two"],
    "half a digit": ["explain", "x", "x=1", "--digits", "2.5"],
    "negative digits": ["explain", "x", "x=1", "--digits", "-1"],
    "too many digits": ["explain", "x", "x=1", "--digits", "18"],
    "no digits": ["explain", "x", "x=1", "--digits"],
    "path in no directory": ["explain", "x", "x=1", "--dot", "/nonexistent/graph.dot"],
    "path that is a directory": ["explain", "x", "x=1", "--dot", "/"],
    "path with a null byte": ["explain", "x", "x=1", "--dot", "a\0b"],
    "value without a name": ["explain", "x", "=1"],
    "name without a value": ["explain", "x", "x"],
    "name with an empty value": ["explain", "x", "x="],
    "name that is not a name": ["explain", "x", "2x=1"],
    **{
        f"value {v}": ["explain", "sum(x)", f"x={v}"]
        for v in (
            *["nan", "inf", "-inf", "1e999", "[1,1e999]", "text", "[1,[2]]", "1/2", "x", "{}"],
            *["'1'", "['1', '2']", "b'1'", "True", "[True]", "None", "1j", "[1", "\x1b[31m"],
            *["1" + "0" * 400, "[" * 90 + "1" + "]" * 90, "__import__('os')", "lambda: 1"],
        )
    },
}


@pytest.mark.parametrize("argv", BAD.values(), ids=BAD)
def test_bad_input_is_one_line_and_status_2(argv):
    assert complaint(*argv)


@pytest.mark.parametrize(
    ("case", "says"),
    [
        ("unknown name", "'y' has no value"),
        ("extra value", "'y' has a value but does not occur"),
        ("repeated value", "'x' has two values"),
        ("division by zero", "division by zero"),
        ("0/0", "no real value"),
        ("log(-1)", "no real value"),
        ("overflow", "too large"),
        ("infinite gradient", "gradient does not exist"),
        ("vector without a sum", "sum("),
        ("path in no directory", "/nonexistent/graph.dot"),
        ("comparison as a result", "use it in where(x > 0, a, b)"),
        ("several results", "take one of them, as in (...)[0]"),
        ("array that is too large", "1000 is the largest number there"),
        ("no variable", "give the values of variables behind it, as in x=3"),
        ("1 MB", str(len(LONG))),
        ("too many digits", "17"),
    ],
)
def test_the_line_says_what_is_wrong(case, says):
    assert says in complaint(*BAD[case])


@pytest.mark.parametrize("case", ["1 MB", "1 MB value", "unknown option"])
def test_the_line_stays_short(case):
    assert len(complaint(*BAD[case])) < 500


def test_the_line_stays_short_where_the_expression_is_long():
    assert len(complaint("explain", "x + * " + "x" * 9_000)) < 500


class Entry:
    """An entry point of another package, whose module may be a wrong one."""

    name, value, dist = "count", "counting.command", None

    def __init__(self, module):
        self._module = module

    def __lt__(self, other):
        return self.name < other.name

    def load(self):
        if isinstance(self._module, BaseException):
            raise self._module
        return self._module


class Counting:
    HELP = "count the words that follow"

    @staticmethod
    def arguments(parser):
        parser.add_argument("words", nargs="*")

    @staticmethod
    def run(options):
        sys.stdout.write(f"{len(options.words)}\n")
        return 3


@pytest.fixture
def counting(monkeypatch):
    def install(module):
        monkeypatch.setattr("autograd.cli.plugins.entry_points", lambda group: [Entry(module)])

    return install


def test_a_package_may_bring_a_command(counting):
    counting(Counting)
    assert run("count", "explain", "x", "-") == (3, "3\n", "")
    assert complaint("count", "--by", "2") == (
        "unrecognized arguments: --by; see glassgrad count --help"
    )
    assert explained("x", "x=5").gradients == {"x": "1.00"}


def test_a_command_that_is_misspelled_is_guessed(counting):
    counting(Counting)
    assert complaint("cuont").startswith("there is no command cuont; did you mean count?")
    assert complaint("explian", "x").startswith("there is no command explian; did you mean explain")


class Unshowable(Exception):
    def __str__(self):
        raise ZeroDivisionError


def raising(error):
    def call(*_):
        raise error

    return call


def like_counting(**changes):
    names = {"HELP": Counting.HELP, "arguments": Counting.arguments, "run": Counting.run}
    return types.SimpleNamespace(**(names | changes))


BROKEN = {
    "import": (ImportError("No module named 'x'"), "ImportError: No module named 'x'"),
    "syntax": (SyntaxError("invalid syntax"), "SyntaxError: invalid syntax"),
    "attribute": (AttributeError("no attribute 'y'"), "AttributeError: no attribute 'y'"),
    "exit": (SystemExit(1), "SystemExit: 1"),
    "memory": (MemoryError(), "MemoryError:"),
    "group": (ExceptionGroup("several", [KeyError("z")]), "ExceptionGroup: several"),
    "hostile": (RuntimeError("a\x1b[31m\n" + "b" * 10_000), "RuntimeError: a?[31m bbb"),
    "unshowable": (Unshowable(), "Unshowable"),
    "nothing": (None, "AttributeError: 'NoneType' object has no attribute 'HELP'"),
    "no help": (like_counting(HELP=None), "TypeError: HELP is not a text"),
    "no run": (like_counting(run=3), "TypeError: HELP is not a text, or run is not a function"),
    "no arguments": (like_counting(arguments=raising(KeyError("k"))), "KeyError: 'k'"),
    "two of a name": (
        like_counting(arguments=lambda p: [p.add_argument("--a"), p.add_argument("--a")]),
        "ArgumentError: argument --a: conflicting option string",
    ),
    "a wrong help": (
        like_counting(arguments=lambda p: p.add_argument("--a", help="%(b)d %")),
        "Error",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_command_alone_says_what_is_wrong(counting, name):
    module, reason = BROKEN[name]
    counting(module)
    for words in ((), ("1",), ("--by", "2", "explain")):
        said = complaint("count", *words)
        beginning = "the command count of the package counting.command cannot be loaded: "
        assert said.startswith(beginning)
        assert reason in said
        assert len(said) < 300
    assert explained("x", "x=5").gradients == {"x": "1.00"}
    assert shown("--version").startswith("glassgrad ")
    assert "explain" in shown("--help")
    assert "\x1b" not in shown("--help")
    assert complaint("exlain").startswith("there is no command exlain; did you mean explain?")


def test_an_interrupt_while_a_command_is_loaded_is_one(counting):
    counting(KeyboardInterrupt())
    assert run("count") == (130, "", "")


def test_a_command_cannot_take_the_place_of_explain(counting, monkeypatch):
    monkeypatch.setattr(Entry, "name", "explain")
    counting(Counting)
    assert "count the words" not in shown("--help")


def test_the_help_of_a_command_may_contain_a_percent_sign(counting):
    counting(like_counting(HELP="100 % of the words, %(prog)s"))
    assert "100 % of the words, %(prog)s" in shown("--help")


def test_damaged_metadata_of_a_package_break_no_command(monkeypatch):
    monkeypatch.setattr("autograd.cli.plugins.entry_points", raising(ValueError("damaged")))
    assert "explain" in shown("--help")
    assert complaint("count").startswith("there is no command count")


def test_the_version_needs_no_other_package(counting):
    counting(SystemExit("not to be loaded"))
    assert shown("--version").startswith("glassgrad ")


def test_process_has_status_2_and_one_line():
    assert "division by zero" in one_line(*process("explain", "1/x", "x=0"))


def test_python_s_own_warnings_are_not_shown():
    assert one_line(*process("explain", "1if x else 2", "x=1"))


@pytest.mark.parametrize(
    "expression",
    [
        "'(' * 10_000 + 'x' + ')' * 10_000",
        "'(' * 4_900 + 'x' + ')' * 4_900",
        "'-' * 10_000 + 'x'",
        "'1*' + '-' * 9_900 + 'x'",
        "'1*' + '-' * 2_900 + 'x'",
        "'x' + '**x' * 3_300",
        "'x' + '+x' * 1_500",
        "'x' + '[0]' * 3_300",
        "'x' + '.x' * 4_900",
        "'not ' * 2_400 + 'x'",
        "'lambda:' * 1_400 + 'x'",
    ],
)
def test_deep_nesting_does_not_crash_the_interpreter(expression):
    code = (
        f"import sys; from autograd.cli.main import main; sys.exit(main(['explain', {expression}]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False
    )
    assert one_line(done.returncode, done.stdout, done.stderr)


def test_a_deeply_nested_value_does_not_crash_the_interpreter():
    assert one_line(*process("explain", "x", "x=" + "-" * 100_000 + "1"))
    assert one_line(*process("explain", "x", "x=" + "[" * 100_000))


HOSTILE = "\x1b[31m\x07\x9b\u202e\r\n"


@pytest.mark.parametrize(
    "argv",
    [
        ["explain", HOSTILE + "x"],
        ["explain", f"'{HOSTILE}'", "x=1"],
        ["explain", f"x{HOSTILE}"],
        ["explain", "x", f"x={HOSTILE}"],
        ["explain", "x", f"x{HOSTILE}=1"],
        ["explain", "x", "x=1", "--dot", f"/nonexistent/{HOSTILE}"],
        ["explain", "x", "x=1", "--digits", HOSTILE],
        ["explain", "x", f"--{HOSTILE}"],
        [HOSTILE],
    ],
)
def test_control_characters_are_not_echoed_in_a_complaint(argv):
    assert "\x1b" not in complaint(*argv)


def test_control_characters_are_not_echoed_in_a_title():
    _, out, err = run("explain", "x # \x1b[31m\x07\u202e", "x=1")
    assert all(c.isprintable() or c == "\n" for c in out + err)


def test_an_expression_of_two_lines_has_a_title_of_one():
    assert "\n" not in explained("(x\n + x)", "x=1").title


def test_a_value_is_found_under_the_name_that_was_typed():
    assert explained("2*\N{MICRO SIGN}", "\N{MICRO SIGN}=3").rows[-1]["value"] == "6.00"


def test_output_that_the_terminal_cannot_show_is_no_traceback():
    _, _, err = process("explain", "2*é", "é=3", PYTHONIOENCODING="ascii")
    assert "Traceback" not in err


def test_names_of_results_differ_from_those_of_variables():
    t = explained("f * f_out", "f=1", "f_out=3")
    assert len({row["name"] for row in t.rows}) == 3


def test_dot_writes_the_graph_and_still_explains(tmp_path):
    file = tmp_path / "graph.dot"
    assert explained("sigmoid", "--dot", str(file)).gradients == GRADIENTS[2]
    assert file.read_text(encoding="utf-8").startswith("digraph")


def test_bad_input_writes_no_file(tmp_path):
    file = tmp_path / "graph.dot"
    complaint("explain", "sqrt(x)", "x=0", "--dot", str(file))
    assert not file.exists()


def run_or_help(*argv):
    with suppress(SystemExit):
        return run(*argv)
    return 0, "", ""


@given(st.text(), st.lists(st.text(), max_size=3))
def test_any_arguments_are_explained_or_refused(expression, rest):
    status, out, err = run_or_help("explain", expression, *rest)
    assert status == 0 or one_line(status, out, err)


WORDS = [
    *["explain", "sigmoid", "x", "x*x", "softplus(v)", "sum(v/v)", "x=1", "x=0", "v=[1,-2]"],
    *["--digits", "--digits=3", "3", "--", "-", "-x", "--help", "w0=nan", "=", ""],
]


@given(st.lists(st.sampled_from(WORDS), max_size=6))
def test_any_order_of_words_is_explained_or_refused(words):
    status, out, err = run_or_help(*words)
    assert status == 0 or one_line(status, out, err)


TOKENS = [
    *["x", "v", "1", "0", "+", "-", "*", "/", "**", "@", "(", ")", ",", "[", ":", "#", "\n", "\0"],
    *["1e400", "exp(", "log(", "sum(", "softmax(", "norm(", "prod(", "std("],
]


@given(st.lists(st.sampled_from(TOKENS), max_size=9))
def test_any_tokens_are_explained_or_refused(words):
    text = " ".join(words)
    values = [f"{name}={v}" for name, v in (("x", "-2"), ("v", "[1,0,-1]")) if name in words]
    status, out, err = run_or_help("explain", text, *values)
    assert status == 0 or one_line(status, out, err)


def test_two_options_may_not_name_one_file(tmp_path):
    path = str(tmp_path / "a")
    status, _, err = run("explain", "x*x", "x=1", "--html", path, "--svg", path)
    assert status == 2
    assert "name the same file" in err


def test_an_example_writes_its_page_beside_the_reader(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    out = run("explain", "sigmoid")[1]
    assert "A page to step through it, key by key, is in sigmoid.html." in out
    assert "Open sigmoid.html in a browser, or let --open do so." in out
    assert "<title>f = 1 / (1 + exp(-(w0*x0 + w1*x1 + w2)))</title>" in whole("sigmoid.html")
    assert run("explain", "sigmoid", "w0=3")[0] == 0
    assert os.listdir() == ["sigmoid.html"]


def test_a_file_of_others_is_not_overwritten(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sigmoid.html").write_text("mine")
    assert "is in sigmoid-2.html." in run("explain", "sigmoid")[1]
    assert whole("sigmoid.html") == "mine"


def test_a_pipe_of_others_is_not_waited_for(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    os.mkfifo("sigmoid.html")
    assert "is in sigmoid-2.html." in run("explain", "sigmoid")[1]


def test_an_expression_without_options_writes_no_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    run("explain", "x*x", "x=3")
    assert os.listdir() == []


def test_open_shows_the_page_in_the_browser(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    opened = []
    monkeypatch.setattr("webbrowser.open", lambda address: opened.append(address) or True)
    out = run("explain", "x*x", "x=3", "--open")[1]
    assert f"It is open in the browser: {opened[0]}" in out
    assert opened[0].startswith("file://")
    out = run("explain", "x*x", "x=3", "--open", "--html", "f.html")[1]
    assert opened[1] == (tmp_path / "f.html").as_uri()


def test_without_a_browser_the_address_is_said(monkeypatch):
    monkeypatch.setattr("webbrowser.open", lambda address: False)
    status, out, _ = run("explain", "x*x", "x=3", "--open")
    assert status == 0
    assert re.search("No browser was found for file://.*explained.html", out)


def test_an_example_is_explained_in_a_folder_that_cannot_be_written_to(monkeypatch):
    def refuse(*_):
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr("os.replace", refuse)
    status, out, err = run("explain", "sigmoid")
    assert (status, err) == (0, "")
    assert "page" not in out
