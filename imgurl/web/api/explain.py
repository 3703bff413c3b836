"""``POST /v1/explain``: the same as ``imgurl explain``."""

from functools import partial

from anyio import to_thread
from starlette.responses import Response

from imgurl.explain import Limits, explanation
from imgurl.pipeline.path import Pipeline
from imgurl.urls.signing import Keys
from imgurl.web.api.auth import require_design
from imgurl.web.api.gate import Call
from imgurl.web.api.images import Images
from imgurl.web.api.outputs import ExplainOut
from imgurl.web.api.responses import as_json
from imgurl.web.api.schemas import ExplainRequest, NoQuery


class Explain:
    """The endpoint that explains links."""

    def __init__(self, pipeline: Pipeline, keys: Keys, images: Images, limits: Limits) -> None:
        self._pipeline = pipeline
        self._keys = keys
        self._images = images
        self._limits = limits

    async def explain(self, call: Call[NoQuery, ExplainRequest]) -> Response:
        """Explain what a link shows and why: its signature, its values and their origins, its fallbacks.

        The answer is 200 even if the link is invalid; `status` is the status of the image request.
        """
        # On another thread: the version of a pinned link may have to come from the shared store.
        explain = partial(explanation, call.body.url, self._keys(), self._pipeline, limits=self._limits)
        explained = await to_thread.run_sync(explain)
        if explained.design is not None:
            require_design(call.key, explained.design)
        explained = await self._images.complete(explain, explained)
        return as_json(ExplainOut.model_validate(explained.as_json()))
