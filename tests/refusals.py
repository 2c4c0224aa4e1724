"""What every error must be: of the right kind, with the right words, and on one line."""

import pytest


def assert_refused(call, kind, *texts):
    """Check that a call raises an error of a kind, with all the texts, on one line."""
    with pytest.raises(kind) as caught:
        call()
    message = str(caught.value)
    for text in texts:
        assert text in message
    assert "\n" not in message
