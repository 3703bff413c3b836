"""Settings, read once from the environment. The only module that touches the environment.

Plain data: pydantic-settings, the package for this, takes longer to import than ``imgurl mint`` takes as a whole.
"""

import os
import re
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from importlib.machinery import PathFinder
from pathlib import Path
from typing import TypeVar

from imgurl.errors import SettingsError

T = TypeVar("T")

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

    In a checkout they are next to the package. In a wheel the designs are inside it, and of the fonts the list; they
    themselves are in a wheel of their own, which the server comes with.
    """
    packed = PACKAGE / f"_{folder}"
    found = packed if packed.is_dir() else PACKAGE.parent / folder
    if folder == "fonts" and not (found / "inter").is_dir():
        fonts = PathFinder.find_spec("imgurl_fonts")
        return (
            Path(next(iter(fonts.submodule_search_locations))) if fonts and fonts.submodule_search_locations else found
        )
    return found


@dataclass(frozen=True, slots=True)
class Secret:
    """A text that is not shown where what holds it is shown."""

    value: str = field(repr=False)


def _setting(default: T, description: str, read: Callable[[str], T] = str) -> T:  # type: ignore[assignment]
    """Return a field of Settings. ``read`` raises ValueError with what a value must be, without the value."""
    return field(default=default, metadata={"description": description, "read": read})


def _whole(low: int, high: int | None = None) -> Callable[[str], int]:
    limits = f"of {low} or more" if high is None else f"from {low} to {high}"

    def read(text: str) -> int:
        try:
            number = int(text)
        except ValueError:
            number = low - 1
        if number < low or (high is not None and number > high):
            raise ValueError(f"must be a whole number {limits}")
        return number

    return read


def _seconds(high: float | None = None, *, zero: bool = False) -> Callable[[str], float]:
    limits = ("0 or more" if zero else "more than 0") + ("" if high is None else f", at most {high:g}")

    def read(text: str) -> float:
        try:
            number = float(text)
        except ValueError:
            number = -1.0
        # Written so that NaN is refused.
        if not ((number > 0 or (zero and number == 0)) and (high is None or number <= high)):
            raise ValueError(f"must be a number of seconds, {limits}")
        return number

    return read


def _matching(pattern: str, sentence: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if not re.fullmatch(pattern, text):
            raise ValueError(sentence)
        return text

    return read


def _one_of(*words: str) -> Callable[[str], str]:
    return _matching("|".join(words), f"must be {', '.join(words[:-1])} or {words[-1]}")


@dataclass(frozen=True)
class Settings:
    """Everything that can be set. ``IMGURL_`` and the name in capitals sets a value from the environment."""

    host: str = _setting("127.0.0.1", "address to listen on")
    port: int = _setting(8000, "port to listen on", _whole(0, 65_535))
    workers: int = _setting(1, "server processes; one answers for many renderers", _whole(1, 256))
    renderers: int | None = _setting(
        None,
        "processes that draw, shared out among the server processes; default one per core; 0 draws on a thread of each "
        "server process",
        _whole(0, 256),
    )
    designs: Path = _setting(shipped("designs"), "folder of the designs", Path)
    fonts: Path = _setting(shipped("fonts"), "folder of the fonts (fonts.json)", Path)
    data: Path = _setting(Path("imgurl-data"), "folder for keys, cache and kept design versions", Path)
    signing_keys: Secret | None = _setting(
        None, "signing keys as id:state:secret,… instead of the key file; secrets in base64url", Secret
    )
    base_url: str = _setting("", "what links begin with, for example https://img.example.com; default http://host:port")
    cdn_base: str = _setting("", "what links begin with if a CDN is in front, for example https://cdn.example.com")
    max_age: int = _setting(
        86_400, "seconds a mail client may keep an image, unless the design says otherwise", _whole(0, 31_536_000)
    )
    memory_cache_mb: int = _setting(128, "images kept in memory, MB a process", _whole(0))
    disk_cache_mb: int = _setting(2_048, "images kept on disk, MB", _whole(0))
    render_deadline: float = _setting(
        3.0, "seconds a request waits for its image; after that it gets the default image", _seconds(60)
    )
    render_queue: int = _setting(
        256, "images that may wait to be drawn; beyond that, requests get the default image at once", _whole(1)
    )
    store_url: str = _setting(
        "", "store that all machines share: file://, s3://, gs:// or az://; finished images and job files"
    )
    database_url: Secret | None = _setting(
        None,
        "postgresql://… of API keys, jobs and campaigns, for all machines; default SQLite in the data folder",
        Secret,
    )
    redis_url: Secret | None = _setting(
        None, "redis://… where the API's rate limits are counted for all processes; default in memory", Secret
    )
    api_rate: str = _setting(
        "600/minute",
        "requests one API key may make; image requests are never limited",
        _matching(r"\d+/(second|minute|hour)", "must be a number per second, minute or hour, like 600/minute"),
    )
    job_workers: int | None = _setting(
        None,
        "worker processes for jobs that 'imgurl serve' starts; default one per core, 0 for none",
        _whole(0, 256),
    )
    worker_id: str = _setting("", "name of this machine's workers, different on each machine [host name]")
    webhook_hosts: str = _setting(
        "",
        "hosts that webhooks may go to over https, separated by commas; localhost is for trying them out, "
        "over http; default none",
    )
    webhook_secret: Secret | None = _setting(None, "whsec_… that signs webhooks (Standard Webhooks)", Secret)
    remote_hosts: str = _setting(
        "",
        "hosts that designs may fetch pictures and live values from over https, separated by commas; *.example.com "
        "stands for all below it, localhost is for trying it out, over http; default none",
    )
    source_headers: Secret | None = _setting(
        None,
        'headers for live sources, by the names in designs: JSON such as {"shop": {"Authorization": "Bearer …"}}, or '
        "the path of a file that holds it",
        Secret,
    )
    reload_seconds: float = _setting(1.0, "how often the designs folder is looked at for changes", _seconds())
    max_connections: int = _setting(
        4_096, "open connections of one server process; fewer if the limit on open files requires it", _whole(1)
    )
    header_seconds: float = _setting(5.0, "seconds a client has to send the head of a request", _seconds(600))
    body_seconds: float = _setting(
        10.0,
        "seconds a client may let pass between two pieces of a body, or without taking its answer",
        _seconds(600),
    )
    idle_seconds: int = _setting(5, "seconds a connection stays open for another request", _whole(1, 600))
    unready_seconds: float = _setting(
        5.0,
        "seconds after SIGTERM that /readyz says 503 while every request is still answered",
        _seconds(600, zero=True),
    )
    drain_seconds: int = _setting(
        20, "seconds that running requests get to finish when the server stops", _whole(0, 600)
    )
    http: str = _setting("httptools", "HTTP parser", _one_of("httptools", "h11"))
    log_level: str = _setting("info", "debug, info, warning or error", _one_of("debug", "info", "warning", "error"))

    @property
    def files_url(self) -> str:
        """Where the files of jobs are: the shared store, or a folder of the data folder."""
        return self.store_url or (self.data.absolute() / "store").as_uri()

    @property
    def links_begin_with(self) -> str:
        """The base of every link handed out, without a slash at the end."""
        return (self.cdn_base or self.base_url or self.own_address).rstrip("/")

    @property
    def own_address(self) -> str:
        """Where this computer reaches the server."""
        host = "127.0.0.1" if self.host in {"0.0.0.0", "::"} else self.host  # noqa: S104 - compared, not bound
        host = f"[{host}]" if ":" in host else host  # an IPv6 address (RFC 3986, 3.2.2)
        return f"http://{host}:{self.port}"


def variable_of(setting: str) -> str:
    """Return the name of the variable that sets a setting."""
    return PREFIX + setting.upper()


def setting_variables() -> frozenset[str]:
    """Return the names of the variables of all settings."""
    return frozenset(variable_of(setting.name) for setting in fields(Settings))


def set_variables() -> frozenset[str]:
    """Return the names of the settings that this process's environment has."""
    return setting_variables() & frozenset(os.environ)


def unknown_variables() -> frozenset[str]:
    """Return the names in this process's environment that look like settings and are none."""
    ours = setting_variables() | {MAIN_PROCESS} | frozenset(FORMER_NAMES)
    return frozenset(name for name in os.environ if name.startswith(PREFIX)) - ours


def secret_of(setting: Secret | None) -> str | None:
    """Return what a secret setting holds."""
    return setting.value if setting else None


def load_settings(**overrides: object) -> Settings:
    """Read the settings; an override that is not None wins over the environment.

    Raises SettingsError that names every wrong setting at once.
    """
    _rename_former()
    values, wrong = {}, []
    for setting in fields(Settings):
        text = (
            os.environ.get(variable_of(setting.name))
            if overrides.get(setting.name) is None
            else str(overrides[setting.name])
        )
        if text is not None:
            try:
                values[setting.name] = setting.metadata["read"](text)
            except ValueError as error:
                wrong.append(f"{variable_of(setting.name)}: {error}")
    if wrong:
        raise SettingsError(f"a setting is wrong: {'; '.join(wrong)}")
    return Settings(**values)


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
    for setting in fields(settings):
        value = getattr(settings, setting.name)
        if value is not None:
            text = value.value if isinstance(value, Secret) else value.absolute() if isinstance(value, Path) else value
            os.environ[variable_of(setting.name)] = str(text)
    os.environ.update(more)


def environment_without_settings() -> dict[str, str]:
    """Return this process's environment without our settings: for processes that need no key and no password."""
    return {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}


def variable(name: str) -> str | None:
    """Return a variable of the environment that is not a setting of ours, None where it is not set."""
    return os.environ.get(name)


def describe() -> Mapping[str, str]:
    """Return the name of each variable with what it sets and its default, for help texts."""
    lines: dict[str, str] = {}
    for setting in fields(Settings):
        # Folders that came with the package are somewhere else on each machine.
        is_shown = setting.default not in (None, "", shipped("designs"), shipped("fonts"))
        description = setting.metadata["description"]
        lines[variable_of(setting.name)] = f"{description} [{setting.default}]" if is_shown else description
    return lines
