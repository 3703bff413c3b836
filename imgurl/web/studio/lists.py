"""Values to try a design with: the rows of a list, or one contact that somebody pasted. Nothing is kept."""

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice

from anyio import to_thread
from starlette.responses import Response

from imgurl.design.library import Design
from imgurl.pipeline.path import Pipeline
from imgurl.tables.charset import transcoded
from imgurl.tables.columns import match_columns
from imgurl.tables.rows import rows
from imgurl.tables.sniff import HEAD_BYTES, read_form
from imgurl.web.api.bodies import read_body
from imgurl.web.api.gate import Call
from imgurl.web.api.responses import as_json
from imgurl.web.api.schemas import NoQuery
from imgurl.web.studio.models import ContactRequest, ListOut
from imgurl.web.studio.preview import found
from imgurl.web.studio.refusals import refusal

# Bytes of a list that is looked through row by row in a page; a whole list is for preflight.
MAX_BYTES = 16_000_000

# Rows whose values go to the page.
MAX_ROWS = 2_000

PAIR = re.compile(r"\s*([^:=\t]{1,60}?)\s*[:=\t]\s*(.*?)\s*")


class Lists:
    """The endpoints about values to try. Stateless itself."""

    def __init__(self, pipeline: Pipeline) -> None:
        self._pipeline = pipeline

    async def read_list(self, call: Call[NoQuery, None]) -> Response:
        """Read a list, and say which column fills which field, and what the first rows hold."""
        design = found(self._pipeline, call.request.path_params["id"], call.key)
        body = await read_body(call.request, MAX_BYTES)
        return as_json(await to_thread.run_sync(_list_out, design, body))

    async def read_contact(self, call: Call[NoQuery, ContactRequest]) -> Response:
        """Read one contact as people paste it: lines of names and values, cells of a sheet, or just a name."""
        design = found(self._pipeline, call.request.path_params["id"], call.key)
        contact = contact_in(call.body.text)
        if not contact:
            raise refusal(400, "no-value", "no value was found in it; write for example 'First name: Ava'")
        return as_json(_out(design, tuple(contact), [contact], 1))


def _list_out(design: Design, body: bytes) -> ListOut:
    form = read_form(body[:HEAD_BYTES])
    data = b"".join(transcoded((body,), form.encoding))[form.data_start :]
    readable = (row for row in rows(data, form) if not row.problem)
    first = [{name: row.value(name) for name in row.values} for row in islice(readable, MAX_ROWS)]
    return _out(design, form.columns, first, len(first) + sum(1 for _ in readable))


def _out(design: Design, columns: Iterable[str], first: Sequence[Mapping[str, str]], count: int) -> ListOut:
    names = [field.name for field in design.document.fields]
    matched = match_columns(columns, names)
    values = [{name: row.get(column, "") for name, column in matched.columns.items()} for row in first]
    return ListOut(columns=list(columns), mapping=dict(matched.columns), rows=values, count=count)


def contact_in(text: str) -> Mapping[str, str]:
    """Return what a pasted contact says, by the names that it has there."""
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) == 2 and "\t" in lines[0]:
        names, values = (line.split("\t") for line in lines)
        return dict(zip(map(str.strip, names), map(str.strip, values), strict=False))
    pairs = [match.groups() for line in lines if (match := PAIR.fullmatch(line))]
    if pairs:
        return {name: value for name, value in pairs if name}
    if not lines:
        return {}
    name, _, rest = lines[0].strip().partition("<")
    words = name.split()
    mail = {"Email": rest.rstrip("> ")} if rest else {}
    return {"First name": " ".join(words[:1]), "Last name": " ".join(words[1:]), "Full name": " ".join(words), **mail}
