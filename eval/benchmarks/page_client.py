"""One reader's browser, as the page's server sees it: Gradio's queue over HTTP, without a screen.

Follows the page's own configuration: what an event takes and fills, and which events follow from it.
"""

from __future__ import annotations

import asyncio
import json
import secrets
from typing import Any, Self

import httpx2

from footnote.eval.errors import BenchError

PREFIX = "gradio_api"
ANSWER_S = 60.0


class PageClient:
    """A session at a page. `values` holds what its components have now, by their ids."""

    def __init__(self, http: httpx2.AsyncClient, config: dict[str, Any]) -> None:
        self._http = http
        self._session = secrets.token_hex(6)
        self._events: list[dict[str, Any]] = config["dependencies"]
        self._by_name = {part["props"].get("elem_id"): part["id"] for part in config["components"]}
        self._states = {part["id"] for part in config["components"] if part["type"] == "state"}
        self.values = {part["id"]: part["props"].get("value") for part in config["components"]}
        self._waiting: dict[str, asyncio.Future[dict[str, Any]]] = {}
        self._early: dict[str, dict[str, Any]] = {}
        self._listening: asyncio.Task[None] | None = None

    @classmethod
    async def visit(cls, http: httpx2.AsyncClient) -> Self:
        """Opens the page as a browser does, until what it does on arrival is done. Raises BenchError."""
        for path in ("", "config"):
            try:
                reply = await http.get(path)
            except httpx2.HTTPError as error:
                problem = str(error) or type(error).__name__
                raise BenchError(f"{http.base_url} can't be reached: {problem}") from error
            if reply.status_code != 200:
                raise BenchError(
                    f"{http.base_url}{path} replies with {reply.status_code}: is it Footnote's page?"
                )
        try:
            client = cls(http, reply.json())
        except (ValueError, KeyError, TypeError) as error:
            raise BenchError(f"{http.base_url} is no page of Footnote: {error!r}") from error
        loaded = [event for event in client._events if any(kind == "load" for _, kind in event["targets"])]
        for done in await asyncio.gather(*(client._run(event) for event in loaded)):
            await client.settle(done)
        return client

    async def begin(self, name: str, kind: str, **given: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        """Starts the event `kind` of a component and waits for its end: the event, and what it filled.

        given: values that components, by name with _ for -, have been set to. Raises BenchError.
        """
        for part, value in given.items():
            self.values[self._by_name[part.replace("_", "-")]] = value
        target = self._by_name.get(name)
        event = next((e for e in self._events if [target, kind] in [list(t) for t in e["targets"]]), None)
        if event is None:
            raise BenchError(f"the page has no {name} with an event {kind}")
        return await self._run(event)

    async def settle(self, done: tuple[dict[str, Any], dict[str, Any]]) -> None:
        """Does what follows from an event that has ended: events chained to it, and those on changes."""
        event, output = done
        changed = set(output["changed"])
        following = [
            each
            for each in self._events
            if each["trigger_after"] == event["id"]
            or any(kind == "change" and target in changed for target, kind in each["targets"])
        ]
        for ended in await asyncio.gather(*(self._run(each) for each in following)):
            await self.settle(ended)

    def value(self, name: str) -> Any:
        """What a component has now."""
        return self.values[self._by_name[name]]

    async def _run(self, event: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        body = {
            "data": [None if part in self._states else self.values.get(part) for part in event["inputs"]],
            "fn_index": event["id"],
            "session_hash": self._session,
            "event_data": None,
            "trigger_id": event["targets"][0][0] if event["targets"] else None,
        }
        if event["queue"] is False:
            reply = await self._http.post(f"{PREFIX}/run/predict", json=body)
            output = reply.json() if reply.status_code == 200 else None
        else:
            output = await self._queued(body)
        if output is None or "data" not in output:
            raise BenchError(f"event {event['id']} of the page failed: {output or reply.status_code}")
        return event, {
            **output,
            "changed": [*output.get("changed_state_ids", []), *self._take(event, output)],
        }

    def _take(self, event: dict[str, Any], output: dict[str, Any]) -> list[int]:
        """Keeps the values that came; returns the components that have another one now."""
        changed = []
        for part, value in zip(event["outputs"], output["data"], strict=True):
            if isinstance(value, dict) and value.get("__type__") == "update":
                if "value" not in value:
                    continue
                value = value["value"]
            if part not in self._states and self.values.get(part) != value:
                self.values[part] = value
                changed.append(part)
        return changed

    async def _queued(self, body: dict[str, Any]) -> dict[str, Any]:
        reply = await self._http.post(f"{PREFIX}/queue/join", json=body)
        if reply.status_code != 200:
            raise BenchError(f"the page's queue took no event: {reply.status_code} {reply.text[:200]}")
        ident = str(reply.json()["event_id"])
        ended: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._waiting[ident] = ended
        if ident in self._early:
            ended.set_result(self._early.pop(ident))
        if self._listening is None or self._listening.done():
            self._listening = asyncio.create_task(self._listen())
        try:
            return await asyncio.wait_for(ended, ANSWER_S)
        except TimeoutError:
            raise BenchError(f"an event of the page took more than {ANSWER_S:.0f} s") from None
        finally:
            del self._waiting[ident]

    async def _listen(self) -> None:
        """Reads the session's events as long as any is waited for."""
        try:
            while any(not ended.done() for ended in self._waiting.values()):
                url, params = f"{PREFIX}/queue/data", {"session_hash": self._session}
                async with self._http.stream("GET", url, params=params) as stream:
                    async for line in stream.aiter_lines():
                        if line.startswith("data:"):
                            self._hear(json.loads(line[5:]))
        except httpx2.HTTPError as error:
            # Told to whoever waits; where nobody does, the visit is over.
            for ended in self._waiting.values():
                if not ended.done():
                    ended.set_result({"error": f"the page's events broke off: {type(error).__name__}"})

    def _hear(self, message: dict[str, Any]) -> None:
        if message["msg"] not in ("process_completed", "server_stopped", "unexpected_error"):
            return
        output = message.get("output") or {"error": message.get("message") or message["msg"]}
        if not message.get("success", True):
            output = {"error": output.get("error") or "an event failed"}
        ended = self._waiting.get(message.get("event_id") or "")
        if ended is None:
            self._early[message.get("event_id") or ""] = output
        elif not ended.done():
            ended.set_result(output)
