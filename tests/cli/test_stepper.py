"""Walking through a trace in a terminal, key by key, and without one, line by line."""

import io
import os
import pty
import re
import select
import subprocess
import sys
import termios
import time
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd as ag
from autograd.cli import terminal
from autograd.cli.examples import EXAMPLES
from autograd.cli.stepper import walk
from autograd.cli.subject import work_out

_, EXPRESSION, POINT = EXAMPLES["sigmoid"]
EVENTS = 13 + 1 + 2 * 12  # of the lecture's sigmoid: nodes, the seed, twelve steps of two events
HOSTILE = "\x1b]0;owned\x07\x1b[31m\u202e"
STYLES = re.compile(r"\x1b\[[\d;]*m")

# The file of a reader whose names would set the title and the colour of a terminal.
HOSTILE_FILE = f"""
import autograd as ag

EVIL = {HOSTILE!r}

def f(x):
    with ag.scope("scope" + EVIL):
        y = x * ag.tensor(2.0, requires_grad=True, name="w" + EVIL)
    y.name = EVIL + "\\n"
    return y * y
"""


@pytest.fixture
def sigmoid():
    return work_out(EXPRESSION, POINT)


def environment(**changes):
    """Return an environment where nothing but the changes says what the terminal can do."""
    kept = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "TERM")}
    return {**kept, "TERM": "xterm", "PYTHONIOENCODING": "utf-8", **changes}


# Line by line


@pytest.fixture
def lines(sigmoid, monkeypatch, capsys):
    """Walk with some lines of input; return what is printed for each, without the head."""

    def by_lines(*given, trace=sigmoid, title="the title"):
        monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in given)))
        walk(trace, title)
        return capsys.readouterr().out

    return by_lines


def places(text):
    """Return the number of every event that was shown, 0 for before the first."""
    found = re.findall(r"(before )?event (\d+) of (\d+)", text)
    assert {count for *_, count in found} <= {str(EVENTS)}
    return [0 if before else int(number) for before, number, _ in found]


@pytest.mark.parametrize(
    ("given", "reached"),
    [
        ([], []),
        ([""], [1]),
        (["", "", "", "b"], [1, 2, 3, 2]),
        (["b"], [0]),
        (["$", ""], [EVENTS, EVENTS]),
        (["$", "0"], [EVENTS, 0]),
        (["n", "n", "p"], [1, 2, 1]),
        (["w1"], [4]),
        (["go w1"], [4]),
        (["  w1  "], [4]),
        (["break exp", "r", "r", "r"], [11, 19, EVENTS]),
        (["break  exp ", "r"], [11]),
        (["", "q", ""], [1]),
        (["zz", "", "break epx", ""], [1, 2]),
        (["break"], []),
    ],
)
def test_a_line_moves_the_walk(lines, given, reached):
    assert places(lines(*given)) == reached


def test_a_walk_by_lines_begins_with_title_and_help(lines):
    title, help, *rest = lines().splitlines()
    assert (title, rest) == ("the title", [])
    assert all(word in help for word in ("Enter", "NAME", "break", "q: quit"))


def test_a_page_has_the_card_of_the_event(lines):
    # The lecture's first step: 1/x at 1.37, whose local gradient is -1/1.37^2.
    out = lines(*[""] * 15)
    assert "[-0.53] x [1.00] = -0.53" in out.partition("event 15 of 38")[2]
    assert "[-0.53] x [1.00] = -0.53" not in out.partition("event 15 of 38")[0]


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ("zz", "no node has the name 'zz'; there are w0, x0, w1, x1, w2"),
        ("w11", "did you mean w1?"),
        ("break epx", "did you mean exp?"),
        ("break exp", "Breakpoint(operation exp)"),
    ],
)
def test_a_line_is_answered_in_one_line(lines, given, says):
    answer = lines(given).splitlines()[2:]
    assert len(answer) == 1
    assert says in answer[0]


def test_a_name_that_does_not_come_again_leads_to_the_end(lines):
    assert "Nothing further happens to w1" in lines("$", "w1")


def test_the_last_event_is_announced(lines):
    assert "last event" in lines("$").splitlines()[-1]
    assert "last event" not in lines("$", "b").splitlines()[-1]


def test_hostile_lines_are_not_passed_on(lines):
    given = [f"w1{HOSTILE}", f"break {HOSTILE}", f"break\t{HOSTILE}", HOSTILE]
    assert lines(*given, title=HOSTILE).replace("\n", "").isprintable()


def test_hostile_names_are_not_passed_on(lines, tmp_path):
    (tmp_path / "evil.py").write_text(HOSTILE_FILE, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "autograd", "explain", f"{tmp_path}/evil.py:f", "x=2", "--step"],
        input="\n" * 20 + "zz\nbreak zz\n",
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=True,
    )
    assert "owned" in done.stdout
    assert "That was the last event" in done.stdout
    assert (done.stdout + done.stderr).replace("\n", "").isprintable()


@pytest.mark.parametrize("ends", ["q\n", ""])
def test_a_process_walks_by_the_lines_of_a_pipe(ends):
    done = subprocess.run(
        [sys.executable, "-m", "autograd", "explain", "sigmoid", "--step"],
        input=f"\nbreak exp\nr\n{ends}",
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=True,
        env=environment(),
    )
    assert places(done.stdout) == [1, 11]
    assert "\x1b" not in done.stdout + done.stderr


# Colours


@pytest.mark.parametrize(
    ("isatty", "variables", "expected"),
    [
        (True, {"TERM": "xterm"}, True),
        (True, {"TERM": "xterm-256color"}, True),
        (False, {"TERM": "xterm"}, False),
        (True, {"TERM": "dumb"}, False),
        (True, {}, False),
        (True, {"TERM": "xterm", "NO_COLOR": "1"}, False),
        (True, {"TERM": "xterm", "NO_COLOR": "0"}, False),
    ],
)
def test_colours_are_for_terminals_that_want_them(monkeypatch, isatty, variables, expected):
    for name in ("TERM", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert terminal.has_colours(SimpleNamespace(isatty=lambda: isatty)) is expected


@pytest.mark.parametrize(
    ("line", "coloured"),
    [
        ("Backward, from df/df = 1.00", "\x1b[1mBackward, from df/df = 1.00\x1b[0m"),
        ("Step 1 of 2   exp", "\x1b[1mStep 1 of 2   exp\x1b[0m"),
        ("  df/dx += [2.00]", "\x1b[3;31m  df/dx += [2.00]\x1b[0m"),
        ("  df/dx = 2.00", "\x1b[3;31m  df/dx = 2.00\x1b[0m"),
        ("  sum:   1.00 -> 2.00", "\x1b[2m  sum:   1.00 -> 2.00\x1b[0m"),
        ("  x   leaf      3.00", "  x   leaf      \x1b[32m3.00\x1b[0m"),
        ("  x   leaf      [1.00 2.00]", "  x   leaf      \x1b[32m[1.00 2.00]\x1b[0m"),
        ("something else", "something else"),
        ("", ""),
    ],
)
def test_a_line_has_the_colour_of_what_it_says(line, coloured):
    assert terminal.coloured(line) == coloured


LINES = ["Forward", "  df/dx = [1 2]", "  sum:", "  x  y  [1]", "", "f = "]


@given(st.lists(st.sampled_from(LINES)))
def test_colours_change_no_text(parts):
    text = "\n".join(parts)
    assert STYLES.sub("", terminal.coloured(text)) == text


# Keys


@pytest.fixture
def attach(monkeypatch):
    """Return a function that makes a pseudo-terminal of our input and output.

    It returns the other end.  The test calls it, because pytest redirects output after fixtures.
    """
    ends = pty.openpty()
    streams = [os.fdopen(os.dup(ends[1]), mode) for mode in "rw"]

    def attached():
        monkeypatch.setattr("sys.stdin", streams[0])
        monkeypatch.setattr("sys.stdout", streams[1])
        return ends[0]

    yield attached
    monkeypatch.undo()
    for stream in streams:
        stream.close()
    for end in ends:
        os.close(end)


@pytest.mark.parametrize(
    ("sent", "name"),
    [
        *[(f"\x1b{kind}{code}", name) for kind in "[O" for code, name in
          {"A": "up", "B": "down", "C": "right", "D": "left", "H": "home", "F": "end"}.items()],
        *[("\x1b[1~", "home"), ("\x1b[4~", "end"), ("\r", "enter"), ("\n", "enter")],
        *[(" ", " "), ("\x1b", "quit"), ("\x04", "quit")],
        *[("q", "q"), ("g", "g"), ("1", "1"), ("é", "é"), ("中", "中"), ("\x7f", "\x7f")],
    ],
)  # fmt: skip
def test_a_key_has_a_name(attach, sent, name):
    keyboard = attach()
    with terminal.single_keys() as key:
        os.write(keyboard, sent.encode())
        assert key() == name


def test_keys_that_arrive_together_are_read_one_by_one(attach):
    keyboard = attach()
    with terminal.single_keys() as key:
        os.write(keyboard, "\x1b[C\x1b[C\x1b[Dgé中\x1b[1~w1\r\x1b[Fq".encode())
        expected = ["right", "right", "left", "g", "é", "中", "home", "w", "1", "enter", "end"]
        assert [key() for _ in range(12)] == [*expected, "q"]


@pytest.mark.parametrize("sent", ["\x1b[15~", "\x1b[Z", "\x1b[1;5C"])
def test_a_key_that_is_unknown_is_one_key(attach, sent):
    keyboard = attach()
    with terminal.single_keys() as key:
        os.write(keyboard, f"{sent}q".encode())
        assert (key(), key()) == (sent, "q")


def test_the_mode_of_the_terminal_is_restored_after_an_error(attach):
    attach()
    before = termios.tcgetattr(sys.stdin)
    with pytest.raises(ZeroDivisionError) as error, terminal.single_keys():
        raise ZeroDivisionError(termios.tcgetattr(sys.stdin) != before)
    assert error.value.args == (True,)
    assert termios.tcgetattr(sys.stdin) == before


@pytest.mark.parametrize("piped", ["stdin", "stdout"])
def test_there_are_no_single_keys_where_input_or_output_is_a_pipe(attach, monkeypatch, piped):
    attach()
    monkeypatch.setattr(f"sys.{piped}", io.StringIO())
    with terminal.single_keys() as key:
        assert key is None


@pytest.mark.parametrize(
    ("sent", "name"),
    [
        *[("\xe0M", "right"), ("\xe0K", "left"), ("\0H", "up"), ("\xe0P", "down")],
        *[("\xe0G", "home"), ("\xe0O", "end"), ("\r", "enter"), ("\x1b", "quit"), ("g", "g")],
    ],
)
def test_a_key_of_windows_has_the_same_name(attach, monkeypatch, sent, name):
    attach()
    monkeypatch.setitem(sys.modules, "termios", None)
    monkeypatch.setitem(sys.modules, "msvcrt", SimpleNamespace(getwch=iter(sent).__next__))
    with terminal.single_keys() as key:
        assert key() == name


def test_without_a_way_to_read_keys_there_are_lines(attach, monkeypatch):
    attach()
    monkeypatch.setitem(sys.modules, "termios", None)
    monkeypatch.setitem(sys.modules, "msvcrt", None)
    with terminal.single_keys() as key:
        assert key is None


# In a terminal

# A pseudo-terminal sends Ctrl-C to the process that it controls.  What a shell runs in the
# background ignores it, unless a handler is set.
START = (
    "import fcntl, signal, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); "
    "signal.signal(signal.SIGINT, signal.default_int_handler); "
    "from autograd.cli.main import main; sys.exit(main())"
)


class Terminal:
    """A process in a pseudo-terminal, whose keys are pressed and whose pages are read."""

    def __init__(self, *argv, **changes):
        self.master, self.slave = pty.openpty()
        self.mode = termios.tcgetattr(self.slave)
        self.seen = ""
        self.process = subprocess.Popen(
            [sys.executable, "-c", START, "explain", *argv],
            stdin=self.slave,
            stdout=self.slave,
            stderr=self.slave,
            env=environment(**changes),
            start_new_session=True,
        )

    def __enter__(self):
        self.page = self.until("q: quit\r\n")
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        os.close(self.master)
        os.close(self.slave)

    def until(self, end):
        """Read until something is shown; return all that came."""
        text, stop = "", time.monotonic() + 60
        while not text.endswith(end):
            assert select.select([self.master], [], [], stop - time.monotonic())[0], text
            text += os.read(self.master, 1 << 16).decode()
        self.seen += text
        return text

    def press(self, *keys):
        """Press keys that turn the page, one by one; return the number of the event shown."""
        for key in keys:
            os.write(self.master, key.encode())
            self.page = self.until("q: quit\r\n")
        return places(STYLES.sub("", self.page))[-1]

    def enter(self, key, word):
        """Press a key that asks for a word, and type it."""
        for i, letter in enumerate([key, *word]):
            os.write(self.master, letter.encode())
            self.until(f"{word[:i]} ")
        return self.press("\r")

    def leave(self, key):
        """Press the last key; return the exit status and whether the mode is what it was."""
        assert termios.tcgetattr(self.slave) != self.mode
        os.write(self.master, key.encode())
        return self.process.wait(60), termios.tcgetattr(self.slave) == self.mode


RIGHT, LEFT, UP, DOWN, HOME, END = (f"\x1b[{letter}" for letter in "CDABHF")


def test_keys_turn_the_pages():
    with Terminal("sigmoid", "--step") as t:
        assert places(t.page) == [0]
        assert t.press(RIGHT, RIGHT, "\r", " ") == 4
        assert t.press(LEFT) == 3
        assert t.press(END) == EVENTS
        assert t.press(UP) < EVENTS - 1
        assert t.press(HOME) == 0
        assert t.press(DOWN, DOWN) == 2
        assert t.press(HOME, LEFT) == 0
        assert t.enter("g", "w1") == 4
        assert "leaf   w1 = -3.00" in t.page
        assert t.enter("b", "exp") == 4
        assert "Breakpoint(operation exp)" in t.page
        assert t.press("r") == 11
        assert t.press("r") == 19
        assert "[0.37] x [-0.53] = -0.20" in t.page
        assert t.press("r") == EVENTS
        assert t.press("x", RIGHT) == EVENTS
        assert t.leave("q") == (0, True)


def test_a_typed_word_can_be_corrected_and_forgotten():
    with Terminal("sigmoid", "--step", NO_COLOR="1") as t:
        os.write(t.master, b"g")
        t.until("go to: ")
        for letter, shown in (("w", "w "), ("2", "w2 "), ("\x7f", "w "), ("0", "w0 ")):
            os.write(t.master, letter.encode())
            t.until(shown)
        assert t.press("\r") == 1
        os.write(t.master, b"g")
        t.until("go to: ")
        os.write(t.master, b"w1")
        t.until("w1 ")
        assert t.press("\x1b") == 1
        assert t.leave("q") == (0, True)


def test_a_name_that_is_also_a_command_can_be_gone_to():
    with Terminal("n*x + b", "n=1", "x=2", "b=3", "--step", NO_COLOR="1") as t:
        for name, shown in (("n", "leaf   n = 1.00"), ("b", "leaf   b = 3.00")):
            os.write(t.master, b"g")
            t.until("go to: ")
            os.write(t.master, f"{name}\r".encode())
            t.page = t.until("q: quit\r\n")
            assert shown in t.page


def test_an_arrow_types_no_letters():
    with Terminal("sigmoid", "--step", NO_COLOR="1") as t:
        os.write(t.master, b"g")
        t.until("go to: ")
        os.write(t.master, f"w{LEFT}{END}\x1b[15~1\r".encode())
        t.page = t.until("q: quit\r\n")
        assert places(t.page) == [4]


def test_a_typed_word_that_is_unknown_is_answered_on_the_page():
    with Terminal("sigmoid", "--step", NO_COLOR="1") as t:
        assert t.enter("g", "zz") == 0
        assert "no node has the name 'zz'" in t.page
        t.press(RIGHT)
        assert "zz" not in t.page


@pytest.mark.parametrize(("key", "status"), [("q", 0), ("\x1b", 0), ("\x04", 0), ("\x03", 130)])
def test_the_mode_of_the_terminal_is_restored(key, status):
    with Terminal("sigmoid", "--step") as t:
        t.press(RIGHT)
        assert t.leave(key) == (status, True)


def test_the_mode_of_the_terminal_is_restored_after_ctrl_c_in_a_word():
    with Terminal("sigmoid", "--step") as t:
        os.write(t.master, b"g")
        t.until("go to: ")
        assert t.leave("\x03") == (130, True)


@pytest.mark.parametrize("arguments", [["--step"], []])
@pytest.mark.parametrize(
    ("changes", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)]
)
def test_a_terminal_shows_colours_unless_they_are_turned_off(arguments, changes, coloured):
    t = Terminal("x*x", "x=3", *arguments, **changes)
    try:
        text = t.until("q: quit\r\n" if arguments else "--digits N\r\n")
    finally:
        t.__exit__()
    assert bool(STYLES.search(text)) is coloured


def test_a_terminal_gets_no_escape_sequence_from_a_name(tmp_path):
    (tmp_path / "evil.py").write_text(HOSTILE_FILE, encoding="utf-8")
    with Terminal(f"{tmp_path}/evil.py:f", "x=2", "--step", NO_COLOR="1") as t:
        for _ in range(13):  # four nodes, the seed, four steps of two events
            os.write(t.master, RIGHT.encode())
            t.page = t.until("q: quit\r\n")
        assert "event 13 of 13" in t.page
        assert "owned" in t.seen
    own = t.seen.replace("\x1b[H\x1b[2J", "").replace("\r\n", "")
    assert own.isprintable()


def test_tensors_made_here_can_be_walked_through(lines):
    x = ag.tensor([1.0, 2.0], requires_grad=True, name="x")
    out = lines("$", trace=ag.trace(x * x, [1.0, 10.0]))
    assert "[2.00 40.00]" in out


def test_an_empty_no_color_means_nothing(monkeypatch):  # no-color.org: "not an empty string"
    monkeypatch.setenv("NO_COLOR", "")
    monkeypatch.setenv("TERM", "xterm")
    assert terminal.has_colours(SimpleNamespace(isatty=lambda: True))


def test_a_dumb_terminal_gets_no_escape_sequence():
    t = Terminal("sigmoid", "--step", TERM="dumb")
    try:
        assert "\x1b" not in t.until("q: quit\r\n")
    finally:
        t.__exit__()


@pytest.mark.parametrize("start", ["exec <&-;", "printf '\\377\\nq\\n' |"])
def test_input_that_is_closed_or_no_text_is_no_traceback(start):
    done = subprocess.run(
        ["sh", "-c", f'{start} "{sys.executable}" -m autograd explain sigmoid --step'],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env=environment(),
    )
    assert "Traceback" not in done.stderr
    assert done.returncode in (0, 2)


@pytest.mark.parametrize("title", ["f = x * x", "f_2 = f*x"])
def test_the_title_is_bold_whatever_the_result_is_called(title):
    assert terminal.coloured(title) == f"\x1b[1m{title}\x1b[0m"
