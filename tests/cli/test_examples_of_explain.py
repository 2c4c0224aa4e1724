"""The examples of ``glassgrad explain``: the lectures' numbers, with gradients like NumPy's."""

import ast
import io
import re
from contextlib import redirect_stdout

import numpy as np
import pytest

from autograd.cli.examples import EXAMPLES
from autograd.cli.expression import names, statements_of
from autograd.cli.main import main
from autograd.cli.subject import work_out

MOST_STEPS = 40


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def softmax(x):
    return np.exp(x) / np.exp(x).sum(axis=-1, keepdims=True)


def of_a_neuron(w0, x0, w1, x1, w2):
    return sigmoid(w0 * x0 + w1 * x1 + w2)


def of_logits(z):
    return -np.log(softmax(z)[2])


def of_an_image(x, w, b):
    windows = x[0, 0].reshape(2, 2, 2, 2).swapaxes(1, 2)  # with a stride of 2 they do not overlap
    h = np.maximum((windows * w[0, 0]).sum(axis=(2, 3)) + b, 0)
    return ((h - [[1, 0], [0, 2]]) ** 2).sum() / 2


def of_a_network(W, x, b, V, c):
    return ((V @ np.tanh(W @ x + b) + c - 1) ** 2).sum() / 2


def of_tokens(x, Q, K, V):
    scores = (x @ Q) @ (x @ K).T / np.sqrt(2)
    return ((softmax(scores) @ (x @ V)) ** 2).sum() / 2


def of_a_batch(x, g, b):
    normal = (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + 1e-5)
    return ((g * normal + b - [[0, 1], [1, 0], [0, 0], [1, 1]]) ** 2).sum() / 2


def of_a_cell(x, h0, c0, Wi, Wf, Wg, Wo):
    hx = np.concatenate([h0, x])
    c = sigmoid(Wf @ hx) * c0 + sigmoid(Wi @ hx) * np.tanh(Wg @ hx)
    return (sigmoid(Wo @ hx) * np.tanh(c)).sum()


WRITTEN_WITH_NUMPY = {
    "sigmoid": of_a_neuron,
    "softmax": of_logits,
    "conv": of_an_image,
    "mlp": of_a_network,
    "attention": of_tokens,
    "batchnorm": of_a_batch,
    "lstm": of_a_cell,
}


def point(name):
    return {k: np.array(ast.literal_eval(v), float) for k, v in EXAMPLES[name].values.items()}


def traced(name):
    return work_out(EXAMPLES[name].text, EXAMPLES[name].values)


def gradients(trace):
    return {n.name: trace.gradient(n.id) for n in trace.graph if n.primitive is None and n.name}


def slope(f, values, name, h=1e-6):
    """Return central differences of a function along each element of one of its arguments."""
    result = np.zeros_like(values[name])
    for i in np.ndindex(result.shape):
        step = np.zeros_like(result)
        step[i] = h
        high = f(**{**values, name: values[name] + step})
        result[i] = (high - f(**{**values, name: values[name] - step})) / (2 * h)
    return result


@pytest.fixture(params=EXAMPLES)
def name(request):
    return request.param


def test_every_example_is_checked_with_numpy():
    assert list(EXAMPLES) == list(WRITTEN_WITH_NUMPY)


def test_the_value_is_that_of_numpy(name):
    graph = traced(name).graph
    expected = WRITTEN_WITH_NUMPY[name](**point(name))
    assert graph[graph.outputs[0]].value == pytest.approx(expected, rel=1e-12)


def test_the_gradients_are_central_differences(name):
    found = gradients(traced(name))
    for variable in EXAMPLES[name].values:
        expected = slope(WRITTEN_WITH_NUMPY[name], point(name), variable)
        np.testing.assert_allclose(found[variable], expected, rtol=1e-6, atol=1e-8)


def test_an_example_is_small_enough_to_be_read(name):
    trace = traced(name)
    assert sum(event.kind == "vjp" for event in trace) <= MOST_STEPS
    assert max(np.size(node.value) for node in trace.graph) <= 16


def test_every_variable_of_an_example_has_a_value_and_a_gradient_that_is_not_zero(name):
    assert set(names(EXAMPLES[name].text)) == set(EXAMPLES[name].values)
    found = gradients(traced(name))
    assert all(np.abs(found[variable]).max() > 1e-3 for variable in EXAMPLES[name].values)


def test_every_assigned_name_is_a_node(name):
    assigned = [s.partition(" = ")[0] for s in statements_of(EXAMPLES[name].text, "f")]
    named = {node.name for node in traced(name).graph}
    assert set(assigned) - {"f", "t"} <= named | {"t"}


# What the lectures derive by hand


def test_the_gradient_of_cross_entropy_is_the_softmax_minus_the_target():
    found = gradients(traced("softmax"))["z"]
    np.testing.assert_allclose(found, softmax(point("softmax")["z"]) - [0, 0, 1], rtol=1e-12)
    assert found.round(4).tolist() == [0.0900, 0.2447, -0.3348]


def test_the_gradients_of_the_perceptron_are_the_delta_rule():
    v, found = point("mlp"), gradients(traced("mlp"))
    h = np.tanh(v["W"] @ v["x"] + v["b"])
    delta = v["V"] @ h + v["c"] - 1
    hidden = v["V"].T @ delta * (1 - h**2)
    expected = {"V": delta @ h.T, "c": delta.sum(), "W": hidden @ v["x"].T, "b": hidden}
    expected["x"] = v["W"].T @ hidden
    for variable, gradient in expected.items():
        np.testing.assert_allclose(found[variable], gradient, rtol=1e-12)


def test_the_gradient_of_a_kernel_sums_its_windows():
    v, found = point("conv"), gradients(traced("conv"))
    windows = v["x"][0, 0].reshape(2, 2, 2, 2).swapaxes(1, 2)
    a = (windows * v["w"][0, 0]).sum(axis=(2, 3)) + v["b"]
    delta = (np.maximum(a, 0) - [[1, 0], [0, 2]]) * (a > 0)
    np.testing.assert_allclose(found["w"][0, 0], np.tensordot(delta, windows, 2), rtol=1e-12)
    back = delta[:, :, None, None] * v["w"][0, 0]
    np.testing.assert_allclose(found["x"][0, 0], back.swapaxes(1, 2).reshape(4, 4), rtol=1e-12)
    assert (a <= 0).any()  # the ReLU stops one of the four


def test_the_gradient_of_a_batch_is_orthogonal_to_ones_and_nearly_to_what_it_normalises():
    v, found = point("batchnorm"), gradients(traced("batchnorm"))["x"]
    np.testing.assert_allclose(found.sum(axis=0), 0, atol=1e-12)
    centred = v["x"] - v["x"].mean(axis=0)
    np.testing.assert_allclose((found * centred).sum(axis=0), 0, atol=1e-3)  # 0 without epsilon


def test_the_gates_of_a_cell_scale_its_gradients():
    v, found = point("lstm"), gradients(traced("lstm"))
    hx = np.concatenate([v["h0"], v["x"]])
    i, f, o = (sigmoid(v[f"W{gate}"] @ hx) for gate in "ifo")
    g = np.tanh(v["Wg"] @ hx)
    c = f * v["c0"] + i * g
    dc = o * (1 - np.tanh(c) ** 2)
    np.testing.assert_allclose(found["c0"], f * dc, rtol=1e-12)
    np.testing.assert_allclose(found["Wi"], np.outer(dc * g * i * (1 - i), hx), rtol=1e-12)
    np.testing.assert_allclose(found["Wo"], np.outer(np.tanh(c) * o * (1 - o), hx), rtol=1e-12)


def test_attention_gives_each_token_a_mean_of_the_values():
    graph = traced("attention").graph
    a = next(node.value for node in graph if node.name == "a")
    np.testing.assert_allclose(a.sum(axis=1), 1, rtol=1e-12)


# What the command makes of them


def output_of(*argv):
    with redirect_stdout(io.StringIO()) as out:
        assert main(["explain", *map(str, argv)]) == 0
    return out.getvalue()


@pytest.fixture
def made(name, tmp_path, monkeypatch):
    """Return what the command prints of an example, and the files that it writes."""
    monkeypatch.chdir(tmp_path)
    out = output_of(name, "--md", "a.md", "--tex", "a.tex", "--svg", "a.svg", "--html", "a.html")
    return out, {p.suffix[1:]: p.read_text(encoding="utf-8") for p in tmp_path.iterdir()}


def test_an_example_prints_its_statements_and_is_written_as_text_drawing_and_page(name, made):
    out, files = made
    trace = traced(name)
    steps = sum(event.kind == "vjp" for event in trace)
    result = trace.graph[trace.graph.outputs[0]].name or "f"
    assert out.startswith("\n".join(statements_of(EXAMPLES[name].text, result)) + "\n\nForward\n")
    assert f"\nStep {steps} of {steps} " in out
    assert re.findall(r"^  d\S+/d(\S+) += ", out.partition("\nGradients\n")[2], re.M)
    assert f"{steps}. " in files["md"]
    assert files["tex"].startswith("\\documentclass")
    assert files["svg"].startswith("<svg")
    *before, last = statements_of(EXAMPLES[name].text, result)
    assert f"<title>{name}: {last}</title>" in files["html"] or not before


def test_every_step_of_an_example_is_an_expression_that_was_recomputed(made):
    out, files = made
    for text in (out, files["md"], files["tex"], files["svg"]):
        assert "the rule of" not in text
    steps = re.findall(r"^  d\S+ \+= (.+)", out.partition("\nGradients\n")[0], re.M)
    assert len(steps) == out.count("\nStep ")
    assert "\nevery step recomputed: equal\n" in out


def test_other_values_may_be_given_to_an_example(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert "dL/dz = [0.67 0.24 -0.91]" in output_of("softmax", "z=[3,2,1]")


def test_the_command_alone_lists_the_examples():
    out = output_of()
    for name, example in EXAMPLES.items():
        assert re.search(rf"glassgrad explain {name} +{re.escape(example.about)}\n", out)


def test_the_help_lists_the_examples(capsys):
    with pytest.raises(SystemExit):
        main(["explain", "--help"])
    out = capsys.readouterr().out
    assert all(f"  glassgrad explain {name} " in out for name in EXAMPLES)
    assert max(map(len, out.splitlines())) <= 100
