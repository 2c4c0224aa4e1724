"""Every error is one line that names the operation, the shapes and the remedy."""

import numpy as np
import pytest

import autograd as ag
from autograd import errors
from tests.refusals import assert_refused


def t(*shape, **named):
    return ag.tensor(np.ones(shape), requires_grad=True, **named)


CALLS = [
    (lambda: t(3) + t(4), ag.ShapeError, "add: shapes (3,) and (4,) do not broadcast"),
    (lambda: ag.where([True, False], t(3), 1.0), ag.ShapeError, "where: shape (2,) and (3,)"),
    (
        lambda: t(3, 4) @ t(5, 2),
        ag.ShapeError,
        "matmul: (3, 4) @ (5, 2): inner sizes 4 and 5 differ",
    ),
    (lambda: t(3) @ t(4), ag.ShapeError, "inner sizes 3 and 4 differ"),
    (lambda: t() @ t(3), ag.ShapeError, "a number has no matrix product; use *"),
    (lambda: t(2, 2, 3) @ t(3, 3, 4), ag.ShapeError, "matmul: shape (2, 2, 3) and (3, 3, 4)"),
    (lambda: t(2, 3).reshape(4), ag.ShapeError, "reshape: shape (2, 3), shape=4"),
    (lambda: t(2, 3).sum(axis=2), ag.ShapeError, "sum: shape (2, 3), axis=2"),
    (lambda: t(0).max(), ag.ShapeError, "max: shape (0,)"),
    (lambda: t(2, 3).transpose(0, 0), ag.ShapeError, "transpose: shape (2, 3)"),
    (lambda: ag.broadcast_to(t(3), (2, 2)), ag.ShapeError, "broadcast_to: shape (3,)"),
    (lambda: ag.concatenate([]), ag.ShapeError, "concatenate: no arrays"),
    (
        lambda: ag.concatenate([t(2, 1), t(3, 2)], axis=0),
        ag.ShapeError,
        "concatenate: shape (2, 1) and (3, 2)",
    ),
    (lambda: ag.stack([t(2), t(3)]), ag.ShapeError, "stack: got (2,), (3,)"),
    (lambda: ag.stack([]), ag.ShapeError, "no arrays"),
    (lambda: ag.split(t(5), 2), ag.ShapeError, "split: shape (5,): axis 0 has no 2 equal parts"),
    (
        lambda: ag.squeeze(t(2, 1), 0),
        ag.ShapeError,
        "squeeze: shape (2, 1): axis 0 is longer than 1",
    ),
    (lambda: ag.expand_dims(t(2), 5), ag.ShapeError, "expand_dims: axis 5 does not exist"),
    (lambda: ag.expand_dims(t(2), (0, 0)), ag.ShapeError, "names a place twice"),
    (lambda: ag.moveaxis(t(2, 3), (0, 0), (0, 1)), ag.ShapeError, "moveaxis"),
    (lambda: ag.swapaxes(t(2, 3), 0, 2), ag.ShapeError, "swapaxes: axis 2 does not exist"),
    (lambda: ag.roll(t(2), 1, 3), ag.ShapeError, "roll: axis 3"),
    (lambda: ag.repeat(t(2), [1, 2, 3]), ag.ShapeError, "repeat: shape (2,), repeats [1, 2, 3]"),
    (lambda: ag.repeat(t(2), -1), ag.ShapeError, "not negative"),
    (lambda: ag.pad(t(2), 1, mode="mean"), ag.UnsupportedError, "pad: mode 'mean'"),
    (lambda: ag.diagonal(t(2)), ag.ShapeError, "diagonal: shape (2,) needs two axes"),
    (lambda: ag.tril(t(2)), ag.ShapeError, "tril: shape (2,) needs two axes"),
    (lambda: t(3)[5], ag.IndexingError, "getitem: shape (3,): index 5 is out of bounds"),
    (lambda: t(3)[0, 0], ag.IndexingError, "getitem: shape (3,)"),
    (lambda: t()[0], ag.IndexingError, "getitem: shape ()"),
    (lambda: t(3)[1.5], ag.IndexingError, "getitem: shape (3,)"),
    (lambda: t(3)["a"], ag.IndexingError, "getitem: shape (3,)"),
    (lambda: t(3)[t(2)], ag.IndexingError, "getitem: shape (3,)"),
    (lambda: ag.take(t(3), [0.5]), ag.DTypeError, "take: needs integers"),
    (lambda: ag.take(t(3), 7), ag.IndexingError, "out of bounds"),
    (lambda: ag.take_along_axis(t(3, 2), [0], 0), ag.IndexingError, "indices (1,) need 2 axes"),
    (
        lambda: t(3).at[0].set(np.ones(2)),
        ag.ShapeError,
        "at: a value of shape (2,) does not fit the ()",
    ),
    (lambda: t(3).at[:2].add(np.ones(3)), ag.ShapeError, "at: a value of shape (3,)"),
    (lambda: t(3).at[5].set(1.0), ag.IndexingError, "out of bounds"),
    (lambda: ag.tensordot(t(2, 3), t(2, 3), 1), ag.ShapeError, "tensordot: (2, 3) and (2, 3)"),
    (lambda: ag.vdot(t(2), t(3)), ag.ShapeError, "inner sizes 2 and 3 differ"),
    (
        lambda: ag.einsum("ij,jk->ik", t(2, 3), t(4, 2)),
        ag.ShapeError,
        "einsum: shape (2, 3) and (4, 2)",
    ),
    (lambda: ag.einsum("ij,jk->ik", t(2, 3)), ag.ShapeError, "labels for 2 operands, but got 1"),
    (lambda: ag.einsum("ijk->i", t(2, 3)), ag.ShapeError, "'ijk' does not label 2 axes"),
    (lambda: ag.einsum("i->j", t(2)), ag.ShapeError, "einsum"),
    (lambda: ag.einsum(t(2)), ag.ShapeError, "einsum: begins with a string"),
    (lambda: ag.einsum(t(2), t(2)), ag.ShapeError, "is not a list of labels from 0 to 51; write"),
    (lambda: ag.einsum(t(2), [-1]), ag.ShapeError, "[-1] is not a list of labels"),
    (lambda: ag.linalg.solve(t(2, 3), t(2)), ag.ShapeError, "solve: shape (2, 3) is not a square"),
    (
        lambda: ag.linalg.solve(np.eye(2), t(3)),
        ag.ShapeError,
        "solve: (2, 2) and (3,): the right side needs 2",
    ),
    (lambda: ag.linalg.inv(t(2, 3)), ag.ShapeError, "inv: shape (2, 3) is not a square"),
    (lambda: ag.linalg.det(t(3)), ag.ShapeError, "det: shape (3,) is not a square"),
    (lambda: ag.linalg.solve(t(2, 2), t(2)), np.linalg.LinAlgError, "singular; add a ridge"),
    (lambda: ag.linalg.norm(t(2, 2), 3), ag.UnsupportedError, "norm: ord=3 is not one of a matrix"),
    (lambda: ag.linalg.norm(t(2), "fro"), ag.UnsupportedError, "norm: ord='fro' is a matrix norm"),
    (lambda: ag.linalg.norm(t(2, 2, 2), 1), ag.ShapeError, "norm: shape (2, 2, 2)"),
    (
        lambda: ag.conv(t(1, 2, 5), t(1, 3, 3)),
        ag.ShapeError,
        "conv: image (1, 2, 5) and kernel (1, 3, 3)",
    ),
    (
        lambda: ag.conv(t(1, 2, 5, 5), t(1, 2, 3)),
        ag.ShapeError,
        "conv: image (1, 2, 5, 5) and kernel (1, 2, 3)",
    ),
    (lambda: ag.conv(t(2, 5), t(2, 3)), ag.ShapeError, "one, two or three spatial"),
    (lambda: ag.conv(t(1, 1, 2), t(1, 1, 3)), ag.ShapeError, "does not fit into the image (2,)"),
    (
        lambda: ag.conv(t(1, 1, 5), t(1, 1, 3), stride=0),
        ag.ShapeError,
        "conv: stride 0 must be an integer",
    ),
    (lambda: ag.conv(t(1, 1, 5), t(1, 1, 3), stride=1.5), ag.ShapeError, "stride 1.5"),
    (lambda: ag.conv(t(1, 1, 5), t(1, 1, 3), stride=(1, 2)), ag.ShapeError, "stride (1, 2)"),
    (lambda: ag.conv(t(1, 1, 5), t(1, 1, 3), padding=-1), ag.ShapeError, "padding -1"),
    (lambda: ag.conv(t(1, 1, 5), t(1, 1, 3), padding="full"), ag.ShapeError, "padding 'full'"),
    (lambda: ag.conv(t(1, 1, 5), t(1, 1, 3), dilation=0), ag.ShapeError, "dilation 0"),
    (lambda: ag.conv(t(1, 4, 5), t(3, 2, 3), groups=2), ag.ShapeError, "groups=2"),
    (lambda: ag.conv(t(1, 4, 5), t(3, 2, 3), groups=0), ag.ShapeError, "groups=0"),
    (
        lambda: ag.conv_transpose(t(1, 2, 5), t(3, 1, 3)),
        ag.ShapeError,
        "conv_transpose: image (1, 2, 5)",
    ),
    (
        lambda: ag.conv_transpose(t(1, 1, 5), t(1, 1, 3), output_padding=1),
        ag.ShapeError,
        "output_padding",
    ),
    (lambda: ag.conv_transpose(t(1, 1, 2), t(1, 1, 1), padding=3), ag.ShapeError, "no valid size"),
    (
        lambda: ag.conv_transpose(t(1, 1, 2), t(1, 1, 1), padding="same"),
        ag.ShapeError,
        "no single meaning",
    ),
    (lambda: ag.tensor([1, 2], requires_grad=True), ag.DTypeError, "not int64; write 2.0 for 2"),
    (lambda: ag.tensor("a"), ag.DTypeError, "tensor: str of dtype <U1 is not supported"),
    (lambda: ag.tensor([1.0, None]), ag.DTypeError, "dtype object is not supported"),
    (lambda: ag.tensor(None, dtype=float), ag.DTypeError, "some elements are not numbers"),
    (lambda: ag.tensor([1.0, None], dtype=float), ag.DTypeError, "some elements are not numbers"),
    (lambda: ag.tensor("1", dtype=float), ag.DTypeError, "the elements are text"),
    (lambda: ag.tensor(1j, dtype=float), ag.DTypeError, "the elements are complex"),
    (lambda: ag.tensor(1j), ag.DTypeError, "complex128 is not supported"),
    (
        lambda: ag.tensor([[1.0], [1.0, 2.0]]),
        ag.DTypeError,
        "tensor: cannot read the data as numbers",
    ),
    (lambda: ag.tensor([t(), t()]), ag.DTypeError, "use ag.stack or ag.concatenate"),
    (lambda: ag.tensor(1.0, dtype="nonsense"), ag.DTypeError, "nonsense"),
    (lambda: t(2).item(), ag.ShapeError, "item: a tensor of shape (2,) has 2 elements"),
    (lambda: bool(t(2)), ag.ShapeError, "bool: a tensor of shape (2,) is neither true nor false"),
    (lambda: len(t()), ag.ShapeError, "len: a 0-d tensor"),
    (lambda: list(t()), ag.ShapeError, "0-d tensor"),
    (lambda: range(ag.tensor(1.5)), ag.DTypeError, "index: a tensor of shape () and dtype float64"),
    (lambda: t(2).__setitem__(0, 1.0), ag.ImmutableError, "y = x.at[i].set(v)"),
    (lambda: __import__("copy").copy(t(2) * 2), ag.GradientError, "made by multiply"),
    (lambda: ag.tensor([True, False]) - ag.tensor([True, True]), ag.DTypeError, "subtract"),
    (lambda: ag.tensor([2, 3]) ** -1, ag.ShapeError, "power"),
    (lambda: ag.matmul(t(2)), ag.UnsupportedError, "matmul: missing a required argument"),
    (
        lambda: t(2).sum(dim=0),
        ag.UnsupportedError,
        "sum: there is no option 'dim'",
    ),
    (lambda: ag.concatenate(t(2), t(2)), ag.ShapeError, "put the arrays into one list"),
    (lambda: ag.Tensor("a"), ag.DTypeError, "Tensor: str"),
    (lambda: setattr(t(2) * 2, "data", np.ones(2)), ag.ImmutableError, "a result of multiply"),
    (lambda: setattr(t(2), "data", t(2)), ag.DTypeError, "write ag.assign(w, new)"),
    (
        lambda: setattr(t(2), "data", np.ones(3)),
        ag.ShapeError,
        "data: shape (3,) cannot",
    ),
    (lambda: setattr(t(2), "data", "ab"), ag.DTypeError, "data: cannot read"),
    (lambda: ag.grad(3.0), ag.GradientError, "grad: expected a function, not float"),
    (lambda: ag.jacobian(3.0), ag.GradientError, "jacobian: expected a function"),
    (lambda: ag.hessian(3.0), ag.GradientError, "hessian: expected a function"),
    (
        lambda: ag.hessian(lambda x: x)(np.ones(2)),
        ag.GradientError,
        "hessian: the function",
    ),
    (lambda: ag.value_and_grad(None), ag.GradientError, "value_and_grad: expected a function"),
    (lambda: ag.jvp(lambda x: x, 1.0, 1.0), ag.ShapeError, "jvp: primals and tangents are tuples"),
    (lambda: ag.primitive(np.sin), ag.RuleError, "primitive: give the derivatives"),
    (lambda: ag.primitive(vjps=lambda ct, out, x: ct), ag.RuleError, "vjps must be a tuple"),
    (
        lambda: ag.primitive(vjps=(lambda ct, out, x: ct,), region_=np.sign),
        ag.RuleError,
        "primitive: there is no option 'region_'",
    ),
    (lambda: ag.sum(t(2), None, False, 1), ag.UnsupportedError, "sum: too many"),
]


@pytest.mark.parametrize(("call", "kind", "text"), CALLS, ids=[text for _, _, text in CALLS])
def test_bad_input_is_one_clear_line(call, kind, text):
    assert_refused(call, kind, text)


def test_every_error_is_also_the_builtin_that_users_expect():
    pairs = {
        errors.ShapeError: ValueError,
        errors.DTypeError: TypeError,
        errors.IndexingError: IndexError,
        errors.GradientError: RuntimeError,
        errors.RuleError: RuntimeError,
        errors.ImmutableError: TypeError,
        errors.UnsupportedError: TypeError,
        errors.ExpressionError: ValueError,
    }
    for ours, builtin in pairs.items():
        assert issubclass(ours, builtin)
        assert issubclass(ours, errors.GlassgradError)
        assert ours.__name__ in errors.__doc__


def test_item_assignment_statement_is_refused():
    x = t(3)
    with pytest.raises(ag.ImmutableError, match=r"at\[i\]"):
        x[0] = 1.0


def test_augmented_assignment_to_a_constant_makes_a_new_tensor():
    x = y = ag.tensor(np.ones(2))
    x += 1.0
    assert x is not y
    assert y.data.tolist() == [1.0, 1.0]


def test_losses_refuse_shapes_that_do_not_belong_together():
    import nn

    with pytest.raises(ag.ShapeError, match=r"mse_loss: input \(2,\) and target \(3,\)"):
        nn.mse_loss(t(2), np.ones(3))
    with pytest.raises(ag.ShapeError, match=r"cross_entropy: input \(2, 3\) and target \(3,\)"):
        nn.cross_entropy(t(2, 3), [0, 1, 2])
    with pytest.raises(ag.IndexingError, match="negative"):
        nn.cross_entropy(t(2, 3), [0, -1])
    with pytest.raises(ag.IndexingError, match="out of bounds"):
        nn.cross_entropy(t(2, 3), [0, 3])
