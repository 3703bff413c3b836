"""Conditions: when a layer is drawn, and what happens where nobody can know."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from imgurl.design.layers.conditions import ShowIf, When
from imgurl.merge.resolve import resolve
from imgurl.text.fonts import FontCatalogue
from tests.design.documents import (
    Json,
    document,
    field,
    parsed,
    shape_layer,
    the_mistake,
)

VIP = field("vip", type="flag", sample="yes")
TIER = field("tier", type="choice", sample="gold", choices=["gold", "tin"])
CONDITION: TypeAdapter[Any] = TypeAdapter(When)
FIELDS = [
    VIP | {"fallback": ""}, TIER | {"fallback": ""}, field("code", sample="A-1", fallback=""),
    field("points", type="number", sample="120", fallback="", locale="de-DE", format="compact-short"),
    field("price", type="money", sample="9.95", fallback="", currency="EUR"),
    field("joined", type="date", sample="2024-05-01", fallback="", format="y"),
]  # fmt: skip


def drawn(fonts: FontCatalogue, condition: Json, values: dict[str, str]) -> bool:
    """Say whether a layer with this condition is drawn for values as a list has them."""
    read = parsed(document(fields=FIELDS, layers=[shape_layer(when=condition)]), fonts)
    resolved = resolve(read.fields, values)
    readings = {f"{value.field}.reading": value.reading for value in resolved.values if value.field in read.readings}
    return read.all_layers["/layers/0"].is_drawn(resolved.texts | readings)


class TestWhen:
    """Tests of values: they hold, they don't, or nobody can know."""

    @pytest.mark.parametrize(
        ("test", "holds", "fails"),
        [
            ({"field": "code", "is_set": True}, ["A-1"], ["", "null"]),
            ({"field": "code", "is_set": False}, ["", "N/A"], ["A-1"]),
            ({"field": "vip", "is_set": False}, ["", "maybe"], ["yes", "no"]),
            ({"field": "vip", "is": True}, ["yes", "1", "WAHR"], ["no", "", "maybe"]),
            ({"field": "vip", "is": "no"}, ["0", "off"], ["yes", "", "maybe"]),
            ({"field": "tier", "is": "gold"}, ["gold", "GOLD"], ["tin", "", "silver"]),
            ({"field": "tier", "in": ["gold", "tin"]}, ["tin", "Gold"], ["", "silver"]),
            ({"field": "code", "matches": "[A-C]-[0-9]+"}, ["B-12"], ["D-1", "B-", ""]),
            ({"field": "points", "at_least": 1000}, ["1000", "1.000", "1499"], ["999", "", "many"]),
            ({"field": "points", "at_most": 1000}, ["1000", "-5"], ["1001", "", "many"]),
            ({"field": "points", "at_least": 10, "at_most": 20}, ["10", "20"], ["9", "21", ""]),
            ({"field": "price", "at_least": 9.95}, ["9.95", "€ 10"], ["9.94", "", "$ 10"]),
            ({"field": "price", "is": 10}, ["10", "10.00"], ["10.01", ""]),
            ({"field": "joined", "before": "2024-05-02"}, ["2024-05-01", "May 1, 2024"], ["2024-05-02", "", "soon"]),
            ({"field": "joined", "after": "2024-05-02"}, ["2024-05-03"], ["2024-05-02", "", "soon"]),
            ({"not": {"field": "tier", "is": "gold"}}, ["tin"], ["gold", "", "silver"]),
            ({"not": {"field": "points", "at_least": 100}}, ["99"], ["100", "", "many"]),
            ({"not": {"not": {"field": "tier", "is": "gold"}}}, ["gold"], ["tin", ""]),
        ],
    )
    def test_of_one_field(self, fonts: FontCatalogue, test: Json, holds: list[str], fails: list[str]) -> None:
        """What a list says is compared, not what is drawn of it; a value that is missing or unread never holds."""
        (name,) = (one for one in CONDITION.validate_python(test).placeholders if "." not in one)
        assert [value for value in (*holds, *fails) if drawn(fonts, test, {name: value})] == holds

    @given(outcomes=st.lists(st.sampled_from(["yes", "no", ""]), min_size=1, max_size=4))
    def test_combinations_are_those_of_kleene(self, outcomes: list[str]) -> None:
        """The law of all, any and not: minimum, maximum and complement of false < unknown < true."""
        rank = {"no": 0, "": 1, "yes": 2}
        texts = {f"f{number}": {"yes": "true", "no": "false", "": ""}[one] for number, one in enumerate(outcomes)}
        tests = [{"field": name, "is": "true"} for name in texts]
        ranks = [rank[one] for one in outcomes]
        named = {False: 0, None: 1, True: 2}
        outcome = {key: CONDITION.validate_python({key: tests}).outcome(texts) for key in ("all", "any")}
        assert (named[outcome["all"]], named[outcome["any"]]) == (min(ranks), max(ranks))
        negated = CONDITION.validate_python({"not": {"all": tests}}).outcome(texts)
        assert named[negated] == 2 - min(ranks)

    def test_the_fallback_counts(self, fonts: FontCatalogue) -> None:
        """A field that has a fallback is never unknown."""
        tier = TIER | {"fallback": "tin"}
        raw = document(fields=[tier], layers=[shape_layer(when={"not": {"field": "tier", "is": "gold"}})])
        read = parsed(raw, fonts)
        assert read.all_layers["/layers/0"].is_drawn(resolve(read.fields, {}).texts)

    def test_readings_are_kept_for_what_is_compared(self, fonts: FontCatalogue) -> None:
        """Only fields that a condition looks at, and only those that are drawn otherwise than they are read."""
        tests = [{"field": name, "is_set": True} for name in ("points", "tier", "joined")]
        raw = document(fields=FIELDS, layers=[shape_layer(when={"all": tests})])
        assert parsed(raw, fonts).readings == {"points", "joined"}

    @pytest.mark.parametrize(
        ("condition", "pointer", "sentence"),
        [
            ({"field": "tier"}, "/field", "says nothing about the value"),
            ({"field": "teir", "is_set": True}, "/field", "no field 'teir': did you mean 'tier'?"),
            ({"field": "tier", "is": "silver"}, "/is", "'silver' is not one of the choices of 'tier': gold, tin"),
            ({"field": "tier", "in": ["gold", "silver"]}, "/in", "'silver' is not one of the choices"),
            ({"field": "tier", "in": []}, "/in", "at least one"),
            ({"field": "tier", "is": True}, "/is", "only a flag is true or false"),
            ({"field": "code", "is": {}}, "/is", "write a text of at most 200 characters, a number, true or false"),
            ({"field": "code", "in": ["x" * 201]}, "/in/0", "write a text of at most 200 characters"),
            ({"field": "vip", "is": "often"}, "/is", 'write "true" or "false"'),
            ({"field": "points", "is": "100"}, "/is", "write a number without quotes"),
            ({"field": "code", "at_least": 1}, "/at_least", "the field is of type text"),
            ({"field": "points", "before": "2026-01-01"}, "/before", "the field is of type number"),
            ({"field": "joined", "after": "soon"}, "/after", "'soon' is not a date; write for example 2026-03-01"),
            ({"field": "code", "matches": "(?=a)"}, "/matches", "may not look ahead"),
            ({"all": []}, "/all", "at least one"),
            ({"any": [{"field": "tier", "is": "gold"}], "all": []}, "", "is not a condition"),
            ({}, "", "is not a condition"),
            ("vip", "", "is not a condition"),
        ],
    )
    def test_mistakes(self, fonts: FontCatalogue, condition: Any, pointer: str, sentence: str) -> None:
        """A condition that could never hold, or says nothing, is found when the design is read."""
        raw = document(fields=FIELDS, layers=[shape_layer(when=condition)])
        place, found = the_mistake(raw, fonts)
        assert place == f"/layers/0/when{pointer}"
        assert sentence in found

    def test_two_conditions(self, fonts: FontCatalogue) -> None:
        """A layer has one."""
        layer = shape_layer(when={"field": "vip", "is": True}, show_if={"field": "vip"})
        assert the_mistake(document(fields=FIELDS, layers=[layer]), fonts) == (
            "/layers/0/show_if",
            'the layer has "when" as well; keep that one',
        )


class TestShowIf:
    """Conditions of designs from before ``when``."""

    @pytest.mark.parametrize(
        ("condition", "text", "drawn"),
        [
            ({}, "Chicago", True),
            ({}, "", False),
            ({}, None, False),
            ({}, "true", True),
            ({}, "false", False),
            ({"negate": True}, "Chicago", False),
            ({"negate": True}, "", True),
            ({"negate": True}, "false", True),
            ({"values": ["gold", "tin"]}, "tin", True),
            ({"values": ["gold"]}, "tin", False),
            ({"values": ["gold"]}, "", False),
            ({"values": ["false"]}, "false", True),
            ({"values": ["gold"], "negate": True}, "tin", True),
            ({"values": ["gold"], "negate": True}, "gold", False),
            ({"values": ["gold"], "negate": True}, "", False),
            ({"values": ["gold"], "negate": True}, None, False),
        ],
    )
    def test_holds(self, condition: Json, text: str | None, drawn: bool) -> None:
        """With a value, a true flag, or one of the values named; negated the other way round."""
        made = ShowIf.model_validate({"field": "tier"} | condition)
        assert (made.outcome({} if text is None else {"tier": text}) is True) == drawn

    @pytest.mark.parametrize(
        ("fallback", "value", "member", "guest"),
        [
            ("", "WAHR", True, False),
            ("", "f", False, True),
            ("", "maybe", False, False),
            ("", "", False, False),
            ("false", "maybe", False, True),
            ("false", "", False, True),
            ("true", "maybe", True, False),
            ("true", "", True, False),
        ],
    )
    def test_a_flag_that_nobody_knows(
        self, fonts: FontCatalogue, fallback: str, value: str, member: bool, guest: bool
    ) -> None:
        """Its fallback decides in both directions; without one neither layer is drawn."""
        vip = VIP | {"fallback": fallback}
        conditions = [{"field": "vip"}, {"field": "vip", "negate": True}]
        parsed_document = parsed(
            document(fields=[vip], layers=[shape_layer(show_if=when) for when in conditions]), fonts
        )
        texts = resolve(parsed_document.fields, {"vip": value}).texts
        assert [layer.is_drawn(texts) for layer in parsed_document.all_layers.values()] == [member, guest]

    def test_the_values_of_a_flag(self, fonts: FontCatalogue) -> None:
        """Written as any list writes them, and nothing else."""
        layers = [shape_layer(show_if={"field": "vip", "values": [value]}) for value in ("no", "often")]
        assert the_mistake(document(fields=[VIP], layers=layers), fonts) == (
            "/layers/1/show_if/values",
            'the field is a flag; write "true" or "false"',
        )
