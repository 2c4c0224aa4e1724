"""Formulas: expressions in the notation of the lecture, as MathML and as LaTeX."""

import xml.etree.ElementTree as ET

import numpy as np
import pytest

import autograd as ag
from autograd.viz.formats.latex import latex
from autograd.viz.formats.mathml import mathml
from autograd.viz.model.boxes import gradient, variable
from autograd.viz.model.cards import Cards
from autograd.viz.model.equations import Equations
from autograd.viz.model.mathematics import formula

NAMES = {name: variable(name) for name in ("x", "w", "z", "t", "W1", "weight_ih", "0.weight")}
NAMES["df/da"] = gradient("f", "a")
G = r"\frac{\partial f}{\partial a}"
HOSTILE = [
    "<script>alert(1)</script>",
    "a$b",
    "}",
    "\\input{x}",
    "x`y",
    "sum",
    "axis",
    "a & b",
    "1e",
    " where ",
    "a where b = c",
    "x where",
    "a; b = c",
]


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("x @ W1", r"x\,W_{\mathrm{1}}"),
        ("df/da @ x.T", rf"{G}\,x^{{\mathrm{{T}}}}"),
        ("(df/da).T", rf"{{\left({G}\right)}}^{{\mathrm{{T}}}}"),
        ("weight_ih.T", r"{\mathrm{weight}}_{\mathrm{ih}}^{\mathrm{T}}"),
        ("-x/w^2", r"-\frac{x}{w^{2}}"),
        ("2*x^1", r"2\,x"),
        ("x - (w - z)", r"x-\left(w-z\right)"),
        ("(x + w) * z", r"\left(x+w\right)\cdot z"),
        ("x * -w", r"x\cdot \left(-w\right)"),
        ("x * (w @ z)", r"x\cdot \left(w\,z\right)"),
        ("sqrt(x)", r"\sqrt{x}"),
        ("exp(x)", r"e^{x}"),
        ("tanh(x)**2", r"{\left(\mathrm{tanh}\left(x\right)\right)}^{2}"),
        ("sum(x, axis=0)", r"\sum_{\text{axis 0}}x"),
        ("conv(x, w)", r"x\star w"),
        ("outer(df/da, x)", rf"\left({G}\right)\,x^{{\mathrm{{T}}}}"),
        ("inv(x)", r"x^{-1}"),
        ("where(x > 0, df/da, 0)", None),
        ("zeros((2, 2)).at[0].add(df/da)", rf"0_{{2\times 2}}\text{{ with [0] }}+={G}"),
        ("s * s where s = x + w", r"s\cdot s\text{  where  }s=x+w"),
    ],
)
def test_expressions_read_as_in_the_lecture(text, written):
    made = formula(text, NAMES)
    if written is not None:
        assert latex(made) == written
    ET.fromstring(mathml(made))


@pytest.mark.parametrize("text", ["ct to the first", "x =", "lambda: x", "x @", ""])
def test_a_text_that_is_no_expression_has_no_formula(text):
    assert formula(text, NAMES) is None


def test_names_are_not_found_inside_of_others():
    assert latex(formula("exp(e)", {"e": variable("e"), "x": variable("x")})) == "e^{e}"


def balanced(text):
    depth = 0
    for c in text.replace("\\{", "").replace("\\}", ""):
        depth += {"{": 1, "}": -1}.get(c, 0)
        assert depth >= 0
    return depth == 0


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_is_text_in_every_equation(name):
    x = ag.tensor(np.ones((2, 2)), requires_grad=True, name=name)
    trace = ag.trace(ag.sum(ag.exp(x @ x.T)[0]))
    equations = Equations(Cards(trace))
    shown = 0
    for index in range(len(trace)):
        for made in (equations.made(index), equations.product(index)):
            if made is not None:
                texts = {e.tag for e in ET.fromstring(mathml(made)).iter()}
                assert not texts & {"script", "input"}
                assert balanced(latex(made))
                shown += 1
    assert shown > len(trace)


def test_a_scalar_step_is_local_times_upstream():
    x = ag.tensor(3.0, requires_grad=True, name="x")
    equations = Equations(Cards(ag.trace(1.0 / x)))
    expected = r"\frac{\partial f}{\partial x}+=\left[-\frac{1}{x^{2}}\right]\times "
    assert latex(equations.product(3)) == expected + r"\left[\frac{\partial f}{\partial f}\right]"


@pytest.mark.parametrize("name", HOSTILE)
def test_a_latex_document_has_an_equation_for_each_step_whatever_the_name(name):
    x = ag.tensor(2.0, requires_grad=True, name=name)
    tex = ag.draw(ag.exp(x) * x).tex
    assert tex.count(r"$\displaystyle ") == 3
    assert balanced(tex)
    assert tex.count(r"\begin{tikzpicture}") == tex.count(r"\end{tikzpicture}") == 2


@pytest.mark.parametrize("name", HOSTILE)
def test_markdown_has_an_equation_for_each_step_whatever_the_name(name):
    x = ag.tensor(2.0, requires_grad=True, name=name)
    lines = [line for line in ag.draw(ag.exp(x) * x).md.splitlines() if line.startswith("   - $`")]
    assert len(lines) == 3
    assert all(line.count("`") == 2 and line.endswith("`$") for line in lines)


def test_the_gradient_of_a_kernel_is_a_convolution_with_stride_and_dilation_exchanged():
    x = np.arange(36.0).reshape(1, 1, 6, 6)
    w = ag.tensor(np.ones((1, 1, 2, 2)), requires_grad=True, name="w")
    g = np.array([[[[1.0, 2.0], [3.0, 5.0]]]])
    steps = ag.draw(ag.trace(ag.conv(x, w, stride=2, dilation=3), g[..., :2, :2])).md
    assert r"\star }_{\text{dilation 2{,} stride 3}}" in steps
    assert ag.vjp(lambda w: ag.conv(x, w, stride=2, dilation=3), w.data)[1](g)[0].tolist() == (
        ag.conv(x, g, stride=3, dilation=2).tolist()
    )


@pytest.mark.parametrize(
    ("shape", "over"),
    [
        ((4,), r"\sum_{\text{axis 0}}"),
        ((3, 1), r"\sum_{\text{axis 1}}"),
        ((1, 4), r"\sum_{\text{axis 0}}"),
        ((), r"\sum "),
        ((1, 1), r"\sum "),
        ((3, 4), ""),
    ],
)
def test_the_equation_of_a_broadcast_input_has_the_sum_over_its_copies(shape, over):
    x, b = (
        ag.tensor(np.ones(s), requires_grad=True, name=n) for s, n in (((3, 4), "x"), (shape, "b"))
    )
    cards = Cards(ag.trace(ag.sum(x + b)))
    index = next(i for i, e in enumerate(cards.trace) if e.kind == "vjp" and e.input == 1)
    right = latex(Equations(cards).product(index)).split("+=")[1]
    assert right == rf"{over}\left[1\right]\odot \left[{G}\right]"
    assert ("sum(" in cards.names.rule(cards.trace.graph[2], 1)) == bool(over)


@pytest.mark.parametrize("name", HOSTILE)
def test_every_name_stands_in_the_equation_of_its_step(name):
    x = ag.tensor([1.0, 2.0], requires_grad=True, name=name)
    equations = Equations(Cards(ag.trace(ag.sum(x * x))))
    assert equations.made(1) is not None
    assert equations.product(6) is not None


def test_what_is_shared_is_found_beside_a_name_with_a_where():
    names = {"a where b = c": variable("x"), "w": variable("w")}
    text = "s * s where s = a where b = c + w"
    assert latex(formula(text, names)) == r"s\cdot s\text{  where  }s=x+w"
