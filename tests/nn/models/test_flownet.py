"""FlowNetSimple: its size, its names, what it returns, and that it can be drawn and stepped."""

import functools
from dataclasses import replace

import numpy as np
import pytest

import autograd as ag
import nn
from tests.nn.parity import family, stored

# The layers of the form in common use for PyTorch, and the shapes of their weights.
LAYERS = {
    "conv1.0": (64, 6, 7, 7),
    "conv2.0": (128, 64, 5, 5),
    "conv3.0": (256, 128, 5, 5),
    "conv3_1.0": (256, 256, 3, 3),
    "conv4.0": (512, 256, 3, 3),
    "conv4_1.0": (512, 512, 3, 3),
    "conv5.0": (512, 512, 3, 3),
    "conv5_1.0": (512, 512, 3, 3),
    "conv6.0": (1024, 512, 3, 3),
    "conv6_1.0": (1024, 1024, 3, 3),
    "deconv5.0": (1024, 512, 4, 4),
    "deconv4.0": (1026, 256, 4, 4),
    "deconv3.0": (770, 128, 4, 4),
    "deconv2.0": (386, 64, 4, 4),
    "predict_flow6": (2, 1024, 3, 3),
    "predict_flow5": (2, 1026, 3, 3),
    "predict_flow4": (2, 770, 3, 3),
    "predict_flow3": (2, 386, 3, 3),
    "predict_flow2": (2, 194, 3, 3),
    "upsampled_flow6_to_5": (2, 2, 4, 4),
    "upsampled_flow5_to_4": (2, 2, 4, 4),
    "upsampled_flow4_to_3": (2, 2, 4, 4),
    "upsampled_flow3_to_2": (2, 2, 4, 4),
}
whole = functools.cache(lambda: nn.models.FlowNetSimple(rng=0))


def small(**options):
    return nn.models.FlowNetSimple(width=1 / 64, rng=0, **options)


def pairs(shape=(1, 6, 64, 64)):
    return np.random.default_rng(0).random(shape, "float32")


def count(net):
    return sum(p.size for p in net.parameters())


def test_the_numbers_of_parameters_are_those_of_the_paper():
    assert count(whole()) == 38_676_506
    assert count(nn.models.FlowNetSimple(width=1 / 8)) == 615_658


def test_the_multiply_adds_are_those_of_its_convolutions():
    assert whole().summary((1, 6, 384, 512)).multiply_adds == 15_787_782_912


def test_the_flow_is_made_larger_by_bilinear_interpolation():
    flow = np.random.default_rng(0).normal(size=(2, 2, 3, 5))
    ours = nn.models.FlowNetSimple(width=1 / 64).upsample(flow)
    np.testing.assert_allclose(ours, nn.Upsample(scale_factor=4, mode="bilinear")(flow), atol=1e-12)


def test_names_and_shapes_are_those_in_common_use():
    state = {name: x.shape for name, x in whole().state_dict().items()}
    biased = [name for name in LAYERS if not name.startswith("upsampled")]
    outputs = {n: LAYERS[n][1 if n.startswith("deconv") else 0] for n in biased}
    assert state == {
        **{f"{name}.weight": shape for name, shape in LAYERS.items()},
        **{f"{name}.bias": (outputs[name],) for name in biased},
    }


def test_in_training_it_returns_flows_from_fine_to_coarse():
    sizes = [flow.shape for flow in small()(pairs((2, 6, 128, 64)))]
    assert sizes == [(2, 2, 128 // n, 64 // n) for n in (4, 8, 16, 32, 64)]


def test_in_evaluation_it_returns_the_flow_of_every_pixel():
    assert small().eval()(pairs((2, 6, 128, 64))).shape == (2, 2, 128, 64)


def test_brightness_and_contrast_do_not_matter():
    net = small().eval()
    dark = net(0.3 * pairs() + 0.1).data
    np.testing.assert_allclose(dark, net(pairs()).data, rtol=1e-3, atol=1e-3)
    assert abs(small(normalize=False).eval()(pairs() + 1).data - dark).max() > 0.01


def test_float32_stays_float32_and_every_parameter_has_a_gradient():
    net = small()
    nn.multiscale_end_point_error(net(pairs()), np.ones((1, 2, 64, 64))).backward()
    assert {p.grad.dtype for p in net.parameters()} == {np.dtype("float32")}
    assert all(np.abs(p.grad).max() > 0 for p in net.parameters())


def test_the_whole_network_learns_from_images_of_the_slide():
    net = whole()
    flows = net(pairs((1, 6, 384, 512)))
    nn.multiscale_end_point_error(flows, np.ones((1, 2, 384, 512))).backward()
    assert {p.grad.dtype for p in net.parameters()} == {np.dtype("float32")}
    assert all(np.abs(p.grad).max() > 0 for p in net.parameters())
    net.zero_grad()


@pytest.mark.parametrize("case", family("flownet").CASES[:2], ids=lambda case: case.id)
def test_in_float32_the_numbers_are_those_of_pytorch(case):
    given, theirs = stored("flownet")[case.id]
    case = replace(case, options=case.options | {"dtype": "float32"})
    ours = family("flownet").by_nn(case, {k: v.astype("float32") for k, v in given.items()})
    for name, expected in theirs.items():
        size = np.abs(expected).max()
        np.testing.assert_allclose(ours[name], expected, rtol=0, atol=1e-4 * size, err_msg=name)


def loss_of(net):
    return nn.multiscale_end_point_error(net(pairs()), np.ones((1, 2, 64, 64)))


def test_its_modules_are_the_boxes_of_a_folded_drawing():
    drawing = ag.draw(loss_of(small()), depth=1)
    labels = {box.label for box in drawing.scene.boxes if box.kind == "fold"}
    parts = {name.partition(".")[0] for name in LAYERS}
    assert {part for part in parts if not part.startswith("upsampled")} <= labels  # a gate each


def test_a_stepped_backward_pass_ends_at_the_gradients():
    net = small()
    loss = loss_of(net)
    trace = ag.trace(loss)
    loss.backward()
    for p in net.parameters():
        np.testing.assert_array_equal(trace.gradient(trace.graph.id_of(p)), p.grad)


@pytest.mark.parametrize(
    ("shape", "message"),
    [
        ((1, 6, 60, 64), r"multiples of 64; ag.pad\(x, \(\(0, 0\), \(0, 0\), \(0, 4\), \(0, 0\)\)"),
        ((1, 3, 64, 64), r"input \(1, 3, 64, 64\) must be \(N, 6, H, W\)"),
        ((6, 64, 64), r"input \(6, 64, 64\) must be \(N, 6, H, W\)"),
    ],
)
def test_other_inputs_are_refused_with_the_remedy(shape, message):
    with pytest.raises(ag.ShapeError, match=message) as refusal:
        small()(np.zeros(shape, "float32"))
    assert str(refusal.value).count("FlowNetSimple") == 1


def test_the_remedy_for_other_sizes_works():
    padded = ag.pad(pairs((1, 6, 60, 64)), ((0, 0), (0, 0), (0, 4), (0, 0)), mode="edge")
    assert small().eval()(padded).shape == (1, 2, 64, 64)


@pytest.mark.parametrize("options", [{"width": 0}, {"in_channels": 0}, {"normalize": "no"}])
def test_wrong_options_are_refused(options):
    with pytest.raises(ag.OptionError, match="FlowNetSimple: "):
        nn.models.FlowNetSimple(**options)
