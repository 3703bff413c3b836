"""Settings, read once from the environment. The only module that touches the environment."""

import os
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from imgurl.errors import SettingsError

PREFIX = "IMGURL_"

# Variables by their former names, which this version still reads.
FORMER_NAMES = {"IMGURL_KEYS": "IMGURL_SIGNING_KEYS"}

# Where the figures of several processes are added up through files. The library looks at it once, when it is imported.
FIGURES_FOLDER = "PROMETHEUS_MULTIPROC_DIR"

# The process id of 'imgurl serve', for the server processes it starts.
MAIN_PROCESS = "IMGURL_MAIN_PROCESS"

PACKAGE = Path(__file__).parent


def shipped(folder: str) -> Path:
    """Return the folder ``designs`` or ``fonts`` that came with the package.

    In a wheel they are inside the package, in a checkout next to it.
    """
    packed = PACKAGE / f"_{folder}"
    return packed if packed.is_dir() else PACKAGE.parent / folder


class Settings(BaseSettings):
    """Everything that can be set. ``IMGURL_`` and the name in capitals sets a value from the environment."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="ignore")

    host: str = Field("127.0.0.1", description="address to listen on")
    port: Annotated[int, Field(ge=0, le=65535)] = Field(8000, description="port to listen on")
    workers: Annotated[int, Field(ge=1, le=256)] = Field(
        1, description="server processes; one answers for many renderers"
    )
    renderers: Annotated[int, Field(ge=0, le=256)] | None = Field(
        None,
        description="processes that draw, shared out among the server processes; default one per core; 0 draws on a "
        "thread of each server process",
    )
    designs: Path = Field(default_factory=lambda: shipped("designs"), description="folder of the designs")
    fonts: Path = Field(default_factory=lambda: shipped("fonts"), description="folder of the fonts (fonts.json)")
    data: Path = Field(Path("imgurl-data"), description="folder for keys, cache and kept design versions")
    signing_keys: SecretStr | None = Field(
        None, description="signing keys as id:state:secret,… instead of the key file; secrets in base64url"
    )
    base_url: str = Field(
        "", description="what links begin with, for example https://img.example.com; default http://host:port"
    )
    cdn_base: str = Field(
        "", description="what links begin with if a CDN is in front, for example https://cdn.example.com"
    )
    max_age: Annotated[int, Field(ge=0, le=31_536_000)] = Field(
        86_400, description="seconds a mail client may keep an image, unless the design says otherwise"
    )
    memory_cache_mb: Annotated[int, Field(ge=0)] = Field(128, description="images kept in memory, MB a process")
    disk_cache_mb: Annotated[int, Field(ge=0)] = Field(2_048, description="images kept on disk, MB")
    render_deadline: Annotated[float, Field(gt=0, le=60)] = Field(
        3.0, description="seconds a request waits for its image; after that it gets the default image"
    )
    render_queue: Annotated[int, Field(ge=1)] = Field(
        256, description="images that may wait to be drawn; beyond that, requests get the default image at once"
    )
    store_url: str = Field(
        "", description="store that all machines share: file://, s3://, gs:// or az://; finished images and job files"
    )
    database_url: SecretStr | None = Field(
        None,
        description="postgresql://… of API keys and jobs, for all machines; default SQLite in the data folder",
    )
    redis_url: SecretStr | None = Field(
        None, description="redis://… where the API's rate limits are counted for all processes; default in memory"
    )
    api_rate: Annotated[str, Field(pattern=r"^\d+/(second|minute|hour)$")] = Field(
        "600/minute", description="requests one API key may make; image requests are never limited"
    )
    job_workers: Annotated[int, Field(ge=0, le=256)] | None = Field(
        None, description="worker processes for jobs that 'imgurl serve' starts; default one per core, 0 for none"
    )
    worker_id: str = Field(
        "",
        description="name of this machine's workers, different on each machine [host name]",
    )
    webhook_hosts: str = Field(
        "",
        description="hosts that webhooks may go to over https, separated by commas; localhost is for trying them out, "
        "over http; default none",
    )
    webhook_secret: SecretStr | None = Field(None, description="whsec_… that signs webhooks (Standard Webhooks)")
    reload_seconds: Annotated[float, Field(gt=0)] = Field(
        1.0, description="how often the designs folder is looked at for changes"
    )
    max_connections: Annotated[int, Field(ge=1)] = Field(
        4_096, description="open connections of one server process; fewer if the limit on open files requires it"
    )
    header_seconds: Annotated[float, Field(gt=0, le=600)] = Field(
        5.0, description="seconds a client has to send the head of a request"
    )
    body_seconds: Annotated[float, Field(gt=0, le=600)] = Field(
        10.0, description="seconds a client may let pass between two pieces of a body, or without taking its answer"
    )
    idle_seconds: Annotated[int, Field(ge=1, le=600)] = Field(
        5, description="seconds a connection stays open for another request"
    )
    unready_seconds: Annotated[float, Field(ge=0, le=600)] = Field(
        5.0, description="seconds after SIGTERM that /readyz says 503 while every request is still answered"
    )
    drain_seconds: Annotated[int, Field(ge=0, le=600)] = Field(
        20, description="seconds that running requests get to finish when the server stops"
    )
    http: Annotated[str, Field(pattern="^(httptools|h11)$")] = Field("httptools", description="HTTP parser")
    log_level: Annotated[str, Field(pattern="^(debug|info|warning|error)$")] = Field(
        "info", description="debug, info, warning or error"
    )

    @property
    def files_url(self) -> str:
        """Where the files of jobs are: the shared store, or a folder of the data folder."""
        return self.store_url or (self.data.absolute() / "store").as_uri()

    @property
    def links_begin_with(self) -> str:
        """The base of every link handed out, without a slash at the end."""
        host = "127.0.0.1" if self.host in {"0.0.0.0", "::"} else self.host  # noqa: S104 - compared, not bound
        host = f"[{host}]" if ":" in host else host  # an IPv6 address (RFC 3986, 3.2.2)
        return (self.cdn_base or self.base_url or f"http://{host}:{self.port}").rstrip("/")


def secret_of(setting: SecretStr | None) -> str | None:
    """Return what a secret setting holds."""
    return setting.get_secret_value() if setting else None


def load_settings(**overrides: object) -> Settings:
    """Read the settings; an override that is not None wins over the environment.

    Raises SettingsError that names every wrong setting at once.
    """
    _rename_former()
    try:
        return Settings(**{name: value for name, value in overrides.items() if value is not None})  # type: ignore[arg-type]
    except ValidationError as error:
        wrong = "; ".join(
            f"{PREFIX}{'_'.join(str(part) for part in problem['loc']).upper()}: {problem['msg']}"
            for problem in error.errors()
        )
        raise SettingsError(f"a setting is wrong: {wrong}") from error


def _rename_former() -> None:
    """Give variables of this process their new names, with a FutureWarning for each: once, children inherit them."""
    for former, name in FORMER_NAMES.items():
        if former in os.environ and name not in os.environ:
            os.environ[name] = os.environ.pop(former)
            warnings.warn(f"{former} is now called {name}; the next version reads the new name only", FutureWarning, 3)


def hand_to_workers(settings: Settings, **more: str) -> None:
    """Put the settings into this process's environment, for the server processes it is about to start.

    Server processes start from scratch and see only the environment. ``more`` adds other variables.
    """
    for name in Settings.model_fields:
        value = getattr(settings, name)
        if isinstance(value, SecretStr):
            os.environ[PREFIX + name.upper()] = value.get_secret_value()
        elif value is not None:
            os.environ[PREFIX + name.upper()] = str(value.absolute() if isinstance(value, Path) else value)
    os.environ.update(more)


def variable(name: str) -> str | None:
    """Return a variable of the environment that is not a setting of ours, None where it is not set."""
    return os.environ.get(name)


def describe() -> Mapping[str, str]:
    """Return the name of each variable with what it sets and its default, for help texts."""
    lines: dict[str, str] = {}
    for name, field in Settings.model_fields.items():
        default = field.default
        hint = f" [{default}]" if default not in (None, "") and field.default_factory is None else ""
        lines[PREFIX + name.upper()] = f"{field.description}{hint}"
    return lines
