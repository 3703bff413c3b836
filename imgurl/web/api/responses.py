"""Answers of the API as JSON."""

from pydantic import BaseModel
from starlette.responses import Response

JSON = "application/json"


def as_json(model: BaseModel, status: int = 200) -> Response:
    """Answer with a model."""
    return Response(model.model_dump_json(by_alias=True), status, media_type=JSON)
