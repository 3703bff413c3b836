"""The shipped product card with a live price, against a shop on this machine that is slow, wrong, down and back."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from imgurl.composition.drawing import gathering_for
from imgurl.config import Settings, shipped
from imgurl.design.shelf import open_shelf
from imgurl.gathering import keeping
from imgurl.merge.resolve import Origin
from imgurl.pipeline.drawing import PressPipeline
from imgurl.pipeline.picture import Outcome, Picture
from imgurl.pipeline.press import Press
from imgurl.text.fonts import FontCatalogue
from tests.gathering.origin import as_json, hang
from tests.servers.stub import Request, Stub, response, run_stub

VALUES = {"product_name": "Kettle", "price": "89", "old_price": "119", "badge": "Sale", "sku": "KETTLE-12"}

Answering = Callable[[Request, Stub], Iterable[bytes]]


def selling(amount: Any) -> Answering:
    """Return a shop that names a price."""
    return lambda request, stub: [as_json({"price": {"amount": amount, "currency": "USD"}})]


def price(picture: Picture) -> tuple[str, Origin, Outcome]:
    """Return the price that is drawn, where it came from, and the outcome."""
    (value,) = (value for value in picture.values if value.field == "price")
    return value.text, value.origin, picture.outcome


def test_without_a_listed_host_it_is_as_it_was(fonts: FontCatalogue) -> None:
    """Nothing is needed, nothing is gathered, no thread is there; the price is that of the link."""
    press = Press(fonts)
    assert gathering_for(Settings(), press) is None
    pipeline = PressPipeline(open_shelf(shipped("designs"), fonts), press)
    picture = pipeline.picture_of(pipeline.library.find("product-card"), VALUES, "jpg")
    assert (picture.needs, picture.gathered) == ((), {})
    assert price(picture) == ("$89.00", Origin.SEALED, Outcome.OK)


@pytest.mark.parametrize(
    "trouble",
    [hang, lambda request, stub: [response("500 Oh")], selling("soon"), lambda request, stub: [b"no"]],
    ids=["slow", "down", "wrong", "broken"],
)
def test_slow_wrong_down_and_back(
    trouble: Answering, fonts: FontCatalogue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The price of the link while the shop is in trouble, the shop's own before and after; pictures of both."""
    monkeypatch.setattr(keeping, "AGAIN_SECONDS", (0.1, 0.1))
    shop: dict[str, Answering] = {"now": trouble}
    with run_stub(lambda request, stub: shop["now"](request, stub)) as stub:  # noqa: PLW0108 - it changes
        text = (shipped("designs") / "product-card" / "design.json").read_text()
        folder = tmp_path / "product-card"
        folder.mkdir()
        local = text.replace("https://api.example.com", f"http://localhost:{stub.port}")
        local = local.replace("api.example.com", "localhost")
        (folder / "design.json").write_text(local.replace('"deadline": 0.8', '"deadline": 0.3'))
        (folder / "product.jpg").write_bytes((shipped("designs") / "product-card" / "product.jpg").read_bytes())
        press = Press(fonts)
        gathering = gathering_for(Settings(remote_hosts="localhost"), press)
        assert gathering is not None
        pipeline = PressPipeline(open_shelf(tmp_path, fonts), press, gathering=gathering)

        def shown(sku: str) -> Picture:
            return pipeline.picture_of(pipeline.library.find("product-card"), VALUES | {"sku": sku}, "jpg")

        late = shown("A1")
        assert price(late) == ("$89.00", Origin.SEALED, Outcome.FALLBACK)
        shop["now"] = selling(79.5)
        live = shown("B2")
        assert price(live) == ("$79.50", Origin.LIVE, Outcome.OK)
        shop["now"] = trouble
        assert price(shown("B2")) == ("$79.50", Origin.LIVE, Outcome.OK)
        assert pipeline.render(live).body != pipeline.render(late).body
        assert {request.target for request in stub.requests} == {"/products/A1", "/products/B2"}
