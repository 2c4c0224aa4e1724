"""How hard Hypothesis tries, and where what the tests write is put."""

from importlib.util import find_spec

import pytest

import autograd as ag

# What needs a browser, and packages to drive it, is only there with the extra of that name.
collect_ignore = [] if find_spec("playwright") else ["browser", "screenshots.py"]

# By HYPOTHESIS_PROFILE, or by whether this is a CI machine.
ag.testing.load_profile()


@pytest.fixture(autouse=True, scope="session")
def elsewhere(tmp_path_factory):
    """Run in a folder of its own: `glassgrad explain sigmoid` writes a page where it stands."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("here"))
        yield
