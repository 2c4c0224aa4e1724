"""The losses: value, and gradient with respect to the input, in float64.

Of the losses that PyTorch does not have, it evaluates the formula.
"""

import numpy as np

import autograd as ag
import nn
from tests.nn.parity import Case, eighths

PENALTIES = ("l1_penalty", "l2_penalty")
OF_CLASSES = ("nll_loss", "cross_entropy")
REDUCTIONS = ("mean", "sum", "none")
SHAPES = [(), (1,), (5,), (1, 1), (4, 3), (2, 3, 2), (1, 2, 3, 2), (3, 1, 4)]


def elementwise():
    """Shapes of all kinds, with each reduction in turn."""
    for number, shape in enumerate(SHAPES):
        yield {"reduction": REDUCTIONS[number % 3]}, shape, {}
    yield {"reduction": "sum"}, (0, 3), {}


def smooth():
    for number, beta in enumerate([0.0, 0.125, 0.25, 0.5, 1.0, 1.5, 2.0, 1e-9, 1e9, 0]):
        yield {"reduction": REDUCTIONS[number % 3], "beta": beta}, SHAPES[number % 8], {}


def binary():
    yield from elementwise()
    for number, weight in enumerate([(3,), (4, 1), (4, 3), ()]):
        yield {"reduction": REDUCTIONS[number % 3]}, (4, 3), {"weight": weight}


def binary_probabilities():
    yield from binary()
    for reduction in REDUCTIONS:
        yield {"reduction": reduction}, (4, 3), {"certain": True}


def binary_logits():
    yield from binary()
    for number, weight in enumerate([(3,), (4, 1), (), (1, 3)]):
        extra = {"pos_weight": weight} | ({"weight": (4, 3)} if number % 2 else {})
        yield {"reduction": REDUCTIONS[number % 3]}, (4, 3), extra
    yield {}, (4, 3), {"scale": 1000.0}


def of_classes():
    shapes = [(4, 3), (1, 3), (4, 1), (3,), (1,), (2, 3, 4), (2, 3, 2, 2), (1, 2, 1, 2, 2)]
    for number, shape in enumerate(shapes):
        yield {"reduction": REDUCTIONS[number % 3]}, shape, {}
        yield {"reduction": REDUCTIONS[(number + 1) % 3]}, shape, {"weight": True}
    for number, reduction in enumerate(REDUCTIONS * 2):
        options = {"reduction": reduction, "ignore_index": (-100, 1, 255)[number % 3]}
        yield options, (6, 3), {"ignored": True}
        yield options, (3, 3, 4), {"ignored": True, "weight": True}
    yield {}, (4, 3), {"scale": 1000.0}


def of_probabilities():
    yield from of_classes()
    for reduction in REDUCTIONS:
        for shape in [(4, 3), (3,), (2, 3, 4), (2, 1)]:
            yield {"reduction": reduction}, shape, {"probabilities": True}
        for weight in (False, True):
            soft = {"reduction": reduction, "label_smoothing": 0.25 + weight / 8}
            for shape in [(4, 3), (3,), (2, 3, 2)]:
                yield soft, shape, {"weight": weight}
                yield soft, shape, {"weight": weight, "probabilities": True}
            yield soft, (6, 3), {"weight": weight, "ignored": True}
            yield soft, (2, 3, 4), {"weight": weight, "ignored": True}
    yield {"label_smoothing": 1.0}, (4, 3), {}


def plain():
    for shape in SHAPES[1:]:
        yield {}, shape, {}
    yield {}, (7, 2), {}


def flow():
    for number, (n, h, w) in enumerate([(1, 1, 1), (2, 3, 4), (1, 5, 2), (3, 1, 2)] * 2):
        extra = {"mask": number > 3}
        yield {"reduction": REDUCTIONS[number % 3]}, (n, 2, h, w), extra


def huber():
    for number, delta in enumerate([0.125, 0.5, 1.0, 1.5, 2.0, 1e9]):
        yield {"reduction": REDUCTIONS[number % 3], "delta": delta}, SHAPES[number % 8], {}


def divergence():
    for number, reduction in enumerate(["mean", "sum", "none", "batchmean"] * 2):
        options = {"reduction": reduction, "log_target": number > 3}
        yield options, [(4, 3), (5,), (2, 3, 2)][number % 3], {"kind": "logs"}


def gaussian():
    for number, shape in enumerate(SHAPES[1:]):
        var = [shape, (*shape[:-1], 1), shape[:-1]][number % 3] or shape
        options = {"reduction": REDUCTIONS[number % 3], "full": number % 2 == 1}
        yield options, shape, {"var": var}
    yield {"eps": 1.0}, (4, 3), {"var": (4, 3)}


def poisson():
    for number, shape in enumerate(SHAPES[:6]):
        options = {"log_input": number % 2 == 0, "full": number % 3 > 0}
        yield options | {"reduction": REDUCTIONS[number % 3]}, shape, {"kind": "counts"}


def signed():
    for number, shape in enumerate(SHAPES):
        yield {"reduction": REDUCTIONS[number % 3]}, shape, {"kind": "signs"}


def signed_with_margin():
    for number, (options, shape, extra) in enumerate(signed()):
        yield options | {"margin": [0.0, 0.5, 2.0][number % 3]}, shape, extra


def angles():
    for number, shape in enumerate([(4, 3), (1, 5), (3,), (6, 2), (2, 1), (3, 4)]):
        options = {"reduction": REDUCTIONS[number % 3], "margin": [0.0, 0.25][number % 2]}
        yield options, shape, {"kind": "pair signs"}


def triplets():
    for number, p in enumerate([2.0, 1.0, 3.0, 2.0, 1.5, 2.0]):
        options = {"reduction": REDUCTIONS[number % 3], "p": p, "swap": number % 2 == 1}
        yield options | {"margin": 1.0 + number / 2}, [(4, 3), (2, 2, 3)][number % 2], {}


def margins():
    for number, shape in enumerate([(4, 3), (3,), (5, 4), (1, 2), (6, 3), (2, 5)]):
        options = {"reduction": REDUCTIONS[number % 3], "p": 1 + number % 2}
        yield options | {"margin": [1.0, 0.5][number % 2]}, shape, {"weight": number > 2}


def labels():
    for number, shape in enumerate([(4, 3), (3,), (5, 4), (1, 2), (6, 5)]):
        yield {"reduction": REDUCTIONS[number % 3]}, shape, {"kind": "labels"}


def several_binary():
    for number, shape in enumerate([(4, 3), (5,), (2, 3, 2), (1, 1), (3, 4)]):
        weight = {"weight": shape[-1:]} if number % 2 else {}
        yield {"reduction": REDUCTIONS[number % 3]}, shape, {"kind": "bits", **weight}


KINDS = {
    "huber_loss": huber,
    "kl_div": divergence,
    "gaussian_nll_loss": gaussian,
    "poisson_nll_loss": poisson,
    "soft_margin_loss": signed,
    "hinge_embedding_loss": signed_with_margin,
    "margin_ranking_loss": signed_with_margin,
    "cosine_embedding_loss": angles,
    "triplet_margin_loss": triplets,
    "multi_margin_loss": margins,
    "multilabel_margin_loss": labels,
    "multilabel_soft_margin_loss": several_binary,
    "half_sum_of_squares": plain,
    "quadratic_loss": plain,
    "mse_loss": elementwise,
    "l1_loss": elementwise,
    "smooth_l1_loss": smooth,
    "binary_cross_entropy": binary_probabilities,
    "binary_cross_entropy_with_logits": binary_logits,
    "nll_loss": of_classes,
    "cross_entropy": of_probabilities,
    "end_point_error": flow,
    "l1_penalty": plain,
    "l2_penalty": plain,
}
CASES = [
    Case(name, number, *settings)
    for name, kind in KINDS.items()
    for number, settings in enumerate(kind())
]


# What is given by place, and in which order; the rest is given by name.
PLACES = {
    "margin_ranking_loss": ("input", "second", "target"),
    "cosine_embedding_loss": ("input", "second", "target"),
    "triplet_margin_loss": ("input", "second", "third"),
}
DIFFERENTIATED = ("second", "third", "var")
NEW = tuple(KINDS)[:12]  # whose kinks are avoided: the slope there is 0 here


def draw_new(case):
    rng, extra, kind = case.rng, case.extra, case.extra.get("kind")
    shape = case.shape
    given = {"input": eighths(rng, shape) + 1 / 16}
    if case.name == "poisson_nll_loss" and not case.options["log_input"]:
        given["input"] = abs(given["input"])
    for name in PLACES.get(case.name, ())[1:]:
        if name != "target":
            given[name] = eighths(rng, shape) / 2 + 1 / 64
    if case.name != "triplet_margin_loss":
        draws = {
            "logs": lambda: (
                np.log(1 / 8) * rng.random(shape)
                if case.options.get("log_target")
                else rng.integers(0, 9, shape) / 8
            ),
            "counts": lambda: rng.integers(0, 6, shape) * 1.0,
            "signs": lambda: rng.choice([-1.0, 1.0], shape),
            "pair signs": lambda: rng.choice([-1.0, 1.0], shape[:-1]),
            "bits": lambda: rng.integers(0, 9, shape) / 8,
            "labels": lambda: rng.permuted(
                np.arange(-1, shape[-1] - 1) + np.zeros(shape, int), axis=-1
            ),
        }
        of_classes = lambda: rng.integers(0, shape[-1], shape[:-1])  # noqa: E731
        other = of_classes if case.name == "multi_margin_loss" else lambda: eighths(rng, shape)
        given["target"] = np.asarray(draws.get(kind, other)())
    if "var" in extra:
        given["var"] = eighths(rng, extra["var"], 1, 17)
    if extra.get("weight"):
        weight = extra["weight"]
        given["weight"] = eighths(rng, shape[-1:] if weight is True else weight, 1, 17)
    if case.options.get("reduction") == "none":
        whole = ("huber_loss", "kl_div", "gaussian_nll_loss", "poisson_nll_loss")
        whole += ("soft_margin_loss", "hinge_embedding_loss", "margin_ranking_loss")
        given["cotangent"] = eighths(rng, shape if case.name in whole else shape[:-1])
    return given


def draw(case):
    if case.name in NEW:
        return draw_new(case)
    rng, extra = case.rng, case.extra
    given = {"input": eighths(rng, case.shape) * extra.get("scale", 1.0)}
    if case.name == "binary_cross_entropy":
        inside = rng.integers(1, 8, case.shape) / 8  # at 0 and 1 PyTorch has another slope
        given["input"] = rng.integers(0, 2, case.shape) * 1.0 if extra.get("certain") else inside
    if case.name not in PENALTIES:
        given["target"] = target(case, rng)
    for name in ("weight", "pos_weight"):
        if extra.get(name):
            shape = class_count(case) if case.name in OF_CLASSES else extra[name]
            given[name] = eighths(rng, shape, 1, 17)
    if extra.get("mask"):
        given["mask"] = rng.integers(0, 2, without_classes(case.shape)) == 1
        given["mask"].flat[0] = True
    if case.options.get("reduction") == "none":
        axis = case.name in (*OF_CLASSES, "end_point_error")
        given["cotangent"] = eighths(rng, without_classes(case.shape) if axis else case.shape)
    return given


def target(case, rng):
    if case.name.startswith("binary"):
        return rng.integers(0, 9, case.shape) / 8
    if case.name not in OF_CLASSES:
        return eighths(rng, case.shape)
    count, shape = class_count(case), without_classes(case.shape)
    if case.extra.get("probabilities"):
        parts = rng.multinomial(8, np.full(count, 1 / count), shape) / 8
        return np.moveaxis(parts, -1, min(1, len(case.shape) - 1))
    classes = rng.integers(0, count, shape)
    if case.extra.get("ignored"):
        classes[rng.random(shape) < 0.4] = case.options.get("ignore_index", -100)
        classes.flat[0] = 0
    return classes


def class_count(case):
    return case.shape[min(1, len(case.shape) - 1)]


def without_classes(shape):
    return shape[:1] + shape[2:] if len(shape) > 1 else ()


def by_torch(case, given):
    import torch
    import torch.nn.functional as F

    formulas = {
        "half_sum_of_squares": lambda y, t: ((y - t) ** 2).sum() / 2,
        "quadratic_loss": lambda y, t: ((y - t) ** 2).sum() / (2 * len(y)),
        "end_point_error": flow_by_torch,
        "l1_penalty": lambda w: w.abs().sum(),
        "l2_penalty": lambda w: (w**2).sum(),
    }
    f = formulas.get(case.name) or getattr(F, case.name)
    arrays = {key: torch.tensor(value) for key, value in given.items() if key != "cotangent"}
    learned = [name for name in ("input", *DIFFERENTIATED) if name in arrays]
    leaves = {name: arrays[name].requires_grad_(True) for name in learned}
    value = f(*placed(case, arrays), **arrays, **case.options)
    value.backward(torch.tensor(given["cotangent"]) if "cotangent" in given else None)
    gradients = {name: leaf.grad.numpy() for name, leaf in leaves.items()}
    return result(case, value.detach().numpy(), gradients)


def placed(case, given):
    """Take out what is given by place."""
    names = PLACES.get(case.name, ("input", "target"))
    return [given.pop(name) for name in names if name in given]


def flow_by_torch(y, t, reduction, mask=None):
    """Write the length out as a root of squares, which no target here makes 0."""
    lengths = ((y - t) ** 2).sum(1).sqrt()
    if mask is None:
        return {"mean": lengths.mean(), "sum": lengths.sum(), "none": lengths}[reduction]
    kept = lengths[mask]
    return {"mean": kept.mean(), "sum": kept.sum(), "none": lengths * mask}[reduction]


def by_nn(case, given):
    given = dict(given)
    cotangent = given.pop("cotangent", None)
    learned = [name for name in ("input", *DIFFERENTIATED) if name in given]
    leaves = {name: ag.tensor(given[name], requires_grad=True) for name in learned}
    given |= leaves
    value = getattr(nn, case.name)(*placed(case, given), **given, **case.options)
    value.backward(cotangent)
    return result(case, value.data, {name: leaf.grad for name, leaf in leaves.items()})


def result(case, value, gradients):
    if case.extra.get("certain"):
        return {"value": value}
    others = {f"gradient of {name}": g for name, g in gradients.items() if name != "input"}
    return {"value": value, "gradient": gradients["input"], **others}
