"""The examples of ``glassgrad explain``: the lectures' formulas, with numbers small enough to read.

Each is a text of the little language and values for its variables.  What the text itself sets, such
as a target, is a constant; what has a value beside it has a gradient.
"""

from __future__ import annotations

from typing import NamedTuple


class Example(NamedTuple):
    """One example.

    Attributes
    ----------
    about : str
        What it shows, in a few words.
    text : str
    values : dict from str to str
        As they would be written on the command line.
    """

    about: str
    text: str
    values: dict[str, str]


EXAMPLES = {
    "sigmoid": Example(
        "a neuron with two inputs, gate by gate",
        "1 / (1 + exp(-(w0*x0 + w1*x1 + w2)))",
        {"w0": "2", "x0": "-1", "w1": "-3", "x1": "-2", "w2": "-3"},
    ),
    "softmax": Example(
        "softmax and cross-entropy of three logits, written out",
        """
        u = exp(z)
        s = sum(u)
        p = u / s
        L = -log(p[2])
        """,
        {"z": "[1, 2, 3]"},
    ),
    "conv": Example(
        "a 4x4 image, a 2x2 kernel, stride 2, and a ReLU",
        """
        t = [[[[1, 0], [0, 2]]]]
        a = conv(x, w, stride=2)
        h = relu(a + b)
        L = sum((h - t)**2) / 2
        """,
        {
            "x": "[[[[1, 2, 0, 1], [0, 1, 3, 1], [2, 1, 1, 2], [1, 0, 1, 1]]]]",
            "w": "[[[[1, -1], [2, 1]]]]",
            "b": "-1",
        },
    ),
    "mlp": Example(
        "two inputs, three tanh units, one output, squared error",
        """
        t = 1
        a = W @ x + b
        h = tanh(a)
        y = V @ h + c
        L = sum((y - t)**2) / 2
        """,
        {
            "W": "[[0.5, -1], [1, 0.5], [-1, 1]]",
            "x": "[[1], [2]]",
            "b": "[[1], [-2], [0]]",
            "V": "[[1, -2, 0.5]]",
            "c": "0.5",
        },
    ),
    "attention": Example(
        "one head over three tokens of two features",
        """
        q = x @ Q
        k = x @ K
        v = x @ V
        s = q @ k.T / sqrt(2)
        a = softmax(s)
        o = a @ v
        L = sum(o**2) / 2
        """,
        {
            "x": "[[1, 0], [0, 1], [1, 1]]",
            "Q": "[[1, 0], [0, 2]]",
            "K": "[[1, 1], [-1, 1]]",
            "V": "[[1, -1], [2, 1]]",
        },
    ),
    "batchnorm": Example(
        "batch normalisation of four examples with two features",
        """
        t = [[0, 1], [1, 0], [0, 0], [1, 1]]
        m = mean(x, axis=0)
        c = x - m
        v = mean(c**2, axis=0)
        n = c / sqrt(v + 1e-5)
        y = g * n + b
        L = sum((y - t)**2) / 2
        """,
        {
            "x": "[[1, 2], [3, 0], [3, 2], [5, 0]]",
            "g": "[1, 2]",
            "b": "[0, 1]",
        },
    ),
    "lstm": Example(
        "one step of an LSTM with two units and one input",
        """
        hx = concatenate([h0, x])
        i = sigmoid(Wi @ hx)
        f = sigmoid(Wf @ hx)
        g = tanh(Wg @ hx)
        o = sigmoid(Wo @ hx)
        c = f * c0 + i * g
        u = tanh(c)
        h = o * u
        L = sum(h)
        """,
        {
            "x": "[1]",
            "h0": "[0.5, -0.5]",
            "c0": "[1, -1]",
            "Wi": "[[1, 0, 0.5], [0, 1, -0.5]]",
            "Wf": "[[0.5, 1, 1], [-1, 0.5, 1]]",
            "Wg": "[[1, -1, 0.5], [0.5, 1, -1]]",
            "Wo": "[[0, 1, 1], [1, 0, 0.5]]",
        },
    ),
}
