"""The search finds nothing at first, nor what it once found, but it does find planted faults."""

import json

import numpy as np
import pytest

import autograd as ag
from tests.calls import Call
from tests.fuzz import expressions, files, graphs, operations
from tests.fuzz.corpus import PARTS, all_kept
from tests.fuzz.search import fewer, search, shrunk

CASES = {"operations": 3000, "expressions": 2000, "files": 500, "graphs": 60}


def found(name, seed, seconds, cases=None):
    return "\n".join(str(f) for f in search(PARTS[name], seed, seconds, cases) if f is not None)


@pytest.mark.parametrize("name", PARTS)
def test_nothing_is_found_in_the_first_cases(name):
    assert not found(name, 0, 60.0, CASES[name])


@pytest.mark.slow
@pytest.mark.parametrize("name", PARTS)
def test_nothing_is_found_in_a_minute(name):
    assert not found(name, 10**6, 60.0)


@pytest.mark.parametrize(("name", "case"), list(all_kept()), ids=lambda x: str(x)[:60])
def test_what_was_once_found_is_right_now(name, case):
    assert PARTS[name].complaint(case) is None


@pytest.mark.parametrize("name", PARTS)
def test_a_case_is_plain_data_that_its_seed_draws_again(name):
    first, again = (PARTS[name].draw(np.random.default_rng(3)) for _ in range(2))
    assert first == again == json.loads(json.dumps(first))


@pytest.mark.parametrize("name", PARTS)
def test_smaller_cases_are_cases(name):
    for seed in range(20):
        for case in PARTS[name].smaller(PARTS[name].draw(np.random.default_rng(seed))):
            assert case.keys() <= {"tree", "text", "name", "arguments", "keywords"} | {
                *("kind", "changes", "shapes", "seed", "steps")
            }


def test_a_bare_error_and_a_wrong_number_of_an_operation_are_found(monkeypatch):
    def bare(x):
        raise KeyError("secret")

    wrong = {"exp": Call("exp", bare, (ag.tensor(1.0),)), "sin": Call("sin", ag.cos, (0.5,))}
    monkeypatch.setattr(operations, "CALLS", wrong)
    monkeypatch.setitem(operations.REFERENCES, ag.cos, np.sin)
    texts = found("operations", 0, 60.0, 50)
    assert "bare KeyError: 'secret'" in texts
    assert "and NumPy's is" in texts
    assert "python -m tests.fuzz operations --seed" in texts


def test_a_wrong_value_and_a_refusal_of_an_expression_are_found(monkeypatch):
    monkeypatch.setitem(expressions.UNARY, "sin", lambda x: x)
    monkeypatch.setitem(expressions.UNARY, "log", lambda x: 1.0)
    assert "Python's is" in expressions.complaint({"tree": ["sin", "x"]})
    assert "refused" in expressions.complaint({"tree": ["log", "y"]})


def test_a_bare_error_of_a_reader_and_too_much_memory_are_found(monkeypatch):
    monkeypatch.setitem(files.READERS, "idx", lambda path: {}["nothing"])
    monkeypatch.setitem(files.READERS, "cifar", lambda path: bytearray(100 << 20))
    assert "idx: bare KeyError" in files.complaint({"kind": "idx", "changes": []})
    assert "cifar: it takes 100 MB" in files.complaint({"kind": "cifar", "changes": []})


def test_a_wrong_gradient_in_a_program_is_found_and_made_small(monkeypatch):
    wrong = ag.primitive(vjps=(lambda ct, out, x: 1.001 * ct,), name="wrong")(lambda x: x * 1.0)
    monkeypatch.setitem(graphs.UNARY, "neg", (wrong, lambda x: x * 1.0))
    case = {"shapes": [[3]], "seed": 1, "steps": [["sin", 0], ["neg", 1], ["tanh", 2], ["cos", 0]]}
    text = graphs.complaint(case)
    assert text is not None
    assert len(shrunk(graphs.PART, case, text)[0]["steps"]) == 1


@pytest.mark.parametrize("kind", files.READERS)
def test_the_right_file_is_read(kind):
    assert files.complaint({"kind": kind, "changes": []}) is None


def test_fewer_leaves_something_out():
    assert list(fewer([1, 2])) == [[2], [1]]
    assert all(len(left) < 4 for left in fewer([1, 2, 3, 4]))
