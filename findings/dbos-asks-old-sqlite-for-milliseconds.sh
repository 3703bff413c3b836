#!/usr/bin/env bash
# dbos 3.4.0 picks the clock of its SQLite tables by the version of Python, not by that of SQLite: from Python 3.12 on their
# times are unixepoch('subsec'), which SQLite knows since 3.42 and answers with null before. So with Python 3.12 or 3.13 on
# Debian 12 (SQLite 3.40.1) the tables are made without a word, and the launch fails at a NOT NULL of the first row; with
# Python 3.11 beside the same SQLite, whose branch asks for whole seconds, it launches.
# Needs Python 3.11 as python3, and a Python of 3.12 to 3.14 on the path or among those of pyenv, with a SQLite before 3.42.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
for newer in python3.{12,13,14} ~/.pyenv/versions/3.1[234].*/bin/python; do
    "$newer" -c 'import sqlite3, sys; sys.exit(sqlite3.sqlite_version_info >= (3, 42))' 2> /dev/null && break
    newer=
done
[ -n "$newer" ] || { echo "needs a Python of 3.12 to 3.14 with a SQLite before 3.42"; exit 2; }
cat > "$folder/launch.py" <<'PROBE'
import sqlite3, sys
from dbos import DBOS
from sqlalchemy.exc import IntegrityError
DBOS(config={"name": "mailer", "system_database_url": f"sqlite:///{sys.argv[1]}", "log_level": "CRITICAL"})
try:
    DBOS.launch()
    said = "launched"
except IntegrityError as error:
    said = error.orig
print(f"Python {'3.11' if sys.version_info < (3, 12) else 'after 3.11'}: {said}", flush=True)
DBOS.destroy()
PROBE
for python in python3 "$newer"; do
    "$python" -m venv --clear "$folder/venv"
    "$folder/venv/bin/pip" install --quiet --disable-pip-version-check dbos==3.4.0 2> /dev/null
    "$folder/venv/bin/python" "$folder/launch.py" "$folder/$(basename "$python").db"
done > "$folder/seen" 2> /dev/null || true
diff - "$folder/seen" <<'SEEN'
Python 3.11: launched
Python after 3.11: NOT NULL constraint failed: application_versions.version_timestamp
SEEN
echo "as stated"
