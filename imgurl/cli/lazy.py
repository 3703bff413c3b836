"""Commands whose modules are imported when they are called, and what is said where a library of theirs is missing."""

import importlib
from collections.abc import Mapping
from importlib.util import find_spec
from typing import Any

import click

from imgurl.heap import loading

# What the extras of pyproject.toml bring, by the names that it is imported by. tests/cli/test_lazy.py compares the two.
EXTRAS: Mapping[str, frozenset[str]] = {
    "server": frozenset((
        "PIL", "aiohttp", "anyio", "brotli", "cachetools", "chardet", "coloraide", "fontTools", "h11", "httptools",
        "icu4py", "imgurl_fonts", "isal", "jinja2", "jsonpath_rfc9535", "limits", "numpy", "obstore",
        "prometheus_client", "psutil", "resvg_py", "sqlalchemy", "starlette", "structlog", "uharfbuzz",
        "uvicorn", "uvloop", "yarl", "zlib_ng", "zxingcpp",
    )),
    "jobs": frozenset(("dbos", "psycopg", "redis")),
}  # fmt: skip


class LazyGroup(click.Group):
    """A group of which some commands are imported when they are called.

    ``late`` has their modules by their names, and what the list of commands says of each.
    """

    def __init__(self, *arguments: Any, late: Mapping[str, tuple[str, str]], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._late = late

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the commands."""
        return [*self.commands, *self._late]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return a command."""
        if cmd_name not in self._late:
            return super().get_command(ctx, cmd_name)
        with loading():
            command = getattr(importlib.import_module(self._late[cmd_name][0]), cmd_name)
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing any of them."""
        limit = formatter.width - 6 - max(map(len, self.list_commands(ctx)))
        rows = [(name, command.get_short_help_str(limit)) for name, command in self.commands.items()]
        with formatter.section("Commands"):
            formatter.write_dl([*rows, *((name, text) for name, (_, text) in self._late.items())])


def require(library: str, *, needed: object = True) -> None:
    """Raise ModuleNotFoundError now for a library that is imported later, in another process, if it is needed."""
    if needed and find_spec(library) is None:
        raise ModuleNotFoundError(name=library)


def missing_extra(error: ModuleNotFoundError) -> str | None:
    """Return in a sentence what an extra lacks and how to get it; None for a module that no extra brings."""
    library = (error.name or "").partition(".")[0]
    for extra, libraries in EXTRAS.items():
        if library in libraries:
            return f"this needs {library}, which is not installed: pip install 'imgurl[{extra}]'"
    return None
