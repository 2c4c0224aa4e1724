"""Each kernel of the page computes what its primitive computes."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings

import autograd as ag
from autograd import ops
from autograd.core.define import record_of
from autograd.ir.capture import captured
from autograd.ops.kernels.pool_reference import largest
from autograd.ops.pool import pooled
from autograd.testing.input_specs import calls
from autograd.viz.player import program

STATIC = Path(program.__file__).parent / "static"
PARTS = ("arrays", "functions", "windows", "kernels")
SCRIPT = "\n".join((STATIC / f"{name}.js").read_text() for name in PARTS)
EXAMPLES = 12
PRIMITIVES = {
    p.name: p
    for module in ops._MODULES
    for p in map(record_of, vars(module).values())
    if p is not None
}
COMPUTE = """
(cases) => cases.map(({ step, inputs }) => {
  const arrays = inputs.map((x) => ({ shape: x.shape, data: Float64Array.from(x.data, Number) }));
  const out = computed(step, arrays);
  return { shape: out.shape, data: [...out.data].map(String) };
})
"""
WORDS = {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}


def as_data(x):
    array = np.asarray(x)
    texts = map(repr, array.astype(float).ravel().tolist())
    return {"shape": array.shape, "data": [WORDS.get(text, text) for text in texts]}


def examples(primitive):
    """Draw some calls, without searching further."""
    found = []

    @settings(
        max_examples=EXAMPLES,
        database=None,
        derandomize=True,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(calls(primitive))
    def draw(call):
        found.append(call)

    draw()
    return found


def case_of(primitive, args, params):
    """Return a step, its inputs and what the primitive gives, from a program of one operation."""
    args = [np.asarray(x)[()] for x in args]
    graph = captured("test", lambda *x: primitive.function(*x, **params), args)
    node = graph[graph.outputs[0]]
    if node.primitive is None:
        return None
    step = program._step(node, graph)
    return {"step": step, "inputs": [as_data(graph[i].value) for i in node.inputs]}, node.value


def drawn_cases(primitive):
    with np.errstate(all="ignore"):
        for call in examples(primitive):
            try:
                case = case_of(primitive, call.args, call.params)
            except program.Missing:
                continue
            if case is not None:
                yield (primitive.name, *case)


def checked(page, cases):
    """Compare the results of many cases, computed in one call."""
    names, given, expected = zip(*cases, strict=True)
    wrong = []
    results = page.evaluate(f"(cases) => {{ {SCRIPT}; return ({COMPUTE})(cases); }}", list(given))
    for name, case, made, value in zip(names, given, results, expected, strict=True):
        value = np.asarray(value)
        got = np.array([float(x) for x in made["data"]]).reshape(made["shape"])
        scale = np.max(np.abs(value), initial=1.0, where=np.isfinite(value.astype(float)))
        rtol = 1e-5 if value.dtype == np.float32 else 1e-12
        if got.shape != value.shape or not np.allclose(
            got, value, rtol=rtol, atol=rtol * scale, equal_nan=True
        ):
            wrong.append((name, case, got, value))
    return wrong


@pytest.fixture(scope="module")
def page(browser):
    page = browser.new_page()
    yield page
    page.close()


GENERAL = {"gather", "scatter", "astype"}  # of which only some calls have a kernel
DRAWN = ({p.name for p in ag.primitives()} & program.KERNELS.keys()) - GENERAL

X = np.array([[1.5, -2.0, 0.0, -0.0], [2.5, 0.5, -0.5, 7.0], [7.0, -7.25, 2.5, -3.5]])
Y = np.array([[1.5, 2.0, -0.0, np.inf], [np.nan, 0.5, 3.0, -7.0], [-2.0, 2.0, -2.5, 0.1]])
TIES = np.array([[1.0, 3.0, 3.0, 2.0], [3.0, 1.0, np.nan, 5.0], [-1.0, -1.0, -2.0, -1.0]])
NARROW = np.linspace(0.1, 3, 7, dtype=np.float32)
INDICES = np.array([[2, 0], [-1, 2]])
G = pooled("max_pool", (1, 2, 4, 4), (2, 2), (1, 1), (1, 1), 1)
IMAGE = np.round(np.linspace(-2, 2, 32) ** 2 * np.cos(np.arange(32))).reshape(1, 2, 4, 4)

PAIRS = """equal not_equal greater greater_equal less less_equal logical_and logical_or isclose
maximum minimum fmax fmin copysign heaviside floor_divide remainder fmod hypot arctan2 power"""
SINGLE = """logical_not isnan isinf isfinite rint round sign floor ceil trunc cbrt exp2 erf erfc
sigmoid softplus gelu_tanh sinc"""
ALONG = """argmax argmin first_largest first_smallest running_argmax running_argmin argsort
cumsum cumprod"""

OTHERS = [
    *((name, (X, Y), {}) for name in PAIRS.split()),
    *((name, (10 * Y,), {}) for name in SINGLE.split()),
    *((name, (TIES,), {"axis": axis}) for name in ALONG.split() for axis in (0, 1)),
    *((name, (TIES,), {}) for name in ("argmax", "argmin", "cumsum", "first_largest")),
    ("first_largest", (TIES,), {"axis": (1, 0)}),
    *((name, (Y,), {"axis": axis}) for name in ("all", "any") for axis in (None, 0, (1,))),
    *((name, (NARROW, NARROW), {}) for name in ("add", "multiply", "divide", "power")),
    ("round", (X * 1.111,), {"decimals": 1}),
    ("round", (X * 111.1,), {"decimals": -1}),
    ("astype", (X,), {"dtype": int}),
    ("astype", (Y,), {"dtype": bool}),
    ("gather", (X, INDICES), {"index": (), "places": (0,)}),
    ("gather", (X, INDICES), {"index": (slice(None),), "places": (1,)}),
    ("scatter", (np.ones((2, 2, 4)), INDICES), {"index": (), "places": (0,), "shape": (3, 4)}),
    (
        "scatter",
        (X[:, :2, None] * [1.0, 2.0], INDICES),
        {"index": (slice(None),), "places": (1,), "shape": (3, 4)},
    ),
    ("winners", (IMAGE, largest(IMAGE, G)), {"g": G}),
    ("one_hot_mask", (np.array([[1, 0], [2, 2]]),), {"count": 3, "axis": 1}),
    ("last_writer", (np.array([2, 0, 2]),), {"size": 4}),
]


def test_each_kernel_computes_what_its_primitive_computes(page):
    cases = [c for name in sorted(DRAWN) for c in drawn_cases(PRIMITIVES[name])]
    assert {name for name, *_ in cases} == DRAWN
    assert checked(page, cases) == []


def test_kernels_take_ties_and_numbers_that_are_not_finite_as_numpy_does(page):
    with np.errstate(all="ignore"):
        cases = [(name, *case_of(PRIMITIVES[name], args, how)) for name, args, how in OTHERS]
    assert checked(page, cases) == []


def test_every_kernel_is_compared():
    compared = DRAWN | {name for name, *_ in OTHERS} | {"as saved", "detach"}
    assert compared == program.KERNELS.keys()


def test_python_and_the_page_have_the_same_kernels(page):
    names = page.evaluate(f"() => {{ {SCRIPT}; return Object.keys(KERNELS); }}")
    assert sorted(names) == sorted(program.KERNELS)
