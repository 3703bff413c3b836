"""The house's contracts: which room may import what (architecture.md)."""

import ast
import subprocess
import sys
import tomllib
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "imgurl"
MODULES = sorted(PACKAGE.rglob("*.py"))

# Where a library may be imported: folders end with a slash. Of the standard library only asyncio has its rooms; of what
# is installed with it everything must be here.
ALLOWED: dict[str, tuple[str, ...]] = {
    # Beside the server: waiting for a store on its event loop, and aiohttp, which knows no other way.
    # Renderers are driven by the loop of whoever orders; what runs in their processes waits for one socket, without.
    "asyncio": (
        "web/",
        "renderers/",
        "cache/shared.py",
        "storage/",
        "outbound/http.py",
        "jobs/webhooks.py",
        "gathering/",
        "composition/gathering.py",
    ),
    "aiohttp": ("outbound/http.py",),
    "anyio": ("web/api/", "web/studio/"),
    # Fonts that are packed: it can stop in the middle of what would fill the memory. Files of the Studio, packed once.
    "brotli": ("text/woff2.py", "web/studio/files.py"),
    # Caches with a bound, where there is state.
    "cachetools": (
        "access/keys.py",
        "cache/memory.py",
        "design/archive.py",
        "design/editing.py",
        "gathering/",
        "pipeline/press.py",
        "pipeline/studio.py",
        "plate/",
        "raster/glyphs.py",
        "raster/vectors.py",
        "renderers/",
        "web/",
    ),
    "chardet": ("tables/charset.py",),
    "click": ("cli/",),
    "coloraide": ("color.py",),
    # An engine of jobs that could be another one.
    "dbos": ("jobs/durable.py",),
    # One of several processes at a time. Not where a program only mints: it takes longer to import than all the rest.
    "filelock": ("urls/keychange.py", "jobs/locks.py", "cli/unfinished.py", "design/editing.py"),
    # Scripts of characters, which HarfBuzz does not tell.
    "fontTools": ("text/itemize.py", "text/font_files.py", "text/woff2.py"),
    "ftfy": ("merge/mojibake.py",),
    # The limits of its parser, which uvicorn does not set.
    "h11": ("web/protocols.py",),
    # Boundaries in text, formats of locales, letter case; the version of its data is part of what an image is known by.
    "icu4py": ("text/breaks.py", "text/clusters.py", "merge/icu.py", "merge/judge.py", "design/digest.py"),
    "isal": ("cache/entry.py", "encoders/deflate.py"),
    "itsdangerous": ("urls/signing.py", "access/passes.py"),
    "jinja2": ("preflight/page.py", "web/api/docs.py"),
    "jsonpath_rfc9535": ("merge/json_paths.py",),
    "langcodes": ("merge/languages.py",),
    "limits": ("web/api/rates.py", "web/api/shared_rates.py"),
    "numpy": (
        "encoders/",
        "plate/compile.py",
        "plate/contrast.py",
        "plate/drawing.py",
        "plate/film.py",
        "plate/precoded.py",
        "plate/splice.py",
        "raster/",
    ),
    "obstore": ("storage/",),
    "PIL": ("raster/", "encoders/", "pdf/pictures.py", "design/digest.py"),
    "prometheus_client": ("web/metrics.py",),
    "psutil": ("web/metrics.py",),
    "publicsuffixlist": ("merge/web_addresses.py",),
    # Models of what people write: designs, bodies of the API. The rooms between know plain data classes.
    "pydantic": ("design/", "merge/fields.py", "web/api/", "web/studio/"),
    "pydantic_core": ("design/", "web/api/schemas.py"),
    "re2": ("merge/patterns.py",),
    "redis": ("web/api/shared_rates.py",),
    # SVG pictures, behind the check of design/svg.py.
    "resvg_py": ("raster/vectors.py",),
    "sqlalchemy": ("database.py", "migrations.py", "access/", "campaigns/", "jobs/"),
    "starlette": ("web/",),
    # Log lines of long processes: server, workers, and the keys that both read.
    "structlog": ("cli/serve.py", "cli/worker.py", "jobs/", "urls/livekeys.py", "web/"),
    # The rasteriser, subsets of fonts, and its version: it is part of what an image is known by.
    "uharfbuzz": (
        "text/fonts.py",
        "text/shape.py",
        "raster/glyphs.py",
        "raster/vectors.py",
        "pdf/paths.py",
        "pdf/truetype.py",
        "design/digest.py",
    ),
    "uvicorn": ("cli/serve.py", "web/direct.py", "web/protocols.py"),
    "yarl": ("outbound/http.py",),
    "zlib_ng": ("encoders/deflate.py",),
    "zxingcpp": ("raster/codes.py",),
}


# What is imported inside functions in these places: it takes long to load, and most links need none of it.
LATE = {
    "brotli": ("text/",),
    "coloraide": ("color.py",),
    "ftfy": ("merge/",),
    "icu4py": ("merge/",),
    "jinja2": ("web/",),
    "jsonpath_rfc9535": ("merge/",),
    "langcodes": ("merge/",),
    "publicsuffixlist": ("merge/",),
    "re2": ("merge/",),
    "resvg_py": ("raster/",),
    "uharfbuzz": ("text/fonts.py",),
}


@cache
def tree(path: Path) -> ast.Module:
    """Return a module's syntax tree."""
    return ast.parse(path.read_text())


@cache
def nodes(path: Path) -> tuple[ast.AST, ...]:
    """Return all nodes of a module's syntax tree."""
    return tuple(ast.walk(tree(path)))


@cache
def imports(path: Path) -> tuple[str, ...]:
    """Return the dotted name of everything a module imports, at its top and inside its functions."""
    found: list[str] = []
    for node in nodes(path):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import"
            found += [f"{node.module}.{alias.name}" for alias in node.names]
    return tuple(found)


def place(path: Path) -> str:
    """Return a module's path inside the package."""
    return path.relative_to(PACKAGE).as_posix()


def test_the_rooms_import_only_from_lower_ones() -> None:
    """import-linter finds each contract of pyproject.toml kept: the layers, and no circle inside a room."""
    script = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    assert f"Contracts: {len(contracts)} kept, 0 broken." in done.stdout


def test_every_library_has_its_rooms() -> None:
    """No third-party package is imported that the list of rooms does not know."""
    found = {name.partition(".")[0] for path in MODULES for name in imports(path)}
    assert found - sys.stdlib_module_names - {"imgurl"} == ALLOWED.keys() - {"asyncio"}


@pytest.mark.parametrize("library", LATE)
def test_a_library_is_loaded_when_it_is_needed(library: str) -> None:
    """No module of these places imports it at its top."""
    found = [
        place(path)
        for path in MODULES
        for node in tree(path).body
        if place(path).startswith(LATE[library]) and isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([node.module or ""] if isinstance(node, ast.ImportFrom) else [part.name for part in node.names])
        if name.partition(".")[0] == library
    ]
    assert found == []


def test_libraries_are_named_where_they_are_imported() -> None:
    """Only the command line imports by a computed name, its own commands: no import can hide from these tests.

    A studio is resolved by its path, which ``composition`` names: so that what serves loads nothing that draws.
    """
    found = {
        place(path)
        for path in MODULES
        for node in nodes(path)
        if (isinstance(node, ast.Name) and node.id == "__import__")
        or (isinstance(node, ast.Attribute) and node.attr == "resolve_name")
        or (isinstance(node, ast.Attribute) and node.attr == "import_module")
        or (isinstance(node, ast.alias) and node.name == "import_module")
    }
    assert found == {"cli/lazy.py", "composition/showing.py", "renderers/zygote.py"}


@pytest.mark.parametrize("library", ALLOWED)
def test_a_library_is_imported_in_its_rooms_only(library: str) -> None:
    """Each library has its rooms; from the others it could not be taken away or replaced."""
    found = {
        place(path)
        for path in MODULES
        if any(name == library or name.startswith(f"{library}.") for name in imports(path))
    }
    assert found, f"nobody imports {library}; strike it from the list"
    assert [name for name in found if not name.startswith(ALLOWED[library])] == []


def test_the_environment_is_read_in_one_module() -> None:
    """os.environ, os.getenv and their kin are in config.py; the zygote sets three names for itself and reads none."""
    words = {"environ", "getenv", "putenv", "environb"}
    found = {
        place(path)
        for path in MODULES
        for node in nodes(path)
        if (isinstance(node, ast.Attribute) and node.attr in words) or (isinstance(node, ast.Name) and node.id in words)
    }
    assert found == {"config.py", "renderers/zygote.py"}


def test_async_functions_are_in_few_places() -> None:
    """No other room knows about event loops: the server, and what waits for the network."""
    found = {
        place(path) for path in MODULES for node in nodes(path) if isinstance(node, ast.AsyncFunctionDef | ast.Await)
    }
    assert [name for name in found if not name.startswith(ALLOWED["asyncio"])] == []


def test_broad_excepts_are_at_the_edges_only() -> None:
    """``except Exception`` is where HTTP, the command line, a worker or a renderer ends; a bare ``except`` nowhere."""
    found = []
    for path in MODULES:
        for node in nodes(path):
            if isinstance(node, ast.ExceptHandler):
                assert node.type is not None, f"{path}: a bare except"
                if isinstance(node.type, ast.Name) and node.type.id == "Exception":
                    found.append(place(path))
    edges = ("web/", "cli/", "jobs/durable.py", "jobs/runner.py", "renderers/")
    assert [name for name in found if not name.startswith(edges)] == []


def test_signatures_are_never_compared_with_equals() -> None:
    """The module that verifies compares with hmac.compare_digest, and never asks itsdangerous to verify."""
    tree = ast.parse((PACKAGE / "urls" / "signing.py").read_text())
    called = {
        node.func.attr for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    }
    assert {"compare_digest", "get_signature"} <= called
    assert called & {"verify_signature", "unsign", "validate"} == set()
    for path in MODULES:
        for node in nodes(path):
            if isinstance(node, ast.Compare) and any(isinstance(op, ast.Eq | ast.NotEq) for op in node.ops):
                named = {part.attr for part in ast.walk(node) if isinstance(part, ast.Attribute)}
                named |= {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
                assert "signature" not in named, f"{path}:{node.lineno}"


def test_no_module_keeps_state_of_its_own() -> None:
    """At the top of a module are constants: no name there is rebound by a function (``global``)."""
    found = [place(path) for path in MODULES for node in nodes(path) if isinstance(node, ast.Global)]
    assert found == []


def test_a_plate_handles_canvases_by_the_functions_of_raster() -> None:
    """No module of plate/ uses a method of Pillow's images: it knows canvases, not the library they are made with."""
    pillow = {
        "alpha_composite",
        "convert",
        "crop",
        "getbbox",
        "getchannel",
        "info",
        "mode",
        "paste",
        "putalpha",
        "resize",
    }
    found = {
        f"{place(path)}:{node.lineno}: {node.attr}"
        for path in MODULES
        for node in nodes(path)
        if place(path).startswith("plate/") and isinstance(node, ast.Attribute) and node.attr in pillow
    }
    assert found == set()
