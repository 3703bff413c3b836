"""What is said of a list: counts put into words, the worst drawn, what would help. As data, for JSON and the page."""

import base64
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from imgurl.design.library import Design
from imgurl.identifiers import PIN_DIGITS
from imgurl.merge.dialects import DIALECTS
from imgurl.preflight.crew import Crew
from imgurl.preflight.criteria import Criterion
from imgurl.preflight.facts import STOPPING, Mark, Outcome
from imgurl.preflight.fixes import Fix, fixes_for
from imgurl.preflight.requests import Draw, Refit, Thumbnail
from imgurl.preflight.run import Counted
from imgurl.preflight.suspicion import State, Suspicion
from imgurl.preflight.wording import SUSPICIONS, TONES, chip_of, in_words, label_of, sentences, share, shown
from imgurl.preflight.worst import Candidate, Kind, worst

# Pixels across of the pictures of a report: they are shown half as wide, for fine screens.
THUMBNAIL_WIDTH = 420

# Values that are listed of one suspicion.
LISTED_VALUES = 200


@dataclass(frozen=True, slots=True)
class Report:
    """A preflight's result. ``name`` is what the list is called, ``fixes`` what would help."""

    design: Design
    name: str
    counted: Counted
    fixes: tuple[Fix, ...]
    worst: tuple[Candidate, ...]
    pictures: Sequence[Thumbnail]

    @property
    def sentence(self) -> str:
        """The result in one sentence: what share of the recipients gets what."""
        return in_words(self.counted)

    def failed(self, criteria: Iterable[Criterion]) -> list[str]:
        """Return the criteria that the list meets."""
        tally = self.counted.tally
        marks = {**tally.marks, Mark.DUPLICATE: self.counted.duplicates}
        return [str(one) for one in criteria if one.holds(marks, tally.fallbacks, tally.rows)]

    def as_json(self, *, with_pictures: bool = True) -> dict[str, Any]:
        """Return the report as JSON has it."""
        counted, tally, design = self.counted, self.counted.tally, self.design
        form = counted.order.columns.form
        return {
            "design_id": design.id,
            "title": design.document.title,
            "version": design.version[:PIN_DIGITS],
            "list": self.name,
            "read_as": form.read_as,
            "notes": list(counted.order.columns.notes),
            "rows": tally.rows,
            "seconds": round(counted.seconds, 3),
            "rows_per_second": round(tally.rows / max(counted.seconds, 1e-6)),
            "sentence": self.sentence,
            "heading": sentences(design, counted),
            "outcomes": [*self._outcomes()],
            "marks": {mark.value: count for mark, count in sorted(tally.marks.items())}
            | ({"duplicate": counted.duplicates} if counted.duplicates else {}),
            "fallbacks": [*self._fallbacks()],
            "same_for_all": [*self._same_for_all()],
            "suspicious": [*self._suspicious()],
            "layers": [
                {"layer": name, "rows": sizes.rows, "smallest": sizes.smallest, "full": sizes.full}
                for name, sizes in sorted(tally.layers.items())
            ],
            "languages": dict(sorted(tally.languages.items())) if design.language_field else {},
            "untranslated": dict(tally.untranslated),
            "scripts": dict(sorted(tally.scripts.items(), key=lambda item: -item[1])),
            "duplicates": {"by": counted.order.identity or None, "rows": counted.duplicates},
            "pictures": {"different": counted.pictures, "bytes": self._bytes},
            "problems": [{"problem": problem, "rows": count} for problem, count in tally.problems.items()],
            "left_out": counted.left_out,
            "read_with_a_warning": tally.warned,
            "platforms": [*self._platforms()],
            "fixes": [fix_as_json(fix) for fix in self.fixes],
            "worst": [self._shown(one, picture, with_pictures=with_pictures) for one, picture in self._drawn],
        }

    @property
    def _drawn(self) -> Iterator[tuple[Candidate, Thumbnail | None]]:
        pictures = [*self.pictures, *[None] * (len(self.worst) - len(self.pictures))]
        return zip(self.worst, pictures, strict=True)

    @property
    def _bytes(self) -> int:
        """About how many bytes all different pictures have: as many each as those that were drawn."""
        sizes = [picture.full_bytes for picture in self.pictures]
        return round(self.counted.pictures * sum(sizes) / len(sizes)) if sizes else 0

    def _outcomes(self) -> Iterator[dict[str, Any]]:
        tally = self.counted.tally
        order = [*Outcome][::-1]
        items = sorted(tally.outcomes.items(), key=lambda item: (order.index(item[0][0]), -item[1], item[0][1]))
        for (outcome, concerned), count in items:
            yield {
                "outcome": outcome.value,
                "about": list(concerned),
                "label": label_of(self.design, tally, outcome, concerned),
                "rows": count,
                "share": share(count, tally.rows),
                "should_go_out": outcome not in STOPPING,
                "tone": TONES[outcome],
            }

    def _fallbacks(self) -> Iterator[dict[str, Any]]:
        tally = self.counted.tally
        for name, count in sorted(tally.fallbacks.items(), key=lambda item: -item[1]):
            field = self.design.document.by_name[name]
            reasons = {reason: rows for (one, reason), rows in tally.reasons.items() if one == name}
            yield {
                "field": name, "label": field.label or name, "shown": field.fallback or "", "rows": count,
                "share": share(count, tally.rows), "reasons": dict(sorted(reasons.items(), key=lambda item: -item[1])),
            }  # fmt: skip

    def _same_for_all(self) -> Iterator[dict[str, str]]:
        columns = self.counted.order.columns.columns
        fallbacks = self.counted.order.options.fallbacks
        for field in self.design.document.fields:
            if field.name not in columns:
                text = fallbacks.get(field.name) or field.fallback or ""
                yield {"field": field.name, "label": field.label or field.name, "shown": text}

    def _suspicious(self) -> Iterator[dict[str, Any]]:
        tally = self.counted.tally
        gravity = [*Suspicion]
        places = sorted(tally.suspects, key=lambda one: ([*State].index(one[2]), gravity.index(one[1]), one[0]))
        for place in places:
            name, suspicion, state = place
            values = sorted(tally.named.get(place, {}).items(), key=lambda item: (-item[1], item[0]))
            yield {
                "field": name, "suspicion": suspicion.value, "label": SUSPICIONS[suspicion], "state": state.value,
                "rows": tally.suspects[place], "different": len(values),
                "values": [{"value": value, "rows": count} for value, count in values[:LISTED_VALUES]],
            }  # fmt: skip

    def _platforms(self) -> Iterator[dict[str, Any]]:
        """Yield what each mail platform would write in place of the list's values, and how often that differs."""
        columns = self.counted.order.columns.columns
        fields = [field for field in self.design.document.fields if field.name in columns]
        shut = [field.name for field in fields if not field.openable]
        for dialect in DIALECTS:
            damaged = 0 if dialect.encoded else self.counted.tally.risky
            yield {
                "esp": dialect.id, "platform": dialect.platform,
                "tags": {field.name: dialect.tag_for(field.name) for field in fields if field.openable},
                "same": not damaged and not shut, "damaged_rows": damaged, "sealed_fields": shut, "note": dialect.note,
            }  # fmt: skip

    def _shown(self, one: Candidate, picture: Thumbnail | None, *, with_pictures: bool) -> dict[str, Any]:
        text, tone = chip_of(one)
        drawn = None
        if picture is not None and with_pictures:
            drawn = {
                "webp": base64.b64encode(picture.body).decode(), "width": picture.width, "height": picture.height,
            }  # fmt: skip
        return {
            "row": one.row, "line": one.line, "kind": one.kind.value, "about": one.detail, "value": shown(one.value),
            "chip": text, "tone": tone, "size": one.size, "bytes": picture.full_bytes if picture else 0,
            "picture": drawn,
        }  # fmt: skip


def report_on(design: Design, name: str, counted: Counted, crew: Crew) -> Report:
    """Draw the worst of a list, find out what would help, and return the report. Raises PreflightFailed."""
    tally = counted.tally
    chosen = worst(tally.best, tally.scripts)
    pictures = crew.draw(Draw(tuple(one.cells for one in chosen), THUMBNAIL_WIDTH)) if chosen else ()
    cut: dict[str, list[Candidate]] = {}
    for one in tally.best.values():
        if one.kind is Kind.CUT:
            cut.setdefault(one.detail, []).append(one)
    sizes: Mapping[str, int] = {}
    if cut:
        sizes = crew.refit(Refit({layer: tuple(one.cells for one in ones) for layer, ones in cut.items()}))
    return Report(design, name, counted, fixes_for(design, tally, sizes), chosen, pictures)


def fix_as_json(fix: Fix) -> dict[str, Any]:
    """Return a fix as JSON has it."""
    return {
        "id": fix.id, "what": fix.what, "cure": fix.cure, "rows": fix.rows, "values": list(fix.values),
        "change": {"pointer": fix.pointer, "key": fix.key, "value": fix.value},
    }  # fmt: skip
