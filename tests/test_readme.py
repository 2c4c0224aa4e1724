"""README and docs are right: their code runs, and the transcript is what is printed."""

import doctest
import re
import subprocess
import sys
from pathlib import Path

import pytest

import autograd as ag
import nn
from autograd.cli.examples import EXAMPLES
from nn.cli.tasks import TASKS

ROOT = Path(__file__).parent.parent
GALLERY = ROOT / "docs" / "gallery"
DOCS = ROOT / "docs"
README = ROOT / "README.md"
NAMES = ("ag.", "nn.")
PAGES = [README, *sorted(DOCS.glob("*.md"))]


class ButForBounds(doctest.OutputChecker):
    """Compares output without the error bounds, which depend on the last bit of a machine's exp."""

    def check_output(self, want, got, optionflags):
        want, got = (re.sub(r"\+- \S+", "+- bound", text) for text in (want, got))
        return super().check_output(want, got, optionflags)


def blocks(language, page):
    return re.findall(rf"```{language}\n(.*?)```", page.read_text("utf-8"), flags=re.DOTALL)


SESSIONS = [p for p in PAGES if any(">>> " in block for block in blocks("python", p))]


@pytest.mark.parametrize("page", SESSIONS, ids=lambda p: p.name)
def test_the_python_blocks_of_a_page_run_as_one_session(page):
    text = "\n".join(blocks("python", page))
    test = doctest.DocTestParser().get_doctest(text, {}, page.name, None, 0)
    runner = doctest.DocTestRunner(ButForBounds())
    runner.run(test)
    assert runner.tries >= (5 if page == README else 15)
    assert runner.failures == 0
    if page.name == "networks.md":
        assert shown_in(Path("network.svg")) == shown_in(GALLERY / "network.svg")


def shown_in(picture):
    """Return texts and ids of a drawing, which do not depend on where the boxes stand."""
    found = re.findall(r">([^<>\n]+)</text>|id=\"(\w+)\"", picture.read_text("utf-8"))
    assert len(found) > 50
    return sorted(found)


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_the_links_of_a_page_exist(page):
    text = re.sub(r"```.*?```", "", page.read_text("utf-8"), flags=re.DOTALL)
    links = re.findall(r'(?:\]\(|src="|href=")(?!http)([^)"#]+)', text)
    assert all((page.parent / link).exists() for link in links), links


def spans(page):
    """The code of a page that stands within its lines."""
    text = re.sub(r"```.*?```", "", page.read_text("utf-8"), flags=re.DOTALL)
    return re.findall(r"`([^`\n]+)`", text)


@pytest.mark.parametrize("name", sorted(s for s in spans(DOCS / "lectures.md") if s[:3] in NAMES))
def test_every_name_in_the_table_of_the_lectures_exists(name):
    package, *parts = name.split(".")
    found = {"ag": ag, "nn": nn}[package]
    for part in parts:
        found = getattr(found, part)
    assert found.__doc__


def test_every_command_in_the_table_of_the_lectures_has_its_task():
    commands = [s.split() for s in spans(DOCS / "lectures.md") if s.startswith("glassgrad ")]
    trained = [words[2] for words in commands if words[1] == "train"]
    assert {*trained} <= {*TASKS}
    assert {words[1] for words in commands} <= {"explain", "train"}


def test_every_lesson_is_in_the_table_of_the_lectures():
    text = (DOCS / "lectures.md").read_text("utf-8")
    missing = [p.stem for p in (ROOT / "notebooks").glob("*.ipynb") if p.name not in text]
    assert missing == []


def test_every_picture_is_in_the_table_of_the_docs():
    text = (DOCS / "training.md").read_text("utf-8")
    drawn = set(nn.plots.__all__) - {"figure", "styled"}  # with which pictures are made
    assert [name for name in sorted(drawn) if f"| `{name}(" not in text] == []


@pytest.mark.parametrize(("number", "example"), [(0, "sigmoid"), (1, "softmax")])
def test_the_transcript_is_what_the_command_prints(tmp_path, number, example):
    command = [sys.executable, "-m", "autograd", "explain", example]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=tmp_path)
    printed = done.stdout
    place = 0
    for part in blocks("text", DOCS / "stepping.md")[number].split("...\n"):
        place = printed.index(part.rstrip("\n"), place)


def test_the_examples_of_explain_are_in_the_docs():
    page = (DOCS / "stepping.md").read_text("utf-8")
    rows = re.findall(r"\| `glassgrad explain (\w+)` \| (.+) \|", page)
    assert rows == [(name, example.about) for name, example in EXAMPLES.items()]


def test_the_commands_of_the_shell_blocks_work(tmp_path):
    commands = "\n".join(blocks("sh", DOCS / "stepping.md")).splitlines()
    explained = [c for c in commands if c.startswith("glassgrad explain")]
    assert len(explained) == 5
    for command in explained:
        arguments = re.findall(r'"[^"]*"|\S+', command)[1:]
        argv = [sys.executable, "-m", "autograd", *(a.strip('"') for a in arguments)]
        done = subprocess.run(argv, capture_output=True, check=True, cwd=tmp_path, input=b"\nq\n")
        assert done.stdout
    assert {p.suffix for p in tmp_path.iterdir()} == {".svg", ".md", ".tex", ".dot", ".html"}


def test_the_readme_is_short_and_begins_with_the_player():
    page = README.read_text("utf-8")
    assert len(page.split()) <= 900
    assert page.index("docs/player/") < page.index("```")


def test_the_first_picture_of_drawings_is_what_the_command_below_it_draws(tmp_path):
    page = (DOCS / "drawing.md").read_text("utf-8")
    assert page.index("(gallery/sigmoid.svg)") == page.index("(gallery/")
    (command,) = re.findall(r"`glassgrad (explain sigmoid --svg [^`]+)`", page)
    argv = [sys.executable, "-m", "autograd", *command.split()]
    subprocess.run(argv, capture_output=True, check=True, cwd=tmp_path)
    assert shown_in(tmp_path / "sigmoid.svg") == shown_in(GALLERY / "sigmoid.svg")
