"""Facts of imgurl.storage.opening: what IMGURL_STORE_URL may be."""

from pathlib import Path

import pytest

from imgurl.errors import SettingsError
from imgurl.storage import open_storage
from imgurl.storage.objects import ObjectStorage
from tests.servers.s3 import lead_to


@pytest.mark.parametrize(
    "url",
    ["", "store", "/srv/store", "file://relative/store", "file:store", "http://host/bucket", "s3://", "s3:bucket",
     "memory://", "ftp://host/store", "az://container"],
)  # fmt: skip
def test_what_is_not_a_store_says_what_to_write(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The setting is named, and how it should look or what is missing."""
    monkeypatch.delenv("AZURE_STORAGE_ACCOUNT_NAME", raising=False)
    with pytest.raises(SettingsError, match="IMGURL_STORE_URL"):
        open_storage(url)


@pytest.mark.parametrize(
    "url", ["s3://key:secret@bucket/x", "s3://bucket?token=secret", "file://u:secret@/x", "gs://b#secret"]
)
def test_credentials_in_the_url_are_refused_and_not_repeated(url: str) -> None:
    """A secret there would end up in logs: it is refused, and the message does not hold it."""
    with pytest.raises(SettingsError) as caught:
        open_storage(url)
    assert "secret" not in str(caught.value).replace("AWS_SECRET_ACCESS_KEY", "")


def test_a_folder_that_can_t_be_made_is_a_setting_s_error(tmp_path: Path) -> None:
    """A file in the place of the folder: the sentence says which and what to do."""
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(SettingsError, match="name one that this user may write to"):
        open_storage((tmp_path / "file").as_uri())


def test_each_kind_of_store_opens_without_a_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """S3, Google and Azure open offline: a store that is down does not keep a server from starting."""
    monkeypatch.setenv("AZURE_STORAGE_ACCOUNT_NAME", "account")
    lead_to(monkeypatch, "http://127.0.0.1:1")
    for url in ("s3://bucket/prefix", "gs://bucket/prefix", "az://container/prefix"):
        assert isinstance(open_storage(url), ObjectStorage)
