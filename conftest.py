"""How many threads a worker takes, where kernels are kept, and doctests as a reader pastes them."""

import os

# As many workers run as there are processors, and more threads would only get in each other's way.
# It is read when NumPy is imported.
for library in ("OPENBLAS", "OMP", "MKL"):
    os.environ.setdefault(f"{library}_NUM_THREADS", "1")

import pytest  # noqa: E402


@pytest.fixture(autouse=True, scope="session")
def _kernels_are_kept_in_a_temporary_folder(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Compiled kernels are shared by the workers of this run, and not left on the disk.

    Several runs one after another, as in ``.ci/run``, share those in GLASSGRAD_TEST_CACHE.
    """
    if shared := os.environ.get("GLASSGRAD_TEST_CACHE"):
        os.environ["GLASSGRAD_CACHE"] = shared
        return
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    os.environ["GLASSGRAD_CACHE"] = str(folder / "kernels")


@pytest.fixture(autouse=True)
def _empty_namespace_for_doctests(request: pytest.FixtureRequest) -> None:
    example = getattr(request.node, "dtest", None)
    if example is not None:
        name = example.globs.get("__name__")
        example.globs.clear()
        example.globs["__name__"] = name
