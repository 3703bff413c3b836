"""What it took to fit a text, in words."""

from imgurl.text.fit import FitStep, Fitting

STEPS = {
    FitStep.FULL_SIZE: "",
    FitStep.SMALLER: "",
    FitStep.SHORTENED: "name shortened, ",
    FitStep.BROKEN: "a word broken, ",
    FitStep.ELLIPSIS: "cut with an ellipsis, ",
    FitStep.NOTHING: "nothing fits, ",
}


def fitting_in_words(fitting: Fitting) -> str:
    """Return for example ``name shortened, shrunk to 31.5 px, 2 lines``."""
    size = f"shrunk to {fitting.size:.4g} px, " if fitting.size < fitting.full_size else ""
    return f"{STEPS[fitting.step]}{size}{fitting.lines} line{'s' if fitting.lines != 1 else ''}"
