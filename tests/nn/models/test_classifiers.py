"""The classifiers of the lectures: how large they are, that they learn, and what they refuse."""

import re
from pathlib import Path

import numpy as np
import pytest

import autograd as ag
import nn
from nn.models import VGG, AlexNet, AlexNet2012, GoogLeNet, ResNet, ZFNet
from nn.models.googlenet import Outputs
from tests.nn.parity import distance, family, stored, torchvision_names


class NoDraws(np.random.Generator):
    """Returns zeros at once: for models of which only names and sizes count."""

    def normal(self, loc=0.0, scale=1.0, size=None):
        return np.broadcast_to(0.0, size)

    uniform = normal


NO_DRAWS = NoDraws(np.random.PCG64(0))
MODELS = {
    "AlexNet": lambda rng=0: AlexNet(rng=rng),
    "AlexNet2012": lambda rng=0: AlexNet2012(rng=rng),
    "ZFNet": lambda rng=0: ZFNet(rng=rng),
    "VGG-M": lambda rng=0: VGG("M", rng=rng),
    "VGG-16": lambda rng=0: VGG(16, rng=rng),
    "VGG-19": lambda rng=0: VGG(19, rng=rng),
    "GoogLeNet": lambda rng=0: GoogLeNet(auxiliary=False, rng=rng),
    "GoogLeNet, auxiliary": lambda rng=0: GoogLeNet(rng=rng),
    "GoogLeNet, normalised": lambda rng=0: GoogLeNet(auxiliary=False, batch_norm=True, rng=rng),
    "GoogLeNet, normalised, auxiliary": lambda rng=0: GoogLeNet(batch_norm=True, rng=rng),
    "ResNet-18": lambda rng=0: ResNet(18, rng=rng),
    "ResNet-50": lambda rng=0: ResNet(50, rng=rng),
    "ResNet-152": lambda rng=0: ResNet(152, rng=rng),
    "ResNet-20": lambda rng=0: ResNet(20, rng=rng),
    "ResNet-56": lambda rng=0: ResNet(56, rng=rng),
}
SIDES = {"AlexNet2012": 227, "ResNet-20": 32, "ResNet-56": 32}
# Parameters, and multiply-adds for one image: of the papers, and where they do not say it, by the
# formulas of the layers.
SIZES = {
    "AlexNet": (61_100_840, 714_299_072),
    "AlexNet2012": (60_965_224, 724_406_816),
    "ZFNet": (62_357_608, 1_168_032_896),
    "VGG-M": (102_908_520, 1_676_172_320),
    "VGG-16": (138_357_544, 15_470_264_320),
    "GoogLeNet": (6_998_552, 1_582_729_216),
    "GoogLeNet, auxiliary": (13_378_280, 1_582_729_216),
    "GoogLeNet, normalised": (6_624_904, None),
    "GoogLeNet, normalised, auxiliary": (13_004_888, None),
    "ResNet-50": (25_557_032, 4_089_298_944),
    "ResNet-152": (60_192_808, 11_513_741_312),
    "ResNet-20": (269_722, 40_555_648),
}
# More than a gigabyte, with gradients.
LARGE = {"VGG-M", "VGG-16", "VGG-19", "ResNet-152", "AlexNet2012", "ZFNet", "ResNet-56"}
AT_ITS_SIZE = [pytest.param(m, marks=pytest.mark.slow) if m in LARGE else m for m in MODELS]
NARROW = {
    "AlexNet": (lambda: AlexNet(3, width=1 / 64, rng=0), 64),
    "AlexNet2012": (lambda: AlexNet2012(3, width=1 / 48, rng=0), 227),
    "ZFNet": (lambda: ZFNet(3, width=1 / 96, rng=0), 224),
    "VGG-M": (lambda: VGG("M", 3, width=1 / 96, rng=0), 112),
    "VGG-16": (lambda: VGG(16, 3, width=1 / 64, rng=0), 32),
    "GoogLeNet": (lambda: GoogLeNet(classes=3, width=1 / 16, rng=0), 64),
    "ResNet-18": (lambda: ResNet(18, 3, width=1 / 32, rng=0), 32),
    "ResNet-50": (lambda: ResNet(50, 3, width=1 / 32, rng=0), 32),
    "ResNet-20": (lambda: ResNet(20, 3, width=1 / 8, rng=0), 8),
}


def images(side, count=1):
    return np.random.default_rng(0).normal(size=(count, 3, side, side)).astype(np.float32)


def loss_of(model, side):
    outputs, targets = model(ag.tensor(images(side, 2), name="images")), [0, 1]
    return GoogLeNet.loss(outputs, targets)


@pytest.mark.parametrize("name", SIZES)
def test_a_network_has_the_parameters_and_multiply_adds_of_its_paper(name):
    side = SIDES.get(name, 224)
    found = MODELS[name](rng=NO_DRAWS).summary((1, 3, side, side))
    parameters, multiply_adds = SIZES[name]
    assert found.parameters == parameters
    assert multiply_adds in (None, found.multiply_adds)


def test_the_table_of_the_docs_has_these_sizes():
    text = (Path(__file__).parents[3] / "docs/networks.md").read_text("utf-8")
    rows = [row.split(" | ") for row in re.findall(r"^\| (.*,\d{3}) \|$", text, flags=re.MULTILINE)]
    stated = {row[0]: tuple(int(n.replace(",", "")) for n in row[-2:]) for row in rows}
    wanted = {name: size for name, size in SIZES.items() if "normalised" not in name}
    assert {name: stated[name] for name in wanted} == wanted


@pytest.mark.parametrize("name", AT_ITS_SIZE)
def test_at_the_size_of_its_slide_every_parameter_gets_a_gradient_in_float32(name):
    model = MODELS[name]()
    loss = loss_of(model, SIDES.get(name, 224))
    loss.backward()
    assert loss.dtype == np.float32
    for path, parameter in model.named_parameters():
        assert parameter.grad.dtype == np.float32, path
        assert np.isfinite(parameter.grad).all(), path
        assert parameter.grad.any(), path


# Where batches of two are normalised in many layers, rounding errors grow a thousandfold, also in
# PyTorch.
IN_FLOAT32 = [c for c in family("models").CASES if c.id not in ("GoogLeNet-01", "ResNet-01")]


@pytest.mark.parametrize("case", IN_FLOAT32, ids=lambda case: case.id)
def test_in_float32_outputs_and_gradients_are_those_of_pytorch(case):
    given, theirs = stored("models")[case.id]
    ours = family("models").by_nn(case, given, "float32")
    for key, wanted in theirs.items():
        largest = np.abs(wanted).max()
        assert distance(ours[key] / largest, wanted / largest) < 1e-4, key


@pytest.mark.parametrize(
    ("name", "make"),
    {
        "alexnet": AlexNet,
        "googlenet": lambda **options: GoogLeNet(batch_norm=True, **options),
        "resnet18": lambda **options: ResNet(18, **options),
        "resnet50": lambda **options: ResNet(50, **options),
        "vgg16": lambda **options: VGG(16, **options),
    }.items(),
)
def test_weights_have_the_names_and_shapes_of_torchvision(name, make):
    ours = {key: list(value.shape) for key, value in make(rng=NO_DRAWS).state_dict().items()}
    theirs = torchvision_names.stored()[name]
    assert list(ours) == list(theirs)
    assert ours == theirs


@pytest.mark.parametrize("name", NARROW)
def test_a_network_is_drawn_folded_by_its_modules(name):
    make, side = NARROW[name]
    model = make()
    text = ag.draw(loss_of(model, side), depth=1).dot
    for part, _ in model.named_children():
        if part in ("features", "classifier", "conv1", "layer1", "inception3a", "fc"):
            assert part in text


@pytest.mark.parametrize("name", NARROW)
def test_a_network_is_stepped_through(name):
    make, side = NARROW[name]
    model = make()
    loss = loss_of(model, side)
    events = list(ag.trace(loss))
    reached = {event.node for event in events if event.kind == "accumulate"}
    assert events[-1].kind == "accumulate"
    assert len(reached) > len(list(model.parameters()))


@pytest.mark.parametrize("side", [64, 100])
@pytest.mark.parametrize("name", ["AlexNet", "VGG-16", "GoogLeNet", "ResNet-18", "ResNet-50"])
def test_images_of_other_sizes_are_read(name, side):
    assert NARROW[name][0]().eval()(images(side)).shape == (1, 3)


@pytest.mark.parametrize(
    ("name", "least"),
    {
        "AlexNet": 63,
        "AlexNet2012": 227,
        "ZFNet": 207,
        "VGG-M": 59,
        "VGG-16": 32,
        "GoogLeNet": 31,
    }.items(),
)
def test_images_that_are_too_small_are_refused_with_the_least_size(name, least):
    model = NARROW[name][0]().eval()
    assert model(images(least)).shape == (1, 3)
    with pytest.raises(ag.ShapeError, match=f"must have .*{least}.* pixels along each side"):
        model(images(least - 1))


@pytest.mark.parametrize(("name", "most"), [("AlexNet2012", 258), ("ZFNet", 238)])
def test_images_that_leave_more_than_the_dense_layers_take_are_refused(name, most):
    model = NARROW[name][0]().eval()
    assert model(images(most)).shape == (1, 3)
    with pytest.raises(ag.ShapeError, match=f"to {most} pixels along each side"):
        model(images(most + 1))


@pytest.mark.parametrize("name", ["AlexNet", "AlexNet2012", "ZFNet", "VGG-16", "GoogLeNet"])
def test_one_image_without_a_batch_is_refused_with_the_remedy(name):
    with pytest.raises(ag.ShapeError, match=r"must be \(N, channels, H, W\); x\[None\]"):
        NARROW[name][0]()(images(227)[0])


def test_an_integer_of_numpy_chooses_the_depth():
    assert len(ResNet(np.int64(20), width=1 / 16, rng=0).layer1) == 3
    assert len(VGG(np.int64(11), width=1 / 64, rng=0).features) == 21


@pytest.mark.parametrize("depth", [20, 18, 50])
def test_a_block_that_computes_zero_returns_its_input(depth):
    block = ResNet(depth, 3, width=1 / 16, rng=0).layer1[-1]
    last = block.bn3 if depth == 50 else block.bn2
    last.weight.data = np.zeros_like(last.weight.data)
    x = np.abs(images(5)[:, :1]) * np.ones((1, last.weight.size, 1, 1), np.float32)
    np.testing.assert_array_equal(block(x).numpy(), x)


def test_a_shortcut_for_small_images_takes_every_second_pixel_and_adds_zeros():
    block = ResNet(20, 3, width=1 / 16, rng=0).layer2[0]
    x = images(4)[:, :1]
    found = np.asarray(block.downsample(x))
    np.testing.assert_array_equal(found[0, 0], x[0, 0, ::2, ::2])
    assert found.shape == (1, 2, 2, 2)
    assert not found[0, 1].any()


def test_the_plain_network_has_no_shortcuts_and_the_same_weights():
    plain, residual = (ResNet(20, residual=r, rng=0).state_dict() for r in (False, True))
    assert list(plain) == list(residual)
    assert not [name for name in ResNet(18, residual=False).state_dict() if "downsample" in name]


def test_auxiliary_heads_answer_in_training_alone():
    model, x = NARROW["GoogLeNet"][0](), images(64)
    assert [y.shape for y in model(x)] == [(1, 3)] * 3
    assert model.eval()(x).shape == (1, 3)


def test_the_loss_of_googlenet_adds_three_tenths_of_each_auxiliary_loss():
    logits = [np.log([[p, 1 - p]]) for p in (0.5, 0.25, 0.125)]
    loss = GoogLeNet.loss(Outputs(*map(ag.tensor, logits)), [0])
    assert loss.item() == pytest.approx(np.log(2) + 0.3 * np.log(4) + 0.3 * np.log(8))


def test_the_two_towers_of_2012_see_their_half_alone():
    model = AlexNet2012(3, width=1 / 48, rng=0).eval()
    x = np.random.default_rng(0).normal(size=(1, 2, 27, 27)).astype(np.float32)
    second = model.features[4]
    changed = x.copy()
    changed[:, 1] += 1
    before, after = (second(y).numpy() for y in (x, changed))
    half = before.shape[1] // 2
    np.testing.assert_array_equal(before[:, :half], after[:, :half])
    assert (before[:, half:] != after[:, half:]).any()


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: VGG(15), "kind=15 must be one of M, 11, 13, 16, 19"),
        (lambda: VGG([16]), r"kind=\[16\] must be one of M"),
        (lambda: VGG(np.arange(2)), r"kind=array\(\[0, 1\]\) must be one of M"),
        (lambda: ResNet(21), "depth=21 must be one of 18, 34, 50, 101, 152, 20, 32, 44, 56, 110"),
        (lambda: ResNet("50"), "depth='50' must be one of"),
        (lambda: ResNet(18, residual="no"), "residual='no' must be True or False"),
        (lambda: AlexNet(0), "classes=0 must be an integer of at least 1"),
        (lambda: AlexNet(in_channels=1.5), "in_channels=1.5 must be an integer"),
        (lambda: ZFNet(width=0), "width=0 must be a finite number above 0"),
        (lambda: AlexNet2012(width=float("nan")), "width=nan must be a finite number above 0"),
        (lambda: GoogLeNet(auxiliary=3), "auxiliary=3 must be True or False"),
        (lambda: VGG(16, dtype="int8", width=1 / 64), "dtype"),
    ],
)
def test_what_is_no_network_is_refused(make, says):
    with pytest.raises((ag.OptionError, ag.DTypeError), match=says):
        make()


def test_a_network_in_float64_computes_in_float64():
    model = ResNet(20, width=1 / 8, dtype="float64", rng=0)
    assert model(images(8).astype(float)).dtype == np.float64


def test_the_same_seed_makes_the_same_network():
    one, same, other = (VGG(11, 3, width=1 / 32, rng=seed).state_dict() for seed in (0, 0, 1))
    assert all((one[key] == same[key]).all() for key in one)
    assert any((one[key] != other[key]).any() for key in one)


def test_branches_are_joined_in_their_order():
    net = nn.Concat({"one": nn.Identity(), "two": nn.ReLU()})
    np.testing.assert_array_equal(net(np.array([[-1.0, 2.0]])), [[-1.0, 2.0, 0.0, 2.0]])
    assert list(net[:1].named_children()) == [("one", net[0])]


def test_concat_of_nothing_is_refused():
    with pytest.raises(ag.ShapeError, match="give some"):
        nn.Concat()(np.zeros((1, 1)))
