"""A server's folders, with something of everything in them."""

import os
from pathlib import Path

import pytest

from imgurl.access.database import open_database
from imgurl.access.keys import ApiKeys, Scope
from imgurl.access.tokens import Token
from imgurl.campaigns.database import open_database as open_campaigns
from imgurl.config import Settings
from imgurl.design.archive import Archive
from imgurl.design.library import load_library
from imgurl.text.fonts import load_catalogue
from imgurl.urls.keychange import make_first_key
from tests.web.designs import write_design

# A version that was shown last on 1 March 2020.
LONG_AGO = 1_583_020_800.0


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """The folders of a server: keys, two databases, a design and its version, a result, and what is not kept."""
    settings = Settings(data=tmp_path / "here" / "data", designs=tmp_path / "here" / "my designs")
    settings.data.mkdir(parents=True)
    make_first_key(settings.data)
    open_campaigns(settings.data, None).dispose()
    write_design(settings.designs)
    (settings.designs / "card" / "Motif é.svg").write_text("<svg/>")
    (settings.designs / ".DS_Store").write_bytes(b"\0")
    archive = Archive(settings.data / "versions")
    for design in load_library(settings.designs, load_catalogue(settings.fonts)).designs.values():
        archive.keep(design)
    (settings.data / "store" / "jobs").mkdir(parents=True)
    (settings.data / "store" / "jobs" / "result.csv").write_bytes(b"url\r\n" * 100_000)
    (settings.data / "cache").mkdir()
    (settings.data / "cache" / "image").write_bytes(b"drawn again")
    (settings.data / "server-address").write_text("http://127.0.0.1:8000")
    for path in (settings.data / "versions").rglob("*.json"):
        os.utime(path, (LONG_AGO, LONG_AGO))
    return settings


@pytest.fixture
def token(settings: Settings) -> Token:
    """An API key in the database."""
    engine = open_database(settings.data, None)
    token, _ = ApiKeys(engine).create("tests", [Scope.READ])
    engine.dispose()
    return token
