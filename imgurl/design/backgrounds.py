"""Backgrounds of a design: a colour, a gradient or a picture, also one of several by condition."""

from typing import Annotated, Any

from pydantic import Discriminator, Field, Tag
from pydantic.functional_validators import AfterValidator

from imgurl.design.layers.choose import MAX_CASES
from imgurl.design.layers.conditions import When
from imgurl.design.layers.image import Focus, ObjectFit
from imgurl.design.layers.names import AssetName
from imgurl.design.model import Model, NotEmpty, mistake, pick
from imgurl.design.paint import ColorText, Linear, Radial, kind_of_paint


class PictureBackground(Model):
    """A picture over the whole design."""

    asset: AssetName
    fit: Annotated[ObjectFit, Field(strict=False)] = ObjectFit.COVER
    focus: Focus = Focus()


def _kind_of_background(value: Any) -> str | None:
    is_picture = isinstance(value, PictureBackground) or (isinstance(value, dict) and "asset" in value)
    return "«picture»" if is_picture else kind_of_paint(value)


def _check_background(background: Any) -> Any:
    # It is the base of the one plate of the design, and everything else is laid over it.
    is_dynamic = "<<" in background if isinstance(background, str) else background.placeholders
    if is_dynamic:
        over = "an image layer" if isinstance(background, PictureBackground) else "a shape with this fill"
        raise mistake(f"a background can't contain a field; choose one by condition, or lay {over} over it")
    return background


Background = Annotated[
    Annotated[ColorText, Tag("«color»")]
    | Annotated[Linear, Tag("«linear»")]
    | Annotated[Radial, Tag("«radial»")]
    | Annotated[PictureBackground, Tag("«picture»")],
    Discriminator(_kind_of_background),
    AfterValidator(_check_background),
]


class BackgroundCase(Model):
    """A background that is shown if the condition holds, and none did before."""

    when: When
    background: Background


class ChooseBackground(Model):
    """Backgrounds by condition; ``else`` is shown if no condition holds."""

    cases: Annotated[tuple[BackgroundCase, ...], Field(strict=False, max_length=MAX_CASES), NotEmpty]
    else_: Annotated[Background, Field(alias="else")]

    def background_of(self, case: int) -> Background:
        """Return the background of a case, or of ``else`` for the number beyond the last."""
        return self.cases[case].background if case < len(self.cases) else self.else_


def _is_choice(value: Any) -> str:
    return "«choose»" if pick(value, "cases") is not None else "«background»"


AnyBackground = Annotated[
    Annotated[Background, Tag("«background»")] | Annotated[ChooseBackground, Tag("«choose»")],
    Discriminator(_is_choice),
]
