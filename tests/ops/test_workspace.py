"""Memory that is used again: never by two at once, and not without limit."""

from threading import Thread

import numpy as np

from autograd.ops.kernels import workspace
from autograd.ops.kernels.workspace import Workspace, borrowed_workspace, borrowed_workspaces


def test_a_piece_is_used_again_for_what_fits_into_it():
    own = Workspace()
    large = own.take("a", (4, 5), np.float64)
    assert np.shares_memory(large, own.take("a", (2, 3), np.float32))
    assert not np.shares_memory(large, own.take("a", (100,), np.float64))
    assert not np.shares_memory(own.take("a", (4,), float), own.take("b", (4,), float))


def test_what_is_very_large_is_not_kept():
    own = Workspace()
    own.take("a", (workspace.MOST + 1,), np.uint8)
    assert not own.buffers


def test_nested_calls_have_different_workspaces():
    with borrowed_workspace() as outer, borrowed_workspace() as inner:
        assert outer is not inner


def test_a_workspace_is_returned_after_an_error():
    try:
        with borrowed_workspace() as first:
            raise ValueError
    except ValueError:
        pass
    with borrowed_workspace() as again:
        assert again is first


def test_threads_have_different_workspaces():
    found = []

    def lend():
        with borrowed_workspace() as own:
            found.append(own)

    with borrowed_workspace():
        pass
    threads = [Thread(target=lend) for _ in range(2)]
    for thread in threads:
        thread.start()
        thread.join()
    lend()
    assert len({id(own) for own in found}) == 3


class Layout:
    def __init__(self, nbytes):
        self.nbytes = nbytes


def test_a_layout_is_made_once_while_its_buffers_stay():
    own, made = Workspace(), []

    def make():
        own.take("a", (4,), float)
        made.append(Layout(1))
        return made[-1]

    assert own.layout("key", make) is own.layout("key", make)
    assert len(made) == 1
    own.take("a", (1000,), float)  # the buffer is another one
    assert own.layout("key", make) is made[1]


def test_layouts_are_dropped_that_were_asked_for_longest_ago():
    own, third = Workspace(), workspace.LAYOUTS // 3
    first, second = Layout(third), Layout(third)
    own.layout(1, lambda: first)
    own.layout(2, lambda: second)
    assert own.layout(1, lambda: None) is first
    own.layout(3, lambda: Layout(third + 3))
    assert list(own.layouts) == [1, 3]


def test_a_layout_that_is_very_large_is_not_kept():
    own = Workspace()
    own.layout(1, lambda: Layout(workspace.LAYOUTS + 1))
    assert not own.layouts


def test_several_that_are_borrowed_at_once_are_others_and_come_back():
    with borrowed_workspaces(3) as three:
        assert len({id(space) for space in three}) == 3
        with borrowed_workspace() as fourth:
            assert all(fourth is not space for space in three)
    with borrowed_workspaces(3) as again:
        assert again == three
