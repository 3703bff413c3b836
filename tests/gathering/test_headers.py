"""The headers of live sources, as the operator sets them."""

from pathlib import Path

import pytest

from imgurl.composition.showing import remote_hosts
from imgurl.config import Settings
from imgurl.errors import SettingsError
from imgurl.gathering.headers import read_headers

GOOD = '{"shop": {"Authorization": "Bearer a b", "X-Key": "1"}}'


def test_they_are_read_from_json_and_from_a_file(tmp_path: Path) -> None:
    """The same; without the setting there are none."""
    (tmp_path / "headers.json").write_text(GOOD)
    expected = {"shop": {"Authorization": "Bearer a b", "X-Key": "1"}}
    assert read_headers(GOOD) == read_headers(str(tmp_path / "headers.json")) == expected
    assert read_headers("") == {}


@pytest.mark.parametrize(
    "setting",
    [
        "{", '{"shop": 1}', '{"shop": {}}', '{"Shop!": {"A": "secret"}}', '{"shop": {"A B": "secret"}}',
        '{"shop": {"Host": "secret"}}', '{"shop": {"A": "secret\\r\\nB: c"}}', '{"shop": {"A": " secret"}}',
        '{"shop": {"A": "sécret"}}', '{"shop": {"A": 1}}', '{"shop": {"A": "secret"}, "shop": {}}', "no/such/file",
    ],
)  # fmt: skip
def test_a_mistake_is_told_without_a_value(setting: str) -> None:
    """The values are secrets."""
    with pytest.raises(SettingsError) as raised:
        read_headers(setting)
    assert str(raised.value).startswith("IMGURL_SOURCE_HEADERS")
    assert "secret" not in str(raised.value)


def test_a_host_that_is_none_is_told() -> None:
    """Before the server starts; without the setting no host is listed."""
    assert remote_hosts(Settings()) == frozenset()
    assert remote_hosts(Settings(remote_hosts="cdn.example.com, *.example.org")) == {"cdn.example.com", "*.example.org"}
    with pytest.raises(SettingsError, match=r"IMGURL_REMOTE_HOSTS: '10\.0\.0\.1' is not a host name"):
        remote_hosts(Settings(remote_hosts="10.0.0.1"))
