"""Renderers for a caller without an event loop."""

from concurrent.futures import Future, wait
from contextlib import closing

import psutil

from imgurl.errors import ImgurlError, RenderFailed
from imgurl.renderers.blocking import BlockingRenderers
from imgurl.renderers.failures import RendererDied, StudioFailed
from imgurl.renderers.orders import Recipe
from imgurl.renderers.pool import Pool
from tests.renderers.pools import LIMITS, RECIPE, is_running, order, processes

# Long enough for a slow machine; only what never comes takes it.
PATIENCE_SECONDS = 30.0


def renderers(recipe: Recipe = RECIPE) -> BlockingRenderers:
    """Return two renderers, which are on their way."""
    return BlockingRenderers(Pool(recipe, 2, LIMITS))


def error_of(answer: Future[bytes]) -> BaseException | None:
    """Return why there is no file."""
    return answer.exception(PATIENCE_SECONDS)


def test_each_order_has_its_own_answer() -> None:
    """However many come at once, and also before the renderers have started."""
    with closing(renderers()) as drawing:
        for bodies in ([b"one"], [], [f"{number}".encode() for number in range(300)]):
            answers = drawing.submit([order("echo", body) for body in bodies])
            assert [answer.result(PATIENCE_SECONDS) for answer in answers] == bodies


def test_an_order_that_fails_fails_alone() -> None:
    """Whether it could not be drawn or ended its renderer: the others have their files."""
    with closing(renderers()) as drawing:
        before, unknown, deadly, after = drawing.submit(
            [order("echo", b"1"), order("no_such_verb"), order("exit", 9), order("echo", b"2")]
        )
        assert (before.result(PATIENCE_SECONDS), after.result(PATIENCE_SECONDS)) == (b"1", b"2")
        assert isinstance(error_of(unknown), RenderFailed)
        assert isinstance(error_of(deadly), RendererDied)


def test_what_can_not_be_opened_fails_every_order() -> None:
    """Those that wait for it and those that come later, with the reason."""
    with closing(renderers(Recipe("tests.renderers.toy:open_broken", "the folder"))) as drawing:
        for _ in range(2):
            for answer in drawing.submit([order("echo", b"")] * 3):
                assert isinstance(error_of(answer), StudioFailed)
        assert "no designs in the folder" in str(drawing.failure)


def test_closing_leaves_no_process_and_nobody_waiting() -> None:
    """What is being drawn is ended, what waits is dropped, and those who wait for either are told."""
    pool = Pool(RECIPE, 2, LIMITS)
    drawing = BlockingRenderers(pool)
    drawing.submit([order("echo", b"")])[0].result(PATIENCE_SECONDS)
    facts = pool.facts
    answers = drawing.submit([order("sleep", 60.0 + number) for number in range(5)])
    drawing.close()
    assert wait(answers, PATIENCE_SECONDS).not_done == set()
    assert all(isinstance(answer.exception(), ImgurlError) for answer in answers)
    assert [pid for pid in processes(facts) if is_running(pid)] == []


def test_closing_at_once_leaves_no_process() -> None:
    """Before they have started: Ctrl-C comes whenever it likes."""
    before = {child.pid for child in psutil.Process().children()}
    drawing = renderers()
    (answer,) = drawing.submit([order("echo", b"")])
    drawing.close()
    assert isinstance(error_of(answer), ImgurlError)
    assert [child.pid for child in psutil.Process().children() if child.pid not in before] == []
