"""What earlier releases left is opened by this one: keys, pinned links, API keys, campaigns, jobs."""

import json
import time
import zipfile
from pathlib import Path

import pytest

from imgurl.access.database import open_database as open_access
from imgurl.access.keys import ApiKeys
from imgurl.backup.restoring import restore
from imgurl.campaigns.database import open_database as open_campaigns
from imgurl.campaigns.ledger import Ledger as Campaigns
from imgurl.cli.drawing import open_server_view
from imgurl.config import Settings
from imgurl.jobs.database import JOBS
from imgurl.jobs.database import open_database as open_jobs
from imgurl.urls.keyfile import load_keys
from imgurl.urls.signing import KeyState
from tests.backup.release import AFTER, BEFORE, FACTS, FOLDER

RELEASES = sorted(FOLDER.glob("*.zip"))


def test_there_is_a_release() -> None:
    """Or nothing here would be tested."""
    assert "0.1.0.zip" in [path.name for path in RELEASES]


@pytest.mark.parametrize("release", RELEASES, ids=[path.stem for path in RELEASES])
def test_the_data_of_a_release_is_opened(release: Path, tmp_path: Path) -> None:
    """Everything that was there then is there now, migrated where it has to be."""
    with zipfile.ZipFile(release) as packed:
        facts = json.loads(packed.read(FACTS))
        packed.extract("data.zip", tmp_path)
    restore(tmp_path / "data.zip", tmp_path / "there")
    data, designs = tmp_path / "there" / "imgurl-data", tmp_path / "there" / "designs"
    keys = load_keys(data, None)
    assert [key.state for key in keys.keys] == [KeyState.VERIFY, KeyState.SIGN]

    pipeline = open_server_view(Settings(data=data, designs=designs))
    pinned = pipeline.show_target(facts["pinned"], KeyState.SIGN, time.time())
    assert (pinned.outcome, pinned.texts["tint"], len(pinned.design.document.layers)) == ("ok", BEFORE, 2)
    latest = pipeline.show_target(facts["counted"], KeyState.SIGN, time.time())
    assert (latest.outcome, latest.design.document.background, latest.design.document.layers) == ("ok", AFTER, ())

    access = open_access(data, None)
    found = ApiKeys(access).find(facts["token"])
    assert found is not None
    access.dispose()
    campaigns = open_campaigns(data, None)
    (spring,) = Campaigns(campaigns).page(10)
    assert (spring.control.campaign, spring.control.stopped is not None, spring.served > 0) == ("spring", True, True)
    campaigns.dispose()
    jobs = open_jobs(data, None)
    with jobs.connect() as connection:
        ((job, status),) = connection.execute(JOBS.select().with_only_columns(JOBS.c.job_id, JOBS.c.status))
    jobs.dispose()
    assert (job, status) == (facts["job"], "completed")
    assert b"Ava" in b"".join(path.read_bytes() for path in (data / "store").rglob("*") if path.is_file())
