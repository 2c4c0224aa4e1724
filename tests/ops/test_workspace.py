"""Memory that is used again: never by two at once, and not without limit."""

from threading import Thread

import numpy as np

from autograd.ops.kernels import workspace
from autograd.ops.kernels.workspace import Room, room


def test_a_piece_is_used_again_for_what_fits_into_it():
    own = Room()
    large = own.take("a", (4, 5), np.float64)
    assert np.shares_memory(large, own.take("a", (2, 3), np.float32))
    assert not np.shares_memory(large, own.take("a", (100,), np.float64))
    assert not np.shares_memory(own.take("a", (4,), float), own.take("b", (4,), float))


def test_what_is_very_large_is_not_kept():
    own = Room()
    own.take("a", (workspace.MOST + 1,), np.uint8)
    assert not own.pieces


def test_a_call_within_a_call_has_a_room_of_its_own():
    with room() as outer, room() as inner:
        assert outer is not inner


def test_a_room_is_given_back_when_something_fails():
    try:
        with room() as lent:
            raise ValueError
    except ValueError:
        pass
    with room() as again:
        assert again is lent


def test_threads_have_rooms_of_their_own():
    found = []

    def lend():
        with room() as own:
            found.append(own)

    with room():
        pass
    threads = [Thread(target=lend) for _ in range(2)]
    for thread in threads:
        thread.start()
        thread.join()
    lend()
    assert len({id(own) for own in found}) == 3
