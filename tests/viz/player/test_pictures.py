"""What a page gets of an array that is too long to be listed."""

from base64 import b64decode

import numpy as np

from autograd.viz.player.pictures import picture


def cells(seen):
    (map,) = seen["maps"]
    data = np.frombuffer(b64decode(map["cells"]), np.int8)
    return data.reshape(map["rows"], map["columns"])


def test_the_largest_number_has_the_largest_byte():
    found = cells(picture(np.array([[0.5, -2.0], [0.0, 1.0]]), drawn=True))
    np.testing.assert_array_equal(found, [[32, -127], [0, 64]])


def test_what_is_not_finite_has_a_byte_of_its_own():
    seen = picture(np.array([[np.nan, np.inf, -1.0]]), drawn=True)
    np.testing.assert_array_equal(cells(seen), [[-128, -128, -127]])
    assert (seen["bad"], seen["scale"]) == (2, 1.0)


def test_a_map_has_at_most_48_cells_a_side():
    large = np.zeros((100, 7))
    large[99, 3] = 1.0
    found = cells(picture(large, drawn=True))
    assert found.shape == (34, 7)
    assert found[33, 3] == 127


def test_of_many_channels_the_first_are_drawn():
    seen = picture(np.ones((2, 20, 3, 3)), drawn=True)
    assert (len(seen["maps"]), seen["count"]) == (8, 20)


def test_every_finite_element_is_in_one_bin():
    values = np.random.default_rng(0).normal(size=2000)
    counts = picture(values, drawn=True)["histogram"]
    assert (sum(counts), len(counts)) == (2000, 16)
