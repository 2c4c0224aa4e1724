"""Attributes that are computed once for an instance, without a lock."""

from threading import Event, Thread

from autograd.core.computed_once import computed_once


class Slow:
    def __init__(self, number, begun=None, go_on=None):
        self.number, self.begun, self.go_on, self.count = number, begun, go_on, 0

    @computed_once
    def doubled(self):
        """Return twice the number."""
        self.count += 1
        if self.begun:
            self.begun.set()
            self.go_on.wait(30)
        return 2 * self.number


def test_it_is_computed_once_for_each_instance():
    one, two = Slow(1), Slow(2)
    assert [one.doubled, two.doubled, one.doubled] == [2, 4, 2]
    assert (one.count, two.count) == (1, 1)


def test_another_instance_does_not_wait():
    begun, go_on = Event(), Event()
    waiting = Slow(1, begun, go_on)
    thread = Thread(target=lambda: waiting.doubled)
    thread.start()
    begun.wait(30)
    assert Slow(3).doubled == 6
    go_on.set()
    thread.join(30)
    assert waiting.doubled == 2
