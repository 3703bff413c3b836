#!/usr/bin/env bash
# openapi-python-client 0.29.1: of a body that may be one of two kinds of file, the generated function has one test by
# type for each, one after the other; the last one wins, and every file goes out as that kind.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv .venv
.venv/bin/pip install --quiet --disable-pip-version-check openapi-python-client==0.29.1 2> /dev/null
cat > probe.py <<'PROBE'
import json, pathlib, re, subprocess
binary = {"schema": {"type": "string", "format": "binary"}}
operation = {"operationId": "send", "requestBody": {"content": {"application/octet-stream": binary, "application/x-list": binary}}, "responses": {"200": {"description": "OK"}}}
document = {"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": {"/x": {"post": operation}}}
pathlib.Path("openapi.json").write_text(json.dumps(document))
pathlib.Path("config.json").write_text(json.dumps({"content_type_overrides": {"application/x-list": "application/octet-stream"}}))
subprocess.run([".venv/bin/openapi-python-client", "generate", "--path", "openapi.json", "--config", "config.json", "--output-path", "made", "--meta", "none"], check=True, capture_output=True)
made = pathlib.Path("made/api/default/send.py").read_text()
kwargs = made[made.index("def _get_kwargs") : made.index("def _parse_response")]
print("\n".join(re.findall(r"(?:if isinstance\(body, \w+\)|headers\[.Content-Type.\] = .*)", kwargs)))
PROBE
.venv/bin/python probe.py > seen
diff - seen <<'SEEN'
if isinstance(body, File)
headers["Content-Type"] = "application/octet-stream"
if isinstance(body, File)
headers["Content-Type"] = "application/x-list"
SEEN
echo "as stated"
