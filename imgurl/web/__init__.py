"""HTTP: the only room with asyncio and Starlette."""
