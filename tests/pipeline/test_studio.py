"""Facts of imgurl.pipeline.studio: what is prepared before renderers are forked."""

from pathlib import Path

import pytest

from imgurl.design.library import load_design
from imgurl.pipeline.orders import DrawPicture, StudioSettings, draw_order, files_of
from imgurl.pipeline.showing import default_picture
from imgurl.pipeline.studio import open_studio
from imgurl.text.fonts import FontCatalogue
from tests.web.designs import card, write_design

BEGINNINGS = {"png": b"\x89PNG", "jpg": b"\xff\xd8", "gif": b"GIF8", "webp": b"RIFF", "pdf": b"%PDF"}


@pytest.mark.parametrize("formats", [None, ("png", "jpg"), ("pdf",)], ids=["its own", "prepared ones", "a batch's"])
@pytest.mark.parametrize("ext", BEGINNINGS)
def test_a_design_is_prepared_whatever_format_it_is_sent_in(
    tmp_path: Path, fonts: FontCatalogue, ext: str, formats: tuple[str, ...] | None
) -> None:
    """Also in one of which nothing is encoded ahead; it is drawn in that format then."""
    design = load_design(write_design(tmp_path, "card", card(format=ext)), fonts)
    settings = StudioSettings(fonts.folder, designs=(files_of(design),), formats=formats, has_variants=True)
    work = draw_order(default_picture(design, ext)).work
    assert isinstance(work, DrawPicture)
    body, _ = open_studio(settings).draw(work)
    assert body.startswith(BEGINNINGS[ext])
