"""The DLPack protocol: what another library gets of a tensor."""

import numpy as np
import pytest

import autograd as ag
from tests.refusals import assert_refused


def test_a_constant_leaf_is_shared():
    x = ag.tensor([1.0, 2.0])
    array = np.from_dlpack(x)
    assert np.shares_memory(array, x.data)


@pytest.mark.parametrize("result", [ag.tensor([1.0, 2.0]) * 3.0, ag.tensor([3.0, 6.0]).detach()])
def test_what_must_not_change_is_copied(result):
    array = np.from_dlpack(result)
    assert array.tolist() == [3.0, 6.0]
    assert not np.shares_memory(array, result.data)


def test_a_copy_is_made_where_one_is_asked_for():
    x = ag.tensor([1.0, 2.0])

    class Copied:  # NumPy 2.1 asks by an option of from_dlpack
        __dlpack_device__ = x.__dlpack_device__

        def __dlpack__(self, **options):
            return x.__dlpack__(copy=True)

    array = np.from_dlpack(Copied())
    assert array.tolist() == [1.0, 2.0]
    assert not np.shares_memory(array, x.data)


def test_a_number_is_an_array_without_axes():
    assert np.from_dlpack(ag.tensor(2.0)).shape == ()


def test_a_gradient_would_be_lost():
    x = ag.tensor([1.0], requires_grad=True)
    assert_refused(lambda: np.from_dlpack(x), ag.GradientError, "from_dlpack: ", "t.detach()")
    assert np.from_dlpack(x.detach()).tolist() == [1.0]


@pytest.mark.parametrize("options", [{"dl_device": (2, 0)}, {"copy": False}])
def test_what_cannot_be_shared_is_a_buffer_error(options):
    assert_refused(lambda: ag.tensor(1.0).__dlpack__(**options), BufferError, "from_dlpack: ")
