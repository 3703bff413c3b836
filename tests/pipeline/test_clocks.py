"""What countdowns show at a time, and how long that may be kept."""

import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imgurl.design.layers.countdown import SECONDS_IN, Unit, digits_of
from imgurl.design.library import Design, load_design
from imgurl.merge.kinds import FieldType, Notation
from imgurl.merge.moments import read_moment
from imgurl.pipeline.clocks import stopped
from imgurl.pipeline.picture import Picture
from imgurl.pipeline.showing import Surroundings, picture_of, picture_of_url
from imgurl.text.fonts import FontCatalogue
from imgurl.urls.signing import KeyState
from imgurl.urls.target import parse_target
from tests.design.documents import mistakes, write_design
from tests.plate.countdowns import countdown, sale

END = datetime(2026, 12, 6, 17, 0, tzinfo=UTC).timestamp()
ENDS = {"ends": "2026-12-06 18:00", "first_name": "Ava"}
AROUND = Surroundings(lambda _: True, 86_400)


@pytest.fixture(scope="module")
def design(fonts: FontCatalogue, tmp_path_factory: pytest.TempPathFactory) -> Design:
    """A sale that ends when its field says."""
    return load_design(write_design(tmp_path_factory.mktemp("designs"), sale()), fonts)


def shown(design: Design, ext: str, now: float, values: dict[str, str] | None = None) -> Picture:
    """Return what the design shows at a time."""
    return picture_of(design, ENDS if values is None else values, ext, 1, AROUND, now)


def linked(design: Design, ext: str, now: float, query: str = "") -> Picture:
    """Return what a link shows at a time."""
    path = f"/i/{design.id}.{ext}?_k=k&ends=2026-12-06%2018:00{query}&_s={'A' * 43}"
    target, _, behind = path.encode().partition(b"?")
    return picture_of_url(parse_target(target, behind), design, KeyState.SIGN, now, AROUND)


class TestStates:
    """Texts have the state of each clock, and so has the key."""

    def test_a_gif_counts_the_seconds(self, design: Design) -> None:
        """All who ask within one second share one picture, and the next second has another."""
        keys = [shown(design, "gif", END - 90 + part).key for part in (0.0, 0.5, 0.999, 1.0)]
        assert keys[0] == keys[1] == keys[2] != keys[3]
        assert shown(design, "gif", END - 90).texts["ends.left"] == "90"

    @pytest.mark.parametrize("ext", ["png", "jpg", "webp", "avif"])
    def test_what_does_not_move_says_a_sentence(self, design: Design, ext: str) -> None:
        """One picture until the end, and one after it."""
        keys = [shown(design, ext, END + seconds).key for seconds in (-1e6, -1.0, -0.001, 0.0, 1e6)]
        assert keys[0] == keys[1] == keys[2] != keys[3] == keys[4]

    def test_without_an_end_nothing_runs(self, design: Design) -> None:
        """A value that is missing or can't be read leaves the sentence, which does without it."""
        for values in ({}, {"ends": "soon"}, {"ends": "2026-12-06"}):
            picture = shown(design, "gif", END - 90, values)
            assert (picture.texts["ends.left"], picture.changes_at, picture.key.lasts) == ("", None, True)

    def test_an_end_in_the_design_is_one_for_all(self, fonts: FontCatalogue, tmp_path: Path) -> None:
        """It needs no field, and is read in the zone of the layer."""
        layer = countdown(to="2026-12-06T18:00", time_zone="Europe/Berlin", static="Ends soon")
        design = load_design(write_design(tmp_path, sale(layer)), fonts)
        assert shown(design, "gif", END - 7, {}).texts["2026-12-06T18:00:00+01:00.left"] == "7"


class TestKeeping:
    """Nobody keeps a picture longer than it is right."""

    def test_a_gif_that_runs_is_kept_by_nobody(self, design: Design) -> None:
        """Neither on disk nor by clients, also under a pin."""
        for pin in ("", f"&_v={design.version[:12]}"):
            picture = linked(design, "gif", END - 90, pin)
            assert (picture.is_live, picture.key.lasts, picture.max_age, picture.immutable) == (True, False, 0, False)
            assert picture.changes_at == END - 89

    def test_a_sentence_is_kept_for_half_of_what_is_left(self, design: Design) -> None:
        """A cache may pass it on without its age; under a pin it is not for ever either."""
        picture = linked(design, "png", END - 1_000, f"&_v={design.version[:12]}")
        assert (picture.max_age, picture.immutable, picture.changes_at) == (500, False, END)
        assert linked(design, "png", END - 1e6).max_age == 86_400

    def test_after_the_end_nothing_changes(self, design: Design) -> None:
        """The picture of the end may be kept like any other."""
        picture = linked(design, "gif", END, f"&_v={design.version[:12]}")
        assert (picture.changes_at, picture.key.lasts, picture.immutable) == (None, True, True)

    def test_programs_that_fetch_ahead(self, design: Design) -> None:
        """They get the clock, or the sentence where the design says so; kept by nobody in either case."""
        picture = linked(design, "gif", END - 90)
        assert stopped(picture) is picture
        layer = design.document.countdowns[0].model_copy(update={"proxies": "static"})
        layers = (design.document.layers[0], layer)
        careful = replace(design, document=design.document.model_copy(update={"layers": layers}))
        # A cached property of the copied model would be that of the original.
        careful.document.__dict__.pop("countdowns", None)
        careful.document.__dict__.pop("all_layers", None)
        still = stopped(replace(picture, design=careful))
        assert (still.texts["ends.left"], still.max_age, still.key.lasts) == ("", 0, False)


moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)) | st.sampled_from([  # noqa: DTZ001 - a wall clock's
    datetime(2026, 3, 29, 2, 30), datetime(2026, 10, 25, 2, 30), datetime(2026, 10, 25, 3, 0),  # noqa: DTZ001
])  # fmt: skip
zones = st.sampled_from(["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Chatham", "UTC"])
runs = st.sampled_from([tuple(Unit)[first:last] for first in range(4) for last in range(first + 1, 5)])


class TestLaws:
    """Facts about all moments, zones and units."""

    @given(wall=moments, zone=zones, left=st.integers(-100_000, 90 * 86_400), part=st.floats(0, 0.99))
    @settings(max_examples=80, deadline=None)
    def test_what_is_left_is_what_is_left(
        self, design: Design, wall: datetime, zone: str, left: int, part: float
    ) -> None:
        """The clock has the seconds between two moments, whatever clocks on walls did in between."""
        end = wall.replace(microsecond=0, tzinfo=ZoneInfo(zone)).astimezone(UTC)
        picture = shown(design, "gif", end.timestamp() - left + part, {"ends": end.isoformat()})
        assert picture.texts["ends.left"] == (str(left) if left > 0 else "0")

    @given(units=runs, left=st.integers(0, 900 * 86_400))
    @settings(deadline=None)
    def test_digits_add_up(self, units: tuple[Unit, ...], left: int) -> None:
        """All cells together are what is left, but for the seconds below the smallest unit; the largest ends at 999."""
        digits = digits_of(units, left)
        total = sum(int(text) * SECONDS_IN[unit] for text, unit in zip(digits, units, strict=True))
        smallest = SECONDS_IN[units[-1]]
        if left // SECONDS_IN[units[0]] <= 999:
            assert total == left // smallest * smallest
        else:
            assert digits[0] == "999"
        assert all(len(text) == 2 for text in digits[1:])

    @pytest.mark.parametrize(
        ("wall", "utc"),
        [
            ("2026-03-29 01:59:59", "2026-03-29T00:59:59+00:00"),
            ("2026-03-29 02:30", "2026-03-29T01:30:00+00:00"),
            ("2026-03-29 03:00", "2026-03-29T01:00:00+00:00"),
            ("2026-10-25 02:30", "2026-10-25T00:30:00+00:00"),
            ("2026-10-25 03:00", "2026-10-25T02:00:00+00:00"),
        ],
    )
    def test_clocks_that_are_changed(self, wall: str, utc: str) -> None:
        """02:30 does not exist in March and is there twice in October: it is counted on, and the first one counts."""
        read = read_moment(wall, Notation(FieldType.DATETIME, time_zone="Europe/Berlin"))
        assert read.astimezone(UTC).isoformat() == utc
        assert read.isoformat() == read.astimezone(UTC).astimezone(ZoneInfo("Europe/Berlin")).isoformat()

    def test_a_day_of_23_hours(self, design: Design) -> None:
        """From Saturday 18:00 to Sunday 18:00 in the night of the change."""
        end = read_moment("2026-03-29 18:00", Notation(FieldType.DATETIME, time_zone="Europe/Berlin"))
        before = end.astimezone(UTC) - timedelta(hours=23)
        assert before.astimezone(end.tzinfo).hour == 18
        picture = shown(design, "gif", math.floor(before.timestamp()), {"ends": "2026-03-29 18:00"})
        assert digits_of(tuple(Unit), int(picture.texts["ends.left"])) == ("00", "23", "00", "00")


def test_a_mistake_is_a_sentence(fonts: FontCatalogue) -> None:
    """What can be wrong with a countdown, and what to do."""

    def said(**more: Any) -> str:
        return " ".join(f"{pointer} {sentence}" for pointer, sentence in mistakes(sale(countdown(**more)), fonts))

    assert said() == ""
    assert "/layers/1/to 'soon' is not a day with its time; write for example 2026-12-31T18:00" in said(to="soon")
    assert "'<<first_name>>' is not a field of type datetime" in said(to="<<first_name>>")
    assert "name one, for example Europe/Berlin, or write 2026-12-31T18:00Z for UTC" in said(to="2026-12-31T18:00")
    assert said(to="2026-12-31T18:00Z") == said(to="2026-12-31T18:00", time_zone="Europe/Berlin") == ""
    assert "'Berlin' is not a known time zone" in said(to="2026-12-31T18:00", time_zone="Berlin")
    assert "the field has a time zone of its own" in said(time_zone="Europe/Berlin")
    assert "without leaving one out" in said(units=["days", "minutes"])
    assert "too small for digits of 90 px" in said(font={"family": "Inter", "size": 90})


def test_sentences_and_labels_are_written_by_language(fonts: FontCatalogue, tmp_path: Path) -> None:
    """A German reader gets German words; the clock is the same."""
    labels = {"font": {"family": "Inter", "size": 12}, "days": {"en": "days", "de": "Tage"}}
    layer = countdown(
        static={"en": "Ends <<ends>>", "de": "Endet <<ends>>"}, expired={"en": "Over", "de": "Vorbei"}, labels=labels
    )
    raw = sale(layer)
    lang = {"name": "lang", "type": "language", "choices": ["en", "de"], "sample": "de", "fallback": "en"}
    raw["fields"] = [*raw["fields"], lang]
    design = load_design(write_design(tmp_path, raw), fonts)
    english, german = (shown(design, "gif", END - 9, ENDS | {"lang": tag}) for tag in ("en", "de"))
    assert english.texts["ends.left"] == german.texts["ends.left"] == "9"
    (layer_,) = german.design.document.countdowns
    assert (layer_.static, layer_.expired, layer_.labels and layer_.labels.days) == ("Endet <<ends>>", "Vorbei", "Tage")
    assert german.texts["ends"] == "Sonntag, 18:00 CET"
