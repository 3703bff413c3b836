"""A choice between groups of layers, or between backgrounds: the first case whose condition holds is drawn."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Protocol

from pydantic import Discriminator, Field, Tag

from imgurl.design.layers.conditions import When
from imgurl.design.layers.table import AnyLayer
from imgurl.design.model import Model, NotEmpty, pick

# Cases of one choice.
MAX_CASES = 20

Layers = Annotated[tuple[AnyLayer, ...], Field(strict=False, max_length=50)]


class Case(Model):
    """Layers that are drawn if the condition holds, and none did before."""

    when: When
    layers: Layers


class Choose(Model):
    """Layers by condition; ``else`` is what is drawn if no condition holds, also because a value is unknown."""

    type: str = Field("choose", pattern="^choose$")
    id: Annotated[str, Field(max_length=64)] = ""
    cases: Annotated[tuple[Case, ...], Field(strict=False, max_length=MAX_CASES), NotEmpty]
    else_: Annotated[Layers, Field(alias="else")]

    def layers_of(self, case: int) -> tuple[str, tuple[AnyLayer, ...]]:
        """Return the layers of a case, or of ``else`` for the number beyond the last, and the pointer to their list."""
        return (f"cases/{case}/layers", self.cases[case].layers) if case < len(self.cases) else ("else", self.else_)


def _is_choose(value: Any) -> str:
    return "«choose»" if pick(value, "type") == "choose" else "«layer»"


LayerOrChoose = Annotated[
    Annotated[AnyLayer, Tag("«layer»")] | Annotated[Choose, Tag("«choose»")], Discriminator(_is_choose)
]


class HasCondition(Protocol):
    """A case."""

    @property
    def when(self) -> When:
        """Its condition."""


def first_that_holds(cases: Sequence[HasCondition], texts: Mapping[str, str]) -> int:
    """Return the number of the first case that holds for resolved values; the number of cases if none does."""
    return next((number for number, case in enumerate(cases) if case.when.outcome(texts) is True), len(cases))
