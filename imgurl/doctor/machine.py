"""The machine: settings, room on the disk, limits on files and memory."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from imgurl.config import PREFIX, Settings, setting_variables, unknown_variables
from imgurl.doctor.asking import is_address
from imgurl.doctor.findings import Finding, ok, problem, warning
from imgurl.outbound.addresses import is_private_host
from imgurl.words import did_you_mean

try:
    import resource
except ImportError:  # Windows has no such limits
    resource = None  # type: ignore[assignment]

# Room that a server needs besides the image cache: databases, results of batches, unfinished files.
SPARE_BYTES = 1_000_000_000

# Files that a server has open besides its connections.
OWN_FILES = 256

# Of a container, as it sees it (Linux, cgroups of version 2: Documentation/admin-guide/cgroup-v2.rst).
CGROUP_MEMORY = Path("/sys/fs/cgroup/memory.max")

# Memory of a server process and of each renderer with the shipped designs, as measured; see docs/costs.md.
SERVER_BYTES = 200_000_000
RENDERER_BYTES = 100_000_000


def look_at_settings(settings: Settings) -> Iterator[Finding]:
    """Yield what is odd about the settings. Their values were read before: a wrong one is an error there."""
    for name in sorted(unknown_variables()):
        meant = did_you_mean(name.removeprefix(PREFIX), [known.removeprefix(PREFIX) for known in setting_variables()])
        yield warning("settings", f"{name} is set, and there is no such setting{meant}", "rename it, or unset it")
    yield from _look_at_base(settings)


def _look_at_base(settings: Settings) -> Iterator[Finding]:
    base = settings.links_begin_with
    if not is_address(base):
        yield problem(
            "settings",
            f"links begin with '{base}', which is not a URL",
            f"set {'IMGURL_CDN_BASE' if settings.cdn_base else 'IMGURL_BASE_URL'} to a URL, such as "
            "https://img.example.com",
        )
        return
    parts = urlsplit(base)
    if not (settings.cdn_base or settings.base_url):
        yield warning(
            "settings",
            f"links begin with {base}, which only this machine can open",
            "set IMGURL_BASE_URL to the public address of the server",
        )
    elif is_private_host(parts.hostname or ""):
        yield warning(
            "settings", f"links begin with {base}, which is not a public address", "set IMGURL_BASE_URL to a public one"
        )
    elif parts.scheme != "https":
        yield warning(
            "settings",
            f"links begin with {base}: mail clients and pages that are loaded over https block such pictures",
            "put a TLS proxy in front, and let IMGURL_BASE_URL begin with https://",
        )
    else:
        yield ok("settings", f"links begin with {base}")


def look_at_disk(settings: Settings) -> Iterator[Finding]:
    """Yield whether the data folder and the folder for temporary files can be written, and have room."""
    for check, folder, needed in (
        ("data folder", settings.data, settings.disk_cache_mb * 1_000_000 + SPARE_BYTES),
        ("temporary files", Path(tempfile.gettempdir()), SPARE_BYTES // 10),
    ):
        yield _look_at_folder(check, folder, needed)


def _look_at_folder(check: str, folder: Path, needed: int) -> Finding:
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"x")
            file.flush()
        usage = shutil.disk_usage(folder)
        files = os.statvfs(folder)
    except FileNotFoundError:
        return warning(check, f"{folder} does not exist", "the first 'imgurl serve' makes it; is it the right name?")
    except NotADirectoryError:
        return problem(check, f"{folder} is not a folder", "move the file away, or name another folder")
    except OSError as error:
        return problem(
            check, f"{folder} can't be written to: {error.strerror}", "give it to the user that runs the server"
        )
    if usage.free < needed:
        cure = "free some space, or set IMGURL_DISK_CACHE_MB lower"
        return warning(check, f"{folder} has {usage.free / 1e9:.1f} GB left, of {needed / 1e9:.1f} GB wanted", cure)
    if files.f_files and files.f_favail < 10_000:
        return warning(check, f"{folder} has room for {files.f_favail:,} more files only", "free some inodes")
    return ok(check, f"{folder} can be written to, {usage.free / 1e9:.1f} GB are left")


def look_at_limits(settings: Settings, cores: int) -> Iterator[Finding]:
    """Yield whether the limits on open files and on memory fit the settings."""
    if resource is not None:
        yield _look_at_files(settings, resource.getrlimit(resource.RLIMIT_NOFILE)[1])
    memory = _memory()
    if memory is not None:
        yield _look_at_memory(settings, cores, memory)


def _look_at_files(settings: Settings, limit: int) -> Finding:
    # A server raises its soft limit to the hard one, which is meant here.
    if resource.RLIM_INFINITY != limit < settings.max_connections + OWN_FILES:
        return warning(
            "open files",
            f"{limit:,} files may be open, so a server process takes fewer than its {settings.max_connections:,} "
            "connections",
            "raise the limit (LimitNOFILE= in systemd, --ulimit nofile= in Docker)",
        )
    return ok("open files", f"{limit:,} files may be open" if limit > 0 else "any number of files may be open")


def _look_at_memory(settings: Settings, cores: int, memory: int) -> Finding:
    renderers = cores if settings.renderers is None else settings.renderers
    needed = settings.workers * (SERVER_BYTES + settings.memory_cache_mb * 1_000_000) + renderers * RENDERER_BYTES
    if memory < needed:
        return warning(
            "memory",
            f"there are {memory / 1e9:.1f} GB, and these settings may take {needed / 1e9:.1f}",
            "lower IMGURL_MEMORY_CACHE_MB, IMGURL_WORKERS or IMGURL_RENDERERS, or give it more memory",
        )
    return ok("memory", f"there are {memory / 1e9:.1f} GB, and these settings may take {needed / 1e9:.1f}")


def _memory() -> int | None:
    """Return the bytes of memory that this process may use: of the machine, or of its cgroup; None if unknown."""
    try:
        limits = [os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")]
    except (AttributeError, ValueError, OSError):
        return None
    try:
        limits.append(int(CGROUP_MEMORY.read_text()))
    except (OSError, ValueError):  # no cgroup of version 2, or "max"
        return limits[0]
    return min(limits)
