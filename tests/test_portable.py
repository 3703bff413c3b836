"""Windows has no fork, no fcntl and no resource: what is imported there, and what it does then.

Nothing here runs on Windows. What it lacks is taken away instead: its modules from our own imports, its functions from
``os``, ``signal`` and ``socket``.
"""

import subprocess
import sys
from pathlib import Path

from PIL import Image

from imgurl.cli import COMMANDS
from tests.web.server import KEYS

ROOT = Path(__file__).parents[1]

LIKE_WINDOWS = """
import builtins, os, signal, socket, sys


POSIX = {"fcntl", "resource", "pwd", "grp", "termios", "pty", "tty", "syslog"}
original = builtins.__import__

def importing(name, globals=None, *rest, **named):
    # Only ours: the standard library of Windows has other code in these places.
    if name.partition(".")[0] in POSIX and str((globals or {}).get("__name__", "")).startswith("imgurl"):
        raise ModuleNotFoundError(f"No module named {name!r}", name=name)
    return original(name, globals, *rest, **named)

builtins.__import__ = importing
for module, names in {
    os: ("fork", "forkpty", "pread", "preadv", "pwrite", "nice", "sendfile", "memfd_create", "getuid", "geteuid",
         "chown", "sched_getaffinity", "register_at_fork", "O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "MFD_CLOEXEC",
         "getpgid", "killpg", "getloadavg", "mkfifo"),
    signal: ("SIGHUP", "SIGKILL", "SIGALRM", "SIGUSR1", "SIGUSR2", "SIGCHLD", "setitimer", "ITIMER_REAL"),
    socket: ("MSG_MORE", "SCM_RIGHTS", "send_fds", "recv_fds", "SO_REUSEPORT"),
}.items():
    for name in names:
        if hasattr(module, name):
            delattr(module, name)
"""
RUN = """
import importlib, json
from imgurl.cli import COMMANDS, main

for name in COMMANDS:
    importlib.import_module(f"imgurl.cli.{name}")
from imgurl.composition.showing import draws_in_processes
from imgurl.config import load_settings
from imgurl.web.app import create_app, _renderers_of
assert not draws_in_processes(load_settings()) and _renderers_of(load_settings()) == 0

def command(*words):
    sys.argv[1:] = words
    try:
        main()
    except SystemExit as end:
        assert not end.code, (words, end.code)

base = ("--base-url", "https://img.example.com")
command("mint", "sales-banner-01", "--set", "first_name=Ava", *base)
command("render", "sales-banner-01", "--set", "first_name=Ava", "-o", "ava.png")
command("mint", "sales-banner-01", "--csv", "list.csv", "--out", "links.csv", *base)
"""
SERVE = """
import asyncio

async def ask(app, target):
    path, _, query = target.partition("?")
    scope = {"type": "http", "http_version": "1.1", "method": "GET", "scheme": "http", "path": path, "headers": [],
             "raw_path": path.encode(), "query_string": query.encode(), "client": ("127.0.0.1", 1), "state": {}}
    sent = []
    async def send(message):
        sent.append(message)
    await app(scope, asyncio.Event().wait, send)
    return sent[0]["status"], dict(sent[0]["headers"])[b"x-imgurl-outcome"], sent[1]["body"]

async def served():
    app = create_app(load_settings(render_deadline="60"))
    async with app.router.lifespan_context(app):
        return await ask(app, sys.argv[1])

sys.argv[1:] = [open("links.csv").read().splitlines()[1].split("https://img.example.com")[1].split(",")[0].strip('"')]
status, outcome, body = asyncio.run(served())
print("served", status, outcome.decode(), body[:3])
"""


def test_commands_and_server_work_without_what_windows_lacks(tmp_path: Path) -> None:
    """Each command's module is imported; links are minted, a picture is drawn and another one served, by a thread."""
    (tmp_path / "list.csv").write_text("first_name,company_name,rep_name\nAva,Northwind,Leo\n")
    ran = subprocess.run(
        [sys.executable, "-c", LIKE_WINDOWS + RUN + SERVE],
        cwd=tmp_path, env={"IMGURL_SIGNING_KEYS": KEYS, "PYTHONPATH": str(ROOT), "HOME": str(tmp_path)},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    assert "https://img.example.com/i/sales-banner-01.jpg?_k=k1&first_name=Ava&_s=" in ran.stdout
    assert "served 200 ok b'\\xff\\xd8\\xff'" in ran.stdout
    with Image.open(tmp_path / "ava.png") as picture:
        assert picture.size == (600, 200)
    assert len(COMMANDS) > 5
