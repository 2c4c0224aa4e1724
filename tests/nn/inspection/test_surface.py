"""The loss surface: its numbers on losses with a formula, and its directions."""

import numpy as np
import pytest

import autograd as ag
import nn
from nn.inspection import loss_surface
from tests.refusals import assert_refused

DATA = nn.data.moons(30, rng=0)


def bowl():
    """Return a model of two weights, (3, 4), whose loss is ``w1^2 + 4 w2^2``."""
    model = nn.Linear(2, 1, bias=False)
    model.weight.data = [[3.0, 4.0]]
    return model, lambda y, t: nn.mse_loss(y, t, "sum"), (np.diag([1.0, 2.0]), np.zeros((2, 1)))


def vector(model):
    return nn.utils.parameters_to_vector(model.parameters()).numpy()


def descent(model, epochs=8):
    """Train, and return the weights along the way."""
    path = [vector(model)]
    sgd = nn.optim.SGD(model.parameters(), lr=0.5)
    how = {"optimizer": sgd, "epochs": epochs, "progress": False, "rng": 0}
    nn.fit(model, nn.cross_entropy, DATA, on_epoch=lambda _: path.append(vector(model)), **how)
    return path


def test_the_losses_of_a_bowl_are_those_of_its_formula():
    directions = np.array([[1.0, 0.0], [1.0, 2.0]])
    found = loss_surface(*bowl(), directions=directions, span=(-2, 3), resolution=7)
    x, y = np.meshgrid(found.x, found.y)
    np.testing.assert_allclose(found.losses, (3 + x + y) ** 2 + 4 * (4 + 2 * y) ** 2)
    assert (found.x[0], found.x[-1]) == (-2, 3)
    assert found.origin.tolist() == [3.0, 4.0]


def test_the_middle_is_the_loss_of_the_model():
    model = nn.models.MLP(2, 5, 2, rng=0)
    found = loss_surface(model, nn.cross_entropy, DATA, resolution=3, rng=0)
    expected = nn.evaluate(model, nn.cross_entropy, DATA)["loss"]
    assert found.losses[1, 1] == pytest.approx(expected)
    assert (found.path.shape, found.share) == ((0, 2), None)


def test_random_directions_have_the_lengths_of_the_filters_and_leave_biases():
    model = nn.Sequential(nn.Conv2d(2, 3, 3, rng=0), nn.Flatten(), nn.Linear(12, 4, rng=1))
    data = np.zeros((2, 2, 4, 4)), np.array([0, 1])
    found = loss_surface(model, nn.cross_entropy, data, resolution=1, rng=0)
    one, other = found.directions
    assert abs(np.dot(one, other)) < 0.9 * np.linalg.norm(one) * np.linalg.norm(other)
    for direction in found.directions:
        kernels, biases, rows, rest = np.split(direction, np.cumsum([54, 3, 48]))
        for part, weight in ((kernels, model[0].weight), (rows, model[2].weight)):
            lengths = np.linalg.norm(part.reshape(len(weight), -1), axis=1)
            wanted = np.linalg.norm(weight.numpy().reshape(len(weight), -1), axis=1)
            np.testing.assert_allclose(lengths, wanted)
        assert not biases.any()
        assert not rest.any()


def test_the_principal_directions_are_those_of_the_covariance_around_the_end():
    model = nn.models.MLP(2, 4, 2, activation=nn.Tanh, rng=0)
    path = np.array(descent(model))
    found = loss_surface(model, nn.cross_entropy, DATA, path=path, resolution=2)
    steps = path - path[-1]
    values, vectors = np.linalg.eigh(steps.T @ steps)
    np.testing.assert_allclose(found.directions @ found.directions.T, np.eye(2), atol=1e-12)
    for direction, principal in zip(found.directions, vectors.T[::-1], strict=False):
        assert abs(direction @ principal) == pytest.approx(1)
    assert found.share == pytest.approx(values[-2:].sum() / values.sum())
    np.testing.assert_allclose(found.path, steps @ found.directions.T, atol=1e-12)
    np.testing.assert_allclose(found.path[-1], 0, atol=1e-12)
    assert (found.path[0] <= 0).all()


def test_the_surface_is_drawn_around_the_whole_descent():
    model = nn.models.MLP(2, 4, 2, activation=nn.Tanh, rng=0)
    found = loss_surface(model, nn.cross_entropy, DATA, path=descent(model), resolution=2)
    for axis, line in zip((found.x, found.y), found.path.T, strict=True):
        assert axis[0] < line.min()
        assert line.max() < axis[1]


def test_a_descent_over_given_directions_is_seen_from_above():
    path = [[5.0, 4.0], [4.0, 6.0], [3.0, 4.0]]
    found = loss_surface(*bowl(), path=path, directions=[[1.0, 0.0], [1.0, 2.0]], resolution=2)
    np.testing.assert_allclose(found.path, [[2, 0], [0, 1], [0, 0]], atol=1e-12)
    assert found.share == pytest.approx(1)


def test_of_a_plane_a_descent_lies_in_as_much_as_the_formula_says():
    class Three(nn.Module):
        def __init__(self):
            self.w = nn.Parameter(np.zeros(3))

        def forward(self, x):
            return x @ self.w

    path = [[1.0, 1.0, 2.0], [0.0, 0.0, 0.0]]
    data = np.eye(3), np.zeros(3)
    found = loss_surface(Three(), nn.mse_loss, data, path=path, directions=np.eye(3)[:2])
    assert found.share == pytest.approx(2 / 6)


def test_the_model_is_left_as_it_was():
    model = nn.Sequential(nn.Linear(2, 4, rng=0), nn.BatchNorm1d(4), nn.Dropout(), nn.Linear(4, 2))
    before, grads = model.state_dict(), [p.grad for p in model.parameters()]
    arrays = [p.data for p in model.parameters()]
    loss_surface(model, nn.cross_entropy, DATA, resolution=3, rng=0)
    assert model.training
    assert [p.grad for p in model.parameters()] == grads
    assert all(np.array_equal(model.state_dict()[name], before[name]) for name in before)
    assert all(p.data is array for p, array in zip(model.parameters(), arrays, strict=True))


def test_float32_weights_stay_float32():
    model = nn.models.MLP(2, 4, 2, rng=0).float()
    loss_surface(model, nn.cross_entropy, DATA.map(lambda x: x.astype(np.float32)), resolution=2)
    assert {p.dtype for p in model.parameters()} == {np.dtype("float32")}


@pytest.mark.parametrize(
    ("options", "kind", "words"),
    [
        ({"resolution": 0}, ag.OptionError, "resolution=0"),
        ({"span": (1, 1)}, ag.OptionError, "span=(1, 1)"),
        ({"span": 3}, ag.OptionError, "span=3"),
        ({"directions": "steepest"}, ag.OptionError, "directions='steepest'"),
        ({"directions": "path"}, ag.OptionError, "a path of 0 points"),
        ({"path": [[3.0, 4.0]] * 2}, ag.OptionError, "a path of 2 points"),
        ({"path": [[3.0, 4.0, 5.0]] * 3}, ag.ShapeError, "(3,) and must be (2,)"),
        ({"directions": np.eye(3)[:2]}, ag.ShapeError, "(3,) and must be (2,)"),
        ({"directions": [[1.0, 0.0]]}, ag.OptionError, "two arrays"),
        ({"span": (0, 1e200)}, ag.OptionError, "the losses hold inf"),
    ],
)
@pytest.mark.filterwarnings("ignore:overflow")
def test_what_cannot_be_computed_is_refused(options, kind, words):
    assert_refused(lambda: loss_surface(*bowl(), **options), kind, "loss_surface", words)


def test_what_is_no_module_is_refused():
    assert_refused(
        lambda: loss_surface(lambda x: x, nn.mse_loss, DATA), ag.OptionError, "not function"
    )
