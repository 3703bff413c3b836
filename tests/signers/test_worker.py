"""The npm package mints in a browser's worker: no Node.js is there, but Web Crypto, as in workers at the edge."""

import html
import json
import os
import re
import subprocess
from pathlib import Path

from tests.browser.chromium import FLAGS, TIMEOUT_SECONDS
from tests.browser.conftest import chromium  # noqa: F401 - a fixture
from tests.browser.requests import Page, Seen, serving_pages
from tests.signers.cases import SECRET
from tests.signers.test_package import FILE, JOBS, minted_here

PAGE = """<!doctype html><title>x</title><pre id="answer"></pre><script>
const worker = new Worker("worker.mjs", {type: "module"});
worker.onmessage = ({data}) => { answer.textContent = JSON.stringify(data); };
worker.onerror = (event) => { answer.textContent = JSON.stringify(event.message); };
</script>"""
WORKER = """
const minter = await Minter.fromSecret(SECRET, "https://img.example.com", "k1");
const done = [];
for (const {values, options, alt} of JOBS) {
  const url = await minter.mint("hero", values, options);
  done.push({url, tag: imageTag(url, {width: 600, height: 315, alt: alt ?? ""})});
}
postMessage(done);
"""


def test_a_worker_mints_what_the_minter_mints(chromium: str, tmp_path: Path) -> None:  # noqa: F811 - a fixture
    """Chromium runs the file as it is, and its URLs and images are those of imgurl to the byte."""
    jobs = [job for job in JOBS if not any(isinstance(value, float) for value in job.get("values", {}).values())]
    variables = f"const SECRET = {json.dumps(SECRET)}, JOBS = {json.dumps(jobs)};\n"
    worker = f"import {{ imageTag, Minter }} from './imgurl-mint.mjs';\n{variables}{WORKER}"
    script = "text/javascript"
    pages = {
        "page": Page(PAGE.encode(), "utf-8"),
        "worker.mjs": Page(worker.encode(), "utf-8", script),
        FILE.name: Page(FILE.read_bytes(), "utf-8", script),
    }
    with serving_pages(pages, Seen()) as address:
        done = subprocess.run(
            ["timeout", str(TIMEOUT_SECONDS), chromium, *FLAGS, f"--user-data-dir={tmp_path / 'profile'}", "--dump-dom",
             f"{address}page"],
            capture_output=True, text=True, timeout=TIMEOUT_SECONDS + 5, check=True,
            env={**os.environ, "HOME": str(tmp_path)},
        )  # fmt: skip
    (answer,) = re.findall('<pre id="answer">(.*?)</pre>', done.stdout, re.DOTALL)
    assert json.loads(html.unescape(answer)) == [minted_here(job) for job in jobs]
