"""An error that leaves a debug block carries the operation that raised it, and its drawing."""

import gc
import pickle
import weakref

import numpy as np
import pytest

import autograd as ag
import nn
from autograd.core import context
from autograd.core.failed_operation import SEE_IT
from autograd.core.mutation_guard import LocationNotes


def leaf(*shape, name=None):
    return ag.tensor(np.full(shape, 0.5), requires_grad=True, name=name)


def error_of(call, around=ag.debug):
    """Return the error that leaves a debug block."""
    with pytest.raises(ag.GlassgradError) as caught, around():
        call()
    return caught.value


def hidden():
    return ag.tanh(leaf(2, 3, name="x") @ leaf(3, 4, name="w"))


def network(*layers):
    return lambda: nn.Sequential(*layers)(leaf(2, 3, name="x"))


def image():
    return ag.relu(leaf(1, 2, 5, 5, name="image") * 2.0)


# What fails, the label of its box, and what made its inputs.
FAILING = {
    "matmul": (lambda: hidden() @ leaf(5, 2, name="v"), "@", ["tanh", "v"]),
    "operator with an array": (lambda: hidden() @ np.ones((5, 2)), "@", ["tanh", "constant"]),
    "broadcast": (lambda: ag.exp(leaf(3, name="x")) + leaf(4, name="b"), "+", ["exp", "b"]),
    "conv": (lambda: ag.conv(image(), leaf(3, 1, 3, 3, name="k")), "conv", ["max 0", "k"]),
    "reshape": (lambda: hidden().reshape(3, 3), "reshape", ["tanh"]),
    "index": (lambda: hidden()[7], "x[7]", ["tanh"]),
    "axis": (lambda: ag.sum(hidden(), axis=5), "sum", ["tanh"]),
    "several": (lambda: ag.concatenate([hidden(), leaf(3, 3, name="v")]), "concatenate", None),
    "einsum": (lambda: ag.einsum("ij,jk->ik", hidden(), leaf(5, 2)), "einsum", None),
    "NumPy's function": (lambda: np.dot(hidden(), leaf(5, 2, name="v")), "@", ["tanh", "v"]),
    "dtype": (lambda: ag.exp(leaf(2, name="x")) + "a", "+", ["exp"]),
    "Linear": (network(nn.Linear(3, 4), nn.Tanh(), nn.Linear(5, 1)), "Linear 2", ["tanh"]),
    "BatchNorm1d": (network(nn.Linear(3, 4), nn.BatchNorm1d(5)), "BatchNorm1d 1", ["+"]),
    "Conv2d": (lambda: nn.Conv2d(3, 1, 2)(image()), "Conv2d", ["max 0"]),
    "loss": (lambda: nn.cross_entropy(hidden(), np.array([0, 1, 2])), "cross_entropy", None),
}


@pytest.fixture(params=FAILING)
def failing(request):
    return FAILING[request.param]


def test_the_drawing_ends_at_the_operation_that_failed(failing):
    call, label, made_by = failing
    error = error_of(call)
    boxes = {box.id: box for box in ag.draw(error).scene.boxes}
    [failed] = [box for box in boxes.values() if box.badge]
    assert (failed.label, failed.badge) == (label, type(error).__name__)
    wires = ag.draw(error).scene.wires
    given = [boxes[wire.source].label for wire in wires if wire.target == failed.id]
    assert given == (made_by or given)
    assert not any(wire.source == failed.id for wire in wires)


def test_its_inputs_are_lit_and_nothing_else(failing):
    drawing = ag.draw(error_of(failing[0]))
    [failed] = [box.id for box in drawing.scene.boxes if box.badge]
    into = {wire.source for wire in drawing.scene.wires if wire.target == failed}
    assert {box.id for box in drawing.scene.boxes if box.state == "lit"} == into
    lit = {wire.target for wire in drawing.scene.wires if wire.state == "lit"}
    assert lit == {failed}


def test_the_message_says_how_to_see_it_and_the_drawing_says_the_message(failing):
    error = error_of(failing[0])
    with pytest.raises(ag.GlassgradError) as plain:
        failing[0]()
    assert str(error) == f"{plain.value}{SEE_IT}"
    said = " ".join(ag.draw(error).scene.notes)
    assert str(plain.value) in said
    assert SEE_IT not in said


@pytest.mark.parametrize("format", ["svg", "html", "dot", "tex", "md", "text", "animated"])
def test_it_is_drawn_in_every_format(format):
    drawing = ag.draw(error_of(FAILING["Linear"][0]))
    assert "Linear" in getattr(drawing, format)


def test_the_svg_shows_badge_message_and_line():
    svg = ag.draw(error_of(FAILING["matmul"][0])).svg
    assert all(
        part in svg for part in (">ShapeError<", "inner sizes 4 and 5 differ", "test_failed")
    )


def test_options_of_draw_apply():
    drawing = ag.draw(error_of(FAILING["Linear"][0]), depth=1, theme="dark", direction="TB")
    [failed] = [box for box in drawing.scene.boxes if box.badge]
    assert failed.label == "Linear 2"


def test_the_operation_knows_its_scope_and_its_line():
    def run():
        with ag.scope("encoder"):
            hidden() @ leaf(5, 2)

    operation = error_of(run).operation
    assert str(operation.scope) == "Scope(encoder)"
    assert operation.place.text == "hidden() @ leaf(5, 2)"
    assert operation.primitive is ag.matmul.primitive


@pytest.mark.parametrize(
    "call",
    [
        lambda: hidden().backward(),
        lambda: ag.gradients(hidden(), leaf(2)),
        lambda: ag.draw(hidden(), theme="none"),
        lambda: ag.zeros(-1),
        lambda: nn.Linear(0, 1),
    ],
    ids=["backward", "gradients", "draw", "no tensor", "a layer's options"],
)
def test_what_is_no_operation_on_tensors_stays_as_it_is(call):
    error = error_of(call)
    assert error.operation is None
    assert SEE_IT not in str(error)


def test_a_change_in_place_stays_as_it_is():
    constant = np.ones(3)

    def run():
        loss = ag.sum(leaf(3) * constant)
        constant[0] = 2.0
        loss.backward()

    assert error_of(run).operation is None


def test_an_error_of_the_user_stays_as_it_is():
    def run():
        hidden()
        raise ag.ShapeError("mine: no")

    assert str(error_of(run)) == "mine: no"


def test_other_errors_pass():
    def run():
        hidden()
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), ag.debug():
        run()


def test_without_debug_an_error_carries_nothing():
    error = error_of(FAILING["matmul"][0], around=lambda: ag.scope("a"))
    assert error.operation is None
    with pytest.raises(ag.DrawingError, match=r"compute inside with ag\.debug"):
        ag.draw(error)


def test_debug_as_a_decorator_attaches_it_too():
    with pytest.raises(ag.ShapeError, match="see it") as caught:
        ag.debug()(FAILING["matmul"][0])()
    assert caught.value.operation.name == "matmul"


def test_nested_blocks_attach_it_once():
    error = error_of(lambda: error_of_inner(FAILING["matmul"][0]))
    assert str(error).count(SEE_IT) == 1


def error_of_inner(call):
    with ag.debug(), ag.scope("inner"), ag.no_grad():
        call()


def test_a_long_message_keeps_its_end():
    error = error_of(lambda: ag.reshape(leaf(2), tuple(range(1, 400))))
    assert len(str(error)) <= 500
    assert str(error).endswith(SEE_IT)


def test_such_an_error_can_be_pickled_without_its_graph():
    error = error_of(FAILING["matmul"][0])
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), str(again), again.operation) == (type(error), str(error), None)


def test_its_tensors_are_freed_with_the_error():
    gc.disable()
    try:
        tensor = leaf(2, 3, name="x")
        seen = weakref.ref(tensor.data)
        try:
            with ag.debug():
                ag.exp(tensor) @ tensor
        except ag.ShapeError as error:
            ag.draw(error)
            del tensor
            assert seen() is not None
        assert seen() is None
    finally:
        gc.enable()


def test_the_values_in_the_drawing_are_those_that_were_computed():
    x = ag.tensor([0.5, 2.0], requires_grad=True, name="x")
    scene = ag.draw(error_of(lambda: (x * x) @ leaf(3, name="v"))).scene
    values = [wire.value.tolist() for wire in scene.wires]
    assert [0.25, 4.0] in values


def test_an_error_among_noted_places_carries_its_operation():
    with pytest.raises(ag.ShapeError) as caught, ag.debug(), context.changed(guard=LocationNotes()):
        hidden() @ leaf(5, 2, name="v")
    assert caught.value.operation.name == "matmul"


def test_noted_places_alone_attach_nothing_to_an_error():
    with pytest.raises(ag.ShapeError) as caught, context.changed(guard=LocationNotes()):
        hidden() @ leaf(5, 2, name="v")
    assert caught.value.operation is None


@pytest.mark.parametrize("call", [lambda: ag.exp("a"), lambda: ag.sum(np.ones(2), axis=5)])
def test_an_operation_without_tensors_is_not_attached(call):
    assert error_of(call).operation is None


def test_a_decorated_operation_without_tensors_is_not_attached():
    with pytest.raises(ag.GlassgradError) as caught:
        ag.debug()(ag.exp)("a")
    assert caught.value.operation is None


def test_arrays_of_text_are_not_among_the_inputs():
    operation = error_of(lambda: ag.add(hidden(), np.array(["a"]))).operation
    assert [type(x) for x in operation.inputs] == [ag.Tensor]
