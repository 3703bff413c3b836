"""The REST API under ``/v1``: keys, JSON in and out, problems in one form, and its reference page.

Threads, locks and cancellation are anyio's here, as in starlette: a call on a thread of anyio is waited for even if the
request is cancelled, so no idempotency key is released while its work still runs, and starlette's own threads count
towards the same limit. The rest of ``web`` uses asyncio for what anyio does not have: timers, transports and futures of
the event loop.
"""
