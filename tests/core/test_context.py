"""What is recorded, in threads, tasks and generators, and however a block is entered."""

import asyncio
import contextlib
import threading

import pytest

import autograd as ag
from autograd.core import context
from autograd.core.composition import composition
from tests.refusals import assert_refused

x = ag.tensor(2.0, requires_grad=True)


@pytest.fixture(autouse=True)
def _nothing_is_left():
    yield
    assert not context.open_blocks
    assert context.current() is context.DEFAULT


def records():
    return (x * x).requires_grad


def scopes():
    scope = (x * x).scope
    return () if scope is None else scope.path


def unrecorded():
    with ag.no_grad():
        for _ in range(3):
            yield records()


# Generators


def test_a_suspended_generator_leaves_its_caller_recording():
    inside = unrecorded()
    assert [(next(inside), records()) for _ in range(3)] == [(False, True)] * 3
    assert next(inside, None) is None


def test_blocks_of_the_caller_are_around_those_of_a_generator():
    inside = unrecorded()
    next(inside)
    with ag.scope("outer"):
        assert (next(inside), scopes()) == (False, ("outer",))
        with ag.scope("inner"):
            assert (next(inside), scopes()) == (False, ("outer", "inner"))
    assert scopes() == ()
    inside.close()


def test_a_block_inside_a_generators_block_is_inside_it():
    def generator():
        with ag.scope("a"):
            yield scopes()
            with ag.scope("b"):
                yield scopes()
            yield scopes()

    inside = generator()
    assert (next(inside), scopes()) == (("a",), ())
    with ag.no_grad():
        assert (next(inside), records()) == (("a", "b"), False)
    assert (next(inside), scopes()) == (("a",), ())
    inside.close()


def test_several_suspended_generators_do_not_mix():
    one, two = unrecorded(), unrecorded()
    for _ in range(3):
        assert (next(one), records(), next(two), records()) == (False, True, False, True)
    two.close()
    one.close()


def test_a_generator_that_is_dropped_leaves_nothing():
    inside = unrecorded()
    next(inside)
    del inside
    assert records()


def test_a_generator_that_delegates_is_suspended_with_the_other():
    def outer():
        with ag.no_grad():
            yield from (records() for _ in range(2))

    assert [(inner, records()) for inner in outer()] == [(False, True)] * 2


def test_a_generator_inside_a_composed_function_keeps_its_block():
    inside = unrecorded()
    next(inside)
    seen = []
    call = composition(lambda x: seen.append(next(inside)) or x * x)
    assert call(x).requires_grad
    assert seen == [False]
    inside.close()


def test_an_asynchronous_generator_leaves_its_caller_recording():
    async def generator():
        with ag.no_grad():
            yield records()
            await asyncio.sleep(0)
            yield records()

    async def run():
        return [(inside, records()) async for inside in generator()]

    assert asyncio.run(run()) == [(False, True)] * 2


def test_a_generator_made_a_context_manager_holds_for_the_block():
    @contextlib.contextmanager
    def off():
        with ag.no_grad():
            yield

    @contextlib.asynccontextmanager
    async def off_later():
        with ag.no_grad():
            yield

    async def run():
        async with off_later():
            return records()

    with off():
        assert not records()
    assert records()
    assert not asyncio.run(run())


@pytest.fixture
def off():
    with ag.no_grad():
        yield


def test_a_fixture_holds_for_its_test(off):
    assert not records()


# Threads and tasks


def test_one_object_may_be_shared_by_threads():
    shared = ag.no_grad()
    wrong = []

    def work(n):
        for _ in range(300):
            with shared:
                if records():
                    wrong.append(n)
            if not records():
                wrong.append(n)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
    with switching_often():
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert not wrong


def test_one_object_may_be_shared_by_tasks():
    shared = ag.no_grad()

    async def work(inside, outside):
        with shared:
            await asyncio.sleep(inside)
            within = records()
        await asyncio.sleep(outside)
        return within, records()

    async def run():
        return await asyncio.gather(*(work(n * 1e-4, 5e-4 - n * 1e-4) for n in range(5)))

    assert asyncio.run(run()) == [(False, True)] * 5


def test_one_object_may_be_entered_inside_itself():
    shared = ag.no_grad()
    with shared:
        with shared:
            pass
        assert not records()
    assert records()


def test_a_task_that_outlives_a_block_records_again():
    async def later():
        before = records()
        await asyncio.sleep(2e-3)
        return before, records()

    async def run():
        with ag.no_grad():
            task = asyncio.create_task(later())
            await asyncio.sleep(0)
        return await task

    assert asyncio.run(run()) == (False, True)


@contextlib.contextmanager
def switching_often():
    import sys

    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        yield
    finally:
        sys.setswitchinterval(usual)


# By hand


def test_a_block_may_be_entered_and_left_by_hand():
    block = ag.no_grad()
    block.__enter__()
    assert not records()
    block.__exit__(None, None, None)
    assert records()


def test_a_block_in_an_exit_stack_ends_with_it():
    with contextlib.ExitStack() as stack:
        stack.enter_context(ag.scope("a"))
        stack.enter_context(ag.no_grad())
        assert not records()
    assert records()


def test_leaving_a_block_that_was_not_entered_changes_nothing():
    with ag.no_grad():
        ag.scope("a").__exit__(None, None, None)
        assert not records()


def test_a_decorated_function_may_call_itself():
    @ag.scope("f")
    def f(n):
        return f(n - 1) if n else scopes()

    assert f(2) == ("f", "f", "f")


def test_debug_ends_with_its_block_and_frees_what_it_noted():
    with ag.debug() as nothing:
        assert nothing is None
        assert (x * x).place is not None
    assert getattr(x * x, "place", None) is None


async def asynchronous_generator():
    yield 1.0


def generator():
    yield 1.0


async def coroutine():
    return 1.0


@pytest.mark.parametrize("manager", [ag.no_grad, lambda: ag.scope("a"), ag.debug])
@pytest.mark.parametrize("f", [asynchronous_generator, generator, coroutine])
def test_a_function_whose_body_runs_later_is_not_decorated(manager, f):
    assert_refused(lambda: manager()(f), ag.GradientError, f.__name__, "generator or coroutine")
