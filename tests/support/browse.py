"""A synchronous client that speaks to an ASGI application without sockets."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import httpx2 as httpx
from starlette.types import ASGIApp


class Client:
    """Sends one request at a time and keeps cookies; redirects are returned, not followed."""

    def __init__(self, app: ASGIApp, base_url: str = "http://node.test") -> None:
        self._app = app
        self._base_url = base_url
        self.cookies = httpx.Cookies()

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> httpx.Response:
        return self.request("GET", path, headers=headers)

    def post(
        self, path: str, content: bytes = b"", json: object = None, headers: Mapping[str, str] | None = None
    ) -> httpx.Response:
        return self.request("POST", path, content=content, json=json, headers=headers)

    def request(
        self,
        method: str,
        path: str,
        *,
        content: bytes = b"",
        json: object = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        return asyncio.run(self._send(method, path, content, json, headers))

    async def _send(
        self, method: str, path: str, content: bytes, json: object, headers: Mapping[str, str] | None
    ) -> httpx.Response:
        transport = httpx.ASGITransport(app=self._app)
        async with httpx.AsyncClient(transport=transport, base_url=self._base_url, cookies=self.cookies) as client:
            body = {"json": json} if json is not None else {"content": content}
            answer = await client.request(method, path, headers=headers, **body)
            self.cookies = client.cookies
            return answer
