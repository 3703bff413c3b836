"""A real Postfix between two servers that write mails down: one that takes 8-bit lines, and one that does not."""

import contextlib
import os
import re
import shutil
import smtplib
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from pathlib import Path
from typing import Final

import pytest

from tests.servers.process import Process, answers, free_port, missing, needed

MASTER_PROGRAM: Final = Path("/usr/lib/postfix/sbin/master")
SECONDS: Final = 60.0

#: Domains of recipients: the next mail server of the second one takes nothing but 7-bit lines.
EIGHT_BIT, SEVEN_BIT = "new.example", "old.example"

MAIN: Final = """
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
maillog_file = {folder}/log
maillog_file_prefixes = {folder}
inet_interfaces = loopback-only
inet_protocols = ipv4
myhostname = mail.example
mydestination =
mynetworks = 127.0.0.1/32
alias_maps =
local_recipient_maps =
disable_dns_lookups = yes
smtp_host_lookup = native
smtp_tls_security_level = none
smtpd_tls_security_level = none
default_transport = error
default_destination_concurrency_failed_cohort_limit = 0
minimal_backoff_time = 1s
maximal_backoff_time = 2s
queue_run_delay = 1s
transport_maps = inline:{{ {{new.example=smtp:[127.0.0.1]:{new}}}, {{old.example=smtp:[127.0.0.1]:{old}}} }}
"""
MASTER: Final = """
127.0.0.1:{port} inet n - n - - smtpd
postlog unix-dgram n - n - 1 postlogd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
smtp unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
anvil unix - - n - 1 anvil
"""
# The master wants a session of its own, and changes its user: the kernel forgets then that it is to end with us.
ENDING: Final = 'setsid "$@" & trap "kill $!" TERM; wait $!; wait $!'


@dataclass(frozen=True)
class Postfix:
    """A running Postfix and where the mails are that went through it."""

    port: int
    folder: Path

    def deliver(self, mails: Sequence[tuple[str, bytes]]) -> list[Message]:
        """Send mails, each a domain and the bytes, and return them as they arrive, in this order."""
        sent_before = self._log().count("status=sent")
        with smtplib.SMTP("127.0.0.1", self.port, timeout=SECONDS) as connection:
            for number, (domain, content) in enumerate(mails):
                connection.sendmail("sender@example.com", [f"to-{number}@{domain}"], content, ["BODY=8BITMIME"])
        deadline = time.monotonic() + SECONDS
        # The next server has closed a mail's file when it says that it has the mail.
        while self._log().count("status=sent") < sent_before + len(mails):
            assert time.monotonic() < deadline, (self.folder / "out").read_text() + self._log()[-4_000:]
            time.sleep(0.05)
        arrived = {}
        for path in (self.folder / "mails").iterdir():
            content = path.read_bytes()
            recipient = re.search(rb"^X-Rcpt-Args: <to-(\d+)@", content, re.MULTILINE)
            assert recipient, content[:500]
            arrived[int(recipient[1])] = message_from_bytes(content)
            path.unlink()
        return [arrived[number] for number in range(len(mails))]

    def _log(self) -> str:
        log = self.folder / "log"
        return log.read_text() if log.exists() else ""


@contextlib.contextmanager
def running_postfix() -> Iterator[Postfix]:
    """Run an instance of Postfix of our own, with its queue in a temporary folder. Loopback only."""
    sink, tool = needed("smtp-sink", "postfix"), needed("postfix", "postfix")
    if os.geteuid() != 0:
        missing("root, as whom Postfix starts", "postfix")
    # Not in the folder of pytest: Postfix's own user has to get in.
    folder = Path(tempfile.mkdtemp(prefix="imgurl-postfix-"))
    folder.chmod(0o755)
    try:
        with _started(folder, tool, sink) as postfix:
            yield postfix
    finally:
        shutil.rmtree(folder)


@contextlib.contextmanager
def _started(folder: Path, tool: str, sink: str) -> Iterator[Postfix]:
    port, new, old = free_port(), free_port(), free_port()
    for name in ("conf", "queue", "data", "mails"):
        (folder / name).mkdir()
    shutil.chown(folder / "data", "postfix")
    shutil.chown(folder / "mails", "postfix")
    (folder / "conf" / "main.cf").write_text(MAIN.format(folder=folder, new=new, old=old))
    (folder / "conf" / "master.cf").write_text(MASTER.format(port=port))
    with contextlib.ExitStack() as stack:
        for number, options in ((new, ()), (old, ("-8",))):
            command = (sink, "-d", f"{folder}/mails/{number}.", *options, f"127.0.0.1:{number}", "50")
            process = Process(command, folder / "out", user="postfix")
            stack.callback(process.stop)
            process.start(lambda number=number: answers(number))  # type: ignore[misc]
        # It makes the folders of the queue.
        subprocess.run([tool, "-c", folder / "conf", "check"], capture_output=True, timeout=SECONDS, check=True)
        master = Process(("sh", "-c", ENDING, "sh", str(MASTER_PROGRAM), "-c", f"{folder}/conf", "-d"), folder / "out")
        stack.callback(master.stop)
        master.start(lambda: answers(port))
        yield Postfix(port, folder)


@pytest.fixture(scope="module")
def postfix() -> Iterator[Postfix]:
    """A running Postfix."""
    with running_postfix() as running:
        yield running
