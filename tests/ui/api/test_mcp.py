"""The tools over MCP, called by a real client: over HTTP at the page's server, and over stdio."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from footnote.rag.assistant import Assistant
from footnote.rag.settings import load_settings
from footnote.ui.api import mcp
from footnote.ui.api.brief import brief
from footnote.ui.api.interfaces import app_options
from footnote.ui.api.offered import MAX_CHARS, UNTRUSTED_DATA
from tests.ui.api.api_server import serving

CHAMELEONS = "What are Adaptive Chameleons?"
STDIO = "from footnote.ui.api.mcp import serve_stdio; from footnote import Assistant; serve_stdio(Assistant)"
UNUSABLE = (
    "from footnote.ui.api.mcp import serve_stdio; from footnote.store.errors import LibraryError\n"
    "def opening(): raise LibraryError('the library is broken: repair it')\n"
    "serve_stdio(opening)"
)

with_client = pytest.mark.skipif(not mcp.is_installed(), reason="the optional group `mcp` isn't installed")


@pytest.fixture(scope="module")
def url(library_home: Path) -> Iterator[str]:
    assistant = Assistant(load_settings(home=library_home))
    with serving(assistant) as url:
        yield f"{url}/gradio_api/mcp"
    assistant.close()


@with_client
@pytest.mark.parametrize("mode", ["auto", "legacy"])
@pytest.mark.parametrize("slash", ["", "/"])
async def test_a_client_finds_three_tools_and_asks_them(url: str, mode: str, slash: str) -> None:
    from mcp import Client

    async with Client(url + slash, mode=mode) as client:
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
        assert list(tools) == ["ask", "search", "paper"]
        for tool in tools.values():
            assert UNTRUSTED_DATA in (tool.description or "")
            assert all(field.get("description") for field in tool.input_schema["properties"].values())
        assert tools["ask"].input_schema["required"] == ["question"]

        asked = await client.call_tool("ask", {"question": CHAMELEONS, "only": [], "since": None})
        assert not asked.is_error
        (content,) = asked.content
        answer = json.loads(content.text)
        assert answer["status"] in {"answered", "closest"}
        cited = answer["citations"][0]

        found = await client.call_tool("search", {"question": CHAMELEONS, "k": 1})
        assert json.loads(found.content[0].text)["papers"][0]["id"] == cited["paper"]
        read = await client.call_tool("paper", {"id": cited["paper"]})
        abstract = json.loads(read.content[0].text)["abstract"]
        assert abstract[cited["start"] : cited["end"]] == cited["quote"]
        assert cited["quote"] in answer["text"]


@with_client
async def test_a_client_is_told_what_it_asked_wrongly(url: str) -> None:
    from mcp import Client

    wrong = [
        ("ask", {"question": ""}, "the question is empty"),
        ("ask", {"query": "x"}, "there is no argument 'query', only question, since"),
        ("search", {"question": "x", "k": 0}, "k: Input should be greater than or equal to 1"),
        ("paper", {"id": "nope"}, "the library has no paper with the id 'nope'"),
        ("submit", {"data": ["x"]}, "there is no 'submit' here, only ask, search, paper"),
    ]
    async with Client(url) as client:
        for name, arguments, message in wrong:
            result = await client.call_tool(name, arguments)
            assert result.is_error
            assert message in result.content[0].text


@with_client
async def test_pages_of_other_sites_have_no_tools(url: str) -> None:
    import httpx2

    hello = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
    accepted = {"Accept": "application/json, text/event-stream"}
    async with httpx2.AsyncClient() as client:
        reply = await client.post(url, json=hello, headers={**accepted, "Origin": "http://outside.example"})
        assert reply.status_code == 403
        reply = await client.post(url, json=hello, headers=accepted)
        assert reply.status_code == 200
        reply = await client.post(url, content=b" " * 1_000_001, headers=accepted)
        assert reply.status_code == 413


@with_client
async def test_a_client_that_starts_footnote_itself_gets_answers(library_home: Path) -> None:
    from mcp import Client, StdioServerParameters

    started = StdioServerParameters(
        command=sys.executable,
        args=["-c", STDIO],
        env={**os.environ, "FOOTNOTE_HOME": str(library_home)},
    )
    async with Client(started) as client:
        asked = await client.call_tool("ask", {"question": CHAMELEONS})
        assert json.loads(asked.content[0].text)["status"] in {"answered", "closest"}


@with_client
async def test_a_client_is_welcomed_before_the_library_is_opened_and_learns_why_it_cannot_be() -> None:
    from mcp import Client, StdioServerParameters

    started = StdioServerParameters(command=sys.executable, args=["-c", UNUSABLE], env=dict(os.environ))
    async with Client(started) as client:
        assert len((await client.list_tools()).tools) == 3
        asked = await client.call_tool("ask", {"question": CHAMELEONS})
        assert asked.is_error
        assert asked.content[0].text == "the library is broken: repair it"


async def test_a_long_answer_loses_its_last_quotes_but_neither_text_nor_places(assistant: Assistant) -> None:
    answer = await assistant.aask(CHAMELEONS)
    long = answer.model_copy(update={"citations": answer.citations * 9, "numbers": ()})
    sent = json.loads(brief(long))
    assert sent["text"] == answer.text
    assert len(sent["citations"]) == len(long.citations)
    quoted = ["quote" in citation for citation in sent["citations"]]
    assert quoted == sorted(quoted, reverse=True)
    assert not quoted[-1]
    for citation, whole in zip(sent["citations"], long.citations, strict=True):
        assert (citation["start"], citation["end"]) == (whole.start, whole.end)
    short = brief(answer)
    assert len(short) <= MAX_CHARS
    assert [c["quote"] for c in json.loads(short)["citations"]] == [c.quote for c in answer.citations]


def test_without_the_group_the_rest_is_served_and_who_wants_it_is_told(
    assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "mcp", None)  # as if it weren't installed
    options = app_options(assistant)
    assert list(options) == ["routes"]
    assert not any("mcp" in route.path for route in options["routes"])
    with pytest.raises(mcp.ExtraMissing, match=r"pip install -e '\.\[mcp\]'"):
        app_options(assistant, with_mcp=True)
    with pytest.raises(mcp.ExtraMissing):
        mcp.serve_stdio(lambda: assistant)


def test_it_can_be_left_out(assistant: Assistant) -> None:
    assert list(app_options(assistant, with_mcp=False)) == ["routes"]
