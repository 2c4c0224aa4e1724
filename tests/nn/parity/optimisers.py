"""Optimisers, schedules and clipping: the parameters of a small network, step by step."""

from functools import partial

import numpy as np

import autograd as ag
import nn
from tests.nn.parity import Case, eighths

STEPS = 20
CLOSURE_STEPS = 6
SHOWN = (1, 5, 20)
EPOCHS = 30
GROUPS = [{"lr": 0.05}, {"weight_decay": 0.125}]

OPTIMISERS = {
    "SGD": [
        {"lr": 0.125},
        {"lr": 0.1, "momentum": 0.9},
        {"lr": 0.1, "momentum": 0.9, "nesterov": True},
        {"lr": 0.1, "momentum": 0.8, "dampening": 0.5},
        {"lr": 0.1, "weight_decay": 0.1},
        {"lr": 0.1, "momentum": 0.9, "weight_decay": 0.01},
        {"lr": 0.05, "momentum": 0.5, "nesterov": True, "weight_decay": 0.1},
        {"lr": 0.05, "momentum": 0.9, "dampening": 0.1, "weight_decay": 0.2},
        {},
    ],
    "Adam": [
        {"lr": 0.1},
        {"lr": 0.05, "betas": (0.5, 0.9)},
        {"lr": 0.05, "betas": (0.0, 0.99)},
        # Without eps a quotient of roundings decides here, in either library.
        {"lr": 0.05, "betas": (0.9, 0.0), "eps": 0.125},
        {"lr": 0.1, "eps": 0.125},
        {"lr": 0.1, "weight_decay": 0.1},
        {"lr": 0.25, "betas": (0.9, 0.5), "amsgrad": True},
        {"lr": 0.1, "weight_decay": 0.1, "betas": (0.8, 0.6), "amsgrad": True},
        {},
    ],
    "RMSprop": [
        {"lr": 0.05},
        {"lr": 0.05, "alpha": 0.5},
        {"lr": 0.05, "alpha": 0.0},
        {"lr": 0.05, "eps": 0.125},
        {"lr": 0.05, "weight_decay": 0.1},
        {"lr": 0.02, "momentum": 0.9},
        {"lr": 0.02, "centered": True},
        {"lr": 0.01, "alpha": 0.9, "centered": True, "momentum": 0.5, "weight_decay": 0.1},
        {},
    ],
    "Adagrad": [
        {"lr": 0.1},
        {"lr": 0.5},
        {"lr": 0.25, "lr_decay": 0.1},
        {"lr": 0.25, "weight_decay": 0.1},
        {"lr": 0.25, "initial_accumulator_value": 0.5},
        {"lr": 0.25, "eps": 0.125},
        {"lr": 0.25, "lr_decay": 0.5, "weight_decay": 0.25, "initial_accumulator_value": 0.1},
        {},
    ],
}
OPTIMISERS |= {
    "Adadelta": [
        {},
        {"lr": 0.5, "rho": 0.5, "eps": 1e-3},
        {"rho": 0.0, "eps": 0.01},
        {"eps": 1e-3, "weight_decay": 0.1},
    ],
    "Adamax": [
        {"lr": 0.05},
        {"lr": 0.05, "betas": (0.5, 0.75)},
        {"lr": 0.02, "eps": 0.125, "weight_decay": 0.1},
        {},
    ],
    "NAdam": [
        {"lr": 0.05},
        {"lr": 0.05, "betas": (0.5, 0.9), "momentum_decay": 0.5},
        {"lr": 0.02, "eps": 0.125, "weight_decay": 0.1},
        {"lr": 0.02, "weight_decay": 0.1, "decoupled_weight_decay": True},
        {},
    ],
    "RAdam": [
        {"lr": 0.05},
        {"lr": 0.05, "betas": (0.5, 0.9)},
        {"lr": 0.02, "betas": (0.9, 0.5)},
        {"lr": 0.02, "eps": 0.125, "weight_decay": 0.1},
        {"lr": 0.02, "betas": (0.9, 0.95), "weight_decay": 0.1, "decoupled_weight_decay": True},
        {},
    ],
}
OPTIMISERS["AdamW"] = OPTIMISERS["Adam"]

# Their step takes the loss as a function.
WITH_CLOSURE = {
    "LBFGS": [
        {"max_iter": 1, "lr": 0.5},
        {"max_iter": 3, "lr": 0.25, "history_size": 4},
        {"max_iter": 2, "max_eval": 4, "line_search_fn": "strong_wolfe"},
        {"max_iter": 4, "max_eval": 3, "lr": 30.0, "line_search_fn": "strong_wolfe"},
        {"max_iter": 2, "history_size": 2, "line_search_fn": "strong_wolfe"},
        {"max_iter": 9, "tolerance_change": 0.01},
        {"tolerance_grad": 0.25, "line_search_fn": "strong_wolfe"},
    ]
}


def harmonic(epoch):
    return 1 / (1 + epoch)


SCHEDULES = {
    "StepLR": [{"step_size": 7}, {"step_size": 1, "gamma": 0.9}, {"step_size": 4, "gamma": 0.5}],
    "MultiStepLR": [{"milestones": [5, 6, 20]}, {"milestones": [20, 3, 3], "gamma": 0.5}],
    "ExponentialLR": [{"gamma": 0.9}, {"gamma": 0.5}],
    "CosineAnnealingLR": [{"T_max": 30}, {"T_max": 12, "eta_min": 0.01}, {"T_max": 1}],
    "LinearLR": [{}, {"start_factor": 0.1, "total_iters": 12}, {"end_factor": 0.0}],
    "SequentialLR": [
        {"milestones": [5], "parts": [("LinearLR", {}), ("CosineAnnealingLR", {"T_max": 25})]},
        {
            "milestones": [3, 11],
            "parts": [
                ("LinearLR", {"start_factor": 0.25, "total_iters": 3}),
                ("StepLR", {"step_size": 2, "gamma": 0.5}),
                ("ExponentialLR", {"gamma": 0.8}),
            ],
        },
    ],
    "ConstantLR": [{}, {"factor": 0.25, "total_iters": 9}],
    "PolynomialLR": [{}, {"total_iters": 20, "power": 2.5}],
    "CosineAnnealingWarmRestarts": [{"T_0": 7}, {"T_0": 3, "T_mult": 2, "eta_min": 0.01}],
    "LambdaLR": [{"lr_lambda": harmonic}],
    "MultiplicativeLR": [{"lr_lambda": harmonic}],
    "OneCycleLR": [
        {"max_lr": 0.1, "total_steps": 31},
        {"max_lr": [0.1, 0.2], "epochs": 7, "steps_per_epoch": 5, "anneal_strategy": "linear"},
        {"max_lr": 0.1, "total_steps": 40, "three_phase": True, "div_factor": 5.0},
        {"max_lr": 0.1, "total_steps": 33, "pct_start": 0.125, "cycle_momentum": False},
    ],
    "CyclicLR": [
        {"base_lr": 0.01, "max_lr": 0.1, "step_size_up": 5},
        {
            "base_lr": [0.01, 0.02],
            "max_lr": 0.1,
            "step_size_up": 3,
            "step_size_down": 4,
            "mode": "triangular2",
        },
        {"base_lr": 0.01, "max_lr": 0.1, "step_size_up": 4, "mode": "exp_range", "gamma": 0.9},
        {"base_lr": 0.01, "max_lr": 0.1, "step_size_up": 4, "cycle_momentum": False},
    ],
    "ReduceLROnPlateau": [
        {"patience": 2},
        {"patience": 0, "factor": 0.5, "min_lr": 0.01},
        {"mode": "max", "patience": 1, "factor": 0.5, "cooldown": 2},
        {"patience": 1, "threshold": 0.25, "threshold_mode": "abs"},
        {"mode": "max", "patience": 2, "threshold": 0.5, "threshold_mode": "abs"},
        {"patience": 0, "factor": 0.1, "eps": 0.002, "min_lr": [0.001, 0.0]},
    ],
}

# Pairs on one optimiser, as PyTorch multiplies them, of which it gives no sequence a meaning.
PAIRED = [
    ("StepLR", {"step_size": 4, "gamma": 0.5}),
    ("MultiStepLR", {"milestones": [3, 3, 20], "gamma": 0.5}),
    ("ExponentialLR", {"gamma": 0.9}),
    ("CosineAnnealingLR", {"T_max": 30}),
    ("CosineAnnealingLR", {"T_max": 40, "eta_min": 0.01}),
    ("LinearLR", {"start_factor": 0.25, "end_factor": 0.5, "total_iters": 7}),
    ("ReduceLROnPlateau", {"patience": 0, "factor": 0.5, "min_lr": 0.001}),
]

# The same of more schedules, each with one of those.
CHAINED = [
    ("ConstantLR", {"factor": 0.25, "total_iters": 4}),
    ("PolynomialLR", {"total_iters": 30, "power": 2.0}),
    ("MultiplicativeLR", {"lr_lambda": lambda epoch: 0.9}),
]

CLIPPINGS = {
    "clip_grad_norm_": [
        {"max_norm": bound, "norm_type": p} for bound in (0.125, 100.0) for p in (1, 2, 3, "inf")
    ],
    "clip_grad_value_": [{"clip_value": bound} for bound in (0.0, 0.0625, 100.0)],
}


def numbered(table, **extra):
    return [Case(n, i, o, extra=extra) for n, given in table.items() for i, o in enumerate(given)]


CASES = [
    *numbered(OPTIMISERS, kind="optimiser"),
    *[
        Case(name, 90, {"lr": 0.01}, extra={"kind": "optimiser", "groups": GROUPS})
        for name in OPTIMISERS
    ],
    *[
        Case(name, 91, {"lr": 0.001, "maximize": True}, extra={"kind": "optimiser"})
        for name in OPTIMISERS
    ],
    *numbered(WITH_CLOSURE, kind="closure"),
    *numbered(SCHEDULES, kind="schedule"),
    *[
        Case(f"{first}-{second}", i * len(PAIRED) + j, extra={"kind": "pair", "parts": (i, j)})
        for i, (first, _) in enumerate(PAIRED)
        for j, (second, _) in enumerate(PAIRED)
    ],
    *[
        Case(f"{first}-{PAIRED[2 + j][0]}", 0, extra={"kind": "chain", "parts": (j, 2 + j)})
        for j, (first, _) in enumerate(CHAINED)
    ],
    *numbered(CLIPPINGS, kind="clipping"),
]


def draw(case):
    rng = case.rng
    if case.extra["kind"] in ("pair", "chain"):  # of which only the rates are compared
        return {"start": np.zeros(32), "data": np.zeros((8, 5)), "metric": eighths(rng, EPOCHS)}
    given = {"start": eighths(rng, 32), "data": eighths(rng, (8, 5))}
    return given | {"metric": eighths(rng, EPOCHS)} if case.extra["kind"] == "schedule" else given


def split(given):
    """Return the parameters of two dense layers, their input and what they shall compute."""
    w1, b1, w2, b2 = np.split(given["start"], (15, 20, 30))
    parameters = [w1.reshape(5, 3), b1, w2.reshape(2, 5), b2]
    return parameters, given["data"][:, :3], given["data"][:, 3:]


def by_torch(case, given):
    import torch

    torch.set_default_dtype(torch.float64)  # of which NAdam makes its product
    start, x, t = split(given)
    parameters = [torch.tensor(p, requires_grad=True) for p in start]
    x, t = torch.tensor(x), torch.tensor(t)
    loss = partial(error, torch.tanh, parameters, x, t)
    return run(case, parameters, loss, given, torch.optim, torch.nn.utils)


def by_nn(case, given):
    start, x, t = split(given)
    parameters = [nn.Parameter(p) for p in start]
    loss = partial(error, ag.tanh, parameters, x, t)
    return run(case, parameters, loss, given, nn.optim, nn.utils)


def error(tanh, parameters, x, t):
    w1, b1, w2, b2 = parameters
    return ((tanh(x @ w1.T + b1) @ w2.T + b2 - t) ** 2).mean()


def run(case, parameters, loss, given, optim, utils):
    """Do the same with either library: their names agree."""
    if case.extra["kind"] == "clipping":
        return clip(case, parameters, loss, utils)
    if case.extra["kind"] == "optimiser":
        optimiser = optimiser_of(case, parameters, optim)
        return {**train(optimiser, parameters, loss), **memory(optimiser)}
    if case.extra["kind"] == "closure":
        return train_with_closure(case, parameters, loss, optim)
    if case.extra["kind"] == "chain":
        return rates_of_a_chain(case, parameters, optim)
    if case.extra["kind"] == "pair":
        return rates_of_a_pair(case, parameters, given["metric"], optim)
    seen = rates(case, parameters, given["metric"], optim)
    return {**seen, **train_under_schedule(case, parameters, loss, given["metric"], optim)}


def optimiser_of(case, parameters, optim):
    if "groups" in case.extra:
        pairs = zip((parameters[:2], parameters[2:]), case.extra["groups"], strict=True)
        parameters = [{"params": inside, **options} for inside, options in pairs]
    return getattr(optim, case.name)(parameters, **case.options)


def train(optimiser, parameters, loss, after=lambda: None):
    seen = {}
    for step in range(1, STEPS + 1):
        optimiser.zero_grad()
        loss().backward()
        optimiser.step()
        after()
        if step in SHOWN:
            seen[f"after {step}"] = flat(p.detach().numpy() for p in parameters)
    return seen


def train_with_closure(case, parameters, loss, optim):
    optimiser = optimiser_of(case, parameters, optim)

    def closure():
        optimiser.zero_grad()
        value = loss()
        value.backward()
        return value

    seen = {}
    for step in range(1, CLOSURE_STEPS + 1):
        optimiser.step(closure)
        seen[f"after {step}"] = flat(p.detach().numpy() for p in parameters)
    (state,) = optimiser.state_dict()["state"].values()
    return seen | {name: np.array(state[name], float) for name in ("n_iter", "func_evals")}


def memory(optimiser):
    """Return what `state_dict` holds, all parameters in one, by PyTorch's names."""
    state = optimiser.state_dict()["state"]
    names = {name for memory in state.values() for name in memory}
    return {name: flat(np.array(state[i][name], float) for i in state) for name in names}


def clip(case, parameters, loss, utils):
    loss().backward()
    options = {name: float(value) for name, value in case.options.items()}
    norm = getattr(utils, case.name)(parameters, **options)
    seen = {} if norm is None else {"norm": np.array(float(norm))}
    return {**seen, "gradients": flat(np.array(p.grad) for p in parameters)}


def flat(arrays):
    return np.concatenate([array.ravel() for array in arrays])


def two_groups(parameters, optim):
    groups = [{"params": parameters[:2]}, {"params": parameters[2:], "lr": 0.02}]
    return optim.SGD(groups, lr=0.1)


def schedule_of(case, optimiser, optim):
    options = dict(case.options)
    parts = options.pop("parts", None)
    if parts is not None:
        kinds = [(getattr(optim.lr_scheduler, name), given) for name, given in parts]
        options["schedulers"] = [kind(optimiser, **given) for kind, given in kinds]
    return getattr(optim.lr_scheduler, case.name)(optimiser, **options)


def rates(case, parameters, metric, optim):
    """Return the rates of two groups in every epoch, as the groups and the schedule tell them."""
    optimiser = two_groups(parameters, optim)
    schedule = schedule_of(case, optimiser, optim)
    seen = []
    for value in metric:
        optimiser.step()
        seen.append([group["lr"] for group in optimiser.param_groups])
        if getattr(schedule, "cycle_momentum", False):
            seen.append([group["momentum"] for group in optimiser.param_groups])
        step(schedule, value)
        seen.append(schedule.get_last_lr())
    return {"rates": np.array(seen)}


def rates_of_a_pair(case, parameters, metric, optim):
    """Return the rates under two schedules, of which each makes a step in every epoch."""
    optimiser = two_groups(parameters, optim)
    pair = [PAIRED[i] for i in case.extra["parts"]]
    schedules = [getattr(optim.lr_scheduler, name)(optimiser, **options) for name, options in pair]
    seen = []
    for value in metric[:28]:
        optimiser.step()
        seen.append([group["lr"] for group in optimiser.param_groups])
        for schedule in schedules:
            step(schedule, value)
    return {"rates": np.array(seen)}


def rates_of_a_chain(case, parameters, optim):
    optimiser = two_groups(parameters, optim)
    first, second = case.extra["parts"]
    pair = [CHAINED[first], PAIRED[second]]
    parts = [getattr(optim.lr_scheduler, name)(optimiser, **options) for name, options in pair]
    schedule = optim.lr_scheduler.ChainedScheduler(parts)
    seen = []
    for _ in range(28):
        optimiser.step()
        seen.append([group["lr"] for group in optimiser.param_groups])
        schedule.step()
    return {"rates": np.array(seen)}


def train_under_schedule(case, parameters, loss, metric, optim):
    optimiser = two_groups(parameters, optim)
    schedule = schedule_of(case, optimiser, optim)
    values = iter(metric)
    return train(optimiser, parameters, loss, lambda: step(schedule, next(values)))


def step(schedule, metric):
    takes_metric = type(schedule).__name__ == "ReduceLROnPlateau"
    schedule.step(float(metric)) if takes_metric else schedule.step()
