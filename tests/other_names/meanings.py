"""What runs here as there and means something else: the rows that begin docs/coming_from.md."""

# The call there, the same call here, what it gives there and here, and what gives the same here.
MEANINGS = [
    ("t.std()", "t.std()", "divides by n - 1", "divides by n", "t.std(ddof=1)"),
    ("t.var(1)", "t.var(1)", "divides by n - 1", "divides by n", "t.var(axis=1, ddof=1)"),
    (
        "torch.max(t, 1)",
        "ag.max(t, 1)",
        "the values and their places",
        "the values alone, which unpack along the first axis",
        "ag.max(t, axis=1), ag.argmax(t, axis=1)",
    ),
    ("t.max(1)[0]", "t.max(1)[0]", "the values", "the first of the values", "t.max(axis=1)"),
    ("t.max(1)[1]", "t.max(1)[1]", "the places", "the second of the values", "t.argmax(axis=1)"),
    (
        "torch.sort(t, 1)",
        "ag.sort(t, 1)",
        "the values and their places",
        "the values alone, which unpack along the first axis",
        "ag.sort(t, axis=1), ag.argsort(t, axis=1)",
    ),
    ("v.repeat(2)", "v.repeat(2)", "the whole again", "each element again", "ag.tile(v, 2)"),
    (
        "torch.split(x, 1)",
        "ag.split(x, 1)",
        "parts of length 1",
        "1 part",
        "ag.split(x, len(x))",
    ),
    (
        "F.pad(t, (1, 1))",
        "ag.pad(t, (1, 1))",
        "pads the last axis",
        "pads every axis",
        "ag.pad(t, ((0, 0), (1, 1)))",
    ),
]

# There, and here.
MORE = [
    ("`torch.tensor([1.0])` is float32", "`ag.tensor([1.0])` is float64, and layers are"),
    ("`autograd.grad(y, x)` of an input that is not used fails", "`ag.gradients(y, x)` is 0"),
    ("`x += 1` changes `x` for all who have it", "`x` names a new tensor"),
    ("`t.data` and `t.grad` are tensors", "arrays"),
    ("`t.numpy()` shares memory", "a copy"),
    (
        "what `torch.compile(net)` returns has gradients",
        "what `ag.compile(f)` returns are constants; compile the gradient, or use `nn.compile`",
    ),
    ("`t.T` of three axes is deprecated", "reverses all axes; `t.mT` exchanges the last two"),
    ("`DataLoader(data)` keeps the order", "`nn.data.Batches(data)` shuffles it"),
]


def table():
    """Return the calls in Markdown."""
    rows = [f"| `{a}` | {there} | {here} | `{same}` |" for a, _, there, here, same in MEANINGS]
    return "\n".join(["| Call | There | Here | For the same |", "|---|---|---|---|", *rows])


def more():
    """Return the rest in Markdown."""
    return "\n".join(["| There | Here |", "|---|---|", *(f"| {a} | {b} |" for a, b in MORE)])
