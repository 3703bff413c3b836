"""Jobs that are opened when first used, and the engine they open: both do what the port says."""

import subprocess
import sys
from functools import partial
from pathlib import Path

from imgurl.jobs.durable import DurableJobs
from imgurl.jobs.lazy import LazyJobs, open_jobs
from imgurl.jobs.port import Jobs
from tests.jobs.contract import JobsContract


class TestDurableJobs(JobsContract):
    """The engine itself."""

    engine = DurableJobs

    @staticmethod
    def open(folder: Path) -> Jobs:
        """Open it on SQLite."""
        return DurableJobs(folder, None)


class TestLazyJobs(JobsContract):
    """The engine, opened at the first call."""

    engine = LazyJobs

    @staticmethod
    def open(folder: Path) -> Jobs:
        """Open it on SQLite."""
        return LazyJobs(partial(open_jobs, folder, None))

    def test_nothing_is_opened_before_the_first_call(self, tmp_path: Path) -> None:
        """No database is made, also not by closing; the engine is not even imported."""
        script = (
            "import sys; from pathlib import Path; from functools import partial\n"
            "from imgurl.jobs.lazy import LazyJobs, open_jobs\n"
            "LazyJobs(partial(open_jobs, Path(sys.argv[1]), None)).close()\n"
            "print('dbos' in sys.modules)"
        )
        command = [sys.executable, "-c", script, str(tmp_path / "data")]
        assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "False\n"
        assert not (tmp_path / "data").exists()
