"""What a function keeps for its calls is found."""

from autograd.core.closures import held_by


def test_defaults_attributes_and_the_closure_are_held():
    factor = 3.0

    def f(x, rate=1.0, *, scale=2.0):
        return x * rate * scale * factor

    f.note = 4.0
    assert held_by(f) == [1.0, 2.0, 4.0, 3.0]


def test_a_variable_without_a_value_yet_is_passed_over():
    def f():
        return later

    assert held_by(f) == []
    later = 1.0
    assert held_by(f) == [later]
