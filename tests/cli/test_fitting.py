"""What it took to fit a text, in words."""

import pytest

from imgurl.cli.fitting import STEPS, fitting_in_words
from imgurl.text.fit import FitStep, Fitting


@pytest.mark.parametrize(
    ("fitting", "words"),
    [
        (Fitting(FitStep.FULL_SIZE, 40, 40, 1), "1 line"),
        (Fitting(FitStep.FULL_SIZE, 40, 40, 2), "2 lines"),
        (Fitting(FitStep.SMALLER, 31.5, 40, 2), "shrunk to 31.5 px, 2 lines"),
        (Fitting(FitStep.SHORTENED, 40, 40, 1), "name shortened, 1 line"),
        (Fitting(FitStep.SHORTENED, 20, 40, 1), "name shortened, shrunk to 20 px, 1 line"),
        (Fitting(FitStep.BROKEN, 20, 40, 3), "a word broken, shrunk to 20 px, 3 lines"),
        (Fitting(FitStep.ELLIPSIS, 20, 40, 1), "cut with an ellipsis, shrunk to 20 px, 1 line"),
        (Fitting(FitStep.NOTHING, 20, 20, 0), "nothing fits, 0 lines"),
    ],
)
def test_words(fitting: Fitting, words: str) -> None:
    """The step, the size if it is smaller than the design's, and the lines."""
    assert fitting_in_words(fitting) == words


def test_every_step_has_words() -> None:
    """No step of the ladder is forgotten."""
    assert STEPS.keys() == set(FitStep)
