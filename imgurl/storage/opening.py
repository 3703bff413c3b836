"""Open the store of a URL."""

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from obstore.exceptions import BaseError
from obstore.store import from_url

from imgurl.errors import SettingsError
from imgurl.storage.failures import first_line
from imgurl.storage.folder import FolderStorage, prepare
from imgurl.storage.objects import ObjectStorage
from imgurl.storage.protocol import Storage

if TYPE_CHECKING:
    from obstore.store import RetryConfig

# Two more tries: what lasts longer is for the caller's own retries. Longest wait for an answer: obstore's 30 s.
RETRIES: "RetryConfig" = {
    "max_retries": 2,
    "retry_timeout": timedelta(seconds=15),
    "backoff": {"init_backoff": timedelta(milliseconds=100), "max_backoff": timedelta(seconds=2), "base": 2},
}


def open_storage(url: str) -> Storage:
    """Open the store of a URL: ``file:///folder`` (made if missing), ``s3://bucket/prefix``, ``gs://…`` or ``az://…``.

    Credentials, region and endpoint of an object store come from its usual variables (``AWS_…``, ``GOOGLE_…``,
    ``AZURE_…``). No connection is made yet. Raises SettingsError.
    """
    parts = urlsplit(url)
    if "@" in parts.netloc or parts.query or parts.fragment:
        raise SettingsError(
            "IMGURL_STORE_URL holds more than a bucket and a prefix: give credentials in the store's own variables, "
            "for example AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
        )
    if parts.scheme == "file" and parts.netloc in {"", "localhost"} and parts.path.startswith("/"):
        return _open_folder(Path(unquote(parts.path)))
    if parts.scheme not in {"s3", "gs", "az"} or not parts.netloc:
        raise SettingsError(
            f"IMGURL_STORE_URL is '{url}': write file:///a/folder, s3://bucket/prefix, gs://bucket/prefix "
            f"or az://container/prefix"
        )
    try:
        return ObjectStorage(from_url(url, retry_config=RETRIES))
    except (BaseError, ValueError, OSError) as error:
        raise SettingsError(f"cannot use the store '{url}' of IMGURL_STORE_URL: {first_line(error)}") from error


def _open_folder(folder: Path) -> Storage:
    try:
        prepare(folder)
        return FolderStorage(folder)
    except (BaseError, OSError) as error:
        raise SettingsError(
            f"cannot use the folder '{folder}' of IMGURL_STORE_URL: {first_line(error)}; "
            f"name one that this user may write to"
        ) from error
