"""Chromium asks for broken links as the tests of broken lines think."""

import itertools
from pathlib import Path
from typing import Final

import pytest

from tests.urls.folding import BASE, FOLDS, Mail, asked_for

from .requests import Page, targets_asked_for

MAIL: Final = Mail(
    "hero", {"offer_name": "Tea & cake"}, {"first_name": "O&#39;Brien", "city": "Villeneuve d&#x27;Ascq"}, "sendgrid"
)
# Every third place, and each of those inside of "&amp;" and of a reference.
STEP: Final = 3


@pytest.mark.parametrize("fold", FOLDS, ids=["postfix", "sendmail"])
def test_a_broken_link_is_asked_for_as_thought(fold: bytes, chromium: str, tmp_path: Path) -> None:
    """Line ends dropped, spaces encoded, torn references read up to the tear; byte by byte."""
    source = MAIL.source()
    first, reference = source.index(b"&amp;"), source.index(b"&#39;")
    places = sorted(
        {*range(len(BASE) + 1, len(source), STEP), *range(first, first + 6), *range(reference, reference + 6)}
    )
    broken = [source[:place] + fold + source[place:] for place in places]
    images = b"".join(b'<img src="%b">' % each.removeprefix(BASE.encode()) for each in broken)
    page = Page(b"<!doctype html><title>x</title>" + images, "utf-8")
    targets = targets_asked_for(chromium, {"page": page}, tmp_path)
    thought = {b"?".join(filter(None, asked_for(each))).decode() for each in broken}
    assert len(thought) > len(places) / 2
    assert set(targets) == thought, list(itertools.islice(set(targets) ^ thought, 4))
