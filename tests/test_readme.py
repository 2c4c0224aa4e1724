"""The README tells the truth: its code runs, and its transcript is what the command prints."""

import doctest
import re
import subprocess
import sys
from pathlib import Path

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")


def blocks(language):
    return re.findall(rf"```{language}\n(.*?)```", README, flags=re.DOTALL)


def test_the_python_blocks_run_as_one_session():
    test = doctest.DocTestParser().get_doctest("\n".join(blocks("python")), {}, "README", None, 0)
    runner = doctest.DocTestRunner()
    runner.run(test)
    assert runner.tries >= 30
    assert runner.failures == 0


def test_the_transcript_is_what_the_command_prints():
    command = [sys.executable, "-m", "autograd", "explain", "sigmoid"]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    place = 0
    for part in blocks("text")[0].split("...\n"):
        place = printed.index(part.rstrip("\n"), place)


def test_the_commands_of_the_shell_blocks_exist():
    commands = "\n".join(blocks("sh")).splitlines()
    explained = [c for c in commands if c.startswith("glassgrad explain") and "--dot" not in c]
    assert len(explained) == 2
    for command in explained:
        arguments = re.findall(r'"[^"]*"|\S+', command)[1:]
        argv = [sys.executable, "-m", "autograd", *(a.strip('"') for a in arguments)]
        assert subprocess.run(argv, capture_output=True, check=True).stdout
