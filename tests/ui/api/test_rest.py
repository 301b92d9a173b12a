"""REST: results, errors, limits, and that nothing else is offered."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import pytest
from jsonschema import Draft202012Validator

from footnote.rag import Answer
from footnote.rag.assistant import Assistant
from footnote.rag.settings import load_settings
from footnote.ui.api.offered import RequestError
from footnote.ui.api.operations import AT_ONCE, Api
from tests.model_server import ModelServer
from tests.test_app import footnote
from tests.ui.api.api_server import serving

AS_JSON = {"Content-Type": "application/json"}
CHAMELEONS = "What are Adaptive Chameleons?"


class Reply(NamedTuple):
    status: int
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)


@pytest.fixture(scope="module")
def url(library_home: Path) -> Iterator[str]:
    assistant = Assistant(load_settings(home=library_home))
    with serving(assistant) as url:
        yield url
    assistant.close()


def request(url: str, path: str, body: object = None, **headers: str) -> Reply:
    """POSTs `body`, GETs without one."""
    sent = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
    connection = HTTPConnection(urlsplit(url).netloc, timeout=60)
    connection.request("GET" if sent is None else "POST", f"/gradio_api/{path}", sent, headers)
    reply = connection.getresponse()
    text = reply.read().decode()
    connection.close()
    return Reply(reply.status, text)


def ask(url: str, name: str, body: object) -> Reply:
    return request(url, f"run/{name}", body)


def schema(url: str, name: str) -> Draft202012Validator:
    described = request(url, "openapi.json").json
    return Draft202012Validator({**described, "$ref": f"#/components/schemas/{name}"})


def test_exactly_three_things_are_offered(url: str) -> None:
    paths = request(url, "openapi.json").json["paths"]
    assert {path: list(methods) for path, methods in paths.items()} == {
        f"/gradio_api/run/{name}": ["post"] for name in ("ask", "search", "paper")
    }
    for name in ("secretly", "secretly_at_once", "secretly_at_once/", "call", "nothing"):
        for path in (f"run/{name}", f"api/{name}", f"call/{name}", f"call/v2/{name}"):
            reply = request(url, path, {"data": ["x"]})
            assert reply.status == 404
            assert reply.json["error"].startswith("there is nothing here")
    # The page's own way, without which it wouldn't work.
    assert "secretly x" in request(url, "run/predict", {"data": ["x"], "fn_index": 1}, **AS_JSON).text


def test_ask_replies_with_the_whole_answer(url: str, assistant: Assistant) -> None:
    reply = ask(url, "ask", {"question": CHAMELEONS})
    assert reply.status == 200
    answer = Answer.model_validate_json(reply.text)
    expected = assistant.ask(CHAMELEONS)
    assert answer.status in {"answered", "closest"}
    assert answer.text == reply.json["text"] == expected.text
    assert answer.citations == expected.citations
    schema(url, "Answer").validate(reply.json)
    schema(url, "AskArguments").validate({"question": CHAMELEONS, "since": None, "only": []})
    assert not schema(url, "AskArguments").is_valid({"query": CHAMELEONS})


def test_ask_keeps_to_the_filters(url: str) -> None:
    chosen = [p["id"] for p in ask(url, "search", {"question": CHAMELEONS, "k": 3}).json["papers"]]
    narrow = {"only": chosen, "exclude": chosen[:1], "pages": [], "since": None}
    answer = Answer.model_validate_json(ask(url, "ask", {"question": CHAMELEONS, **narrow}).text)
    assert set(answer.ranking) == set(chosen[1:])
    dated = ask(url, "search", {"question": "alignment", "since": "2024-03-30", "until": "2024-03", "k": 100})
    assert {paper["date"] for paper in dated.json["papers"]} <= {"2024-03-30", "2024-03-31"}
    assert dated.json["papers"]


def test_search_replies_with_what_the_command_line_prints(url: str, library_home: Path) -> None:
    reply = ask(url, "search", {"question": "How does URIAL work?", "k": 4})
    printed = json.loads(footnote(library_home, "search", "How does URIAL work?", "-k", "4", "--json").stdout)
    assert reply.json["question"] == printed["question"]
    assert reply.json["papers"] == printed["papers"]
    schema(url, "SearchResults").validate(reply.json)


def test_a_search_in_which_no_paper_passes_says_so(url: str) -> None:
    reply = ask(url, "search", {"question": "alignment", "since": "2031"})
    assert reply.status == 200
    assert reply.json["papers"] == []
    assert "none is dated 2031 or later" in reply.json["warnings"][0]["text"]


def test_paper_replies_with_the_paper_and_those_nearest_to_it(url: str, assistant: Assistant) -> None:
    ident = ask(url, "search", {"question": "position bias of LLM judges", "k": 1}).json["papers"][0]["id"]
    reply = ask(url, "paper", {"id": ident})
    whole = reply.json
    near = whole.pop("nearest")
    assert whole == assistant.library.catalog.get([ident])[ident].paper.model_dump(mode="json")
    assert len({other["id"] for other in near} - {ident}) == 6
    cosines = [other["cosine"] for other in near]
    assert cosines == sorted(cosines, reverse=True)
    assert any("judge" in other["title"].casefold() for other in near)
    schema(url, "PaperDetails").validate(reply.json)


@pytest.mark.parametrize(
    ("name", "body", "status", "message"),
    [
        ("ask", {"question": "  "}, 422, "the question is empty"),
        ("ask", {"question": "x " * 3000}, 422, "4000 are allowed"),
        ("ask", {}, 422, "question: Field required"),
        ("ask", {"question": 7}, 422, "question: Input should be a valid string"),
        ("ask", {"data": ["x"]}, 422, "there is no argument 'data', only question, since, until, pages"),
        ("ask", {"question": "x", "until": "2024-13"}, 422, "until: '2024-13' is no date with a year"),
        ("ask", {"question": "x", "since": "2024", "until": "2023"}, 422, "the range ends (2023) before"),
        ("ask", {"question": "x", "pages": ["1_f2f8f320e3653e22"]}, 422, "did you mean 001_f2f8f320e3653e22"),
        ("ask", {"question": "x", "only": ["nope"]}, 422, "only: no paper of the library has the id 'nope'"),
        ("ask", {"question": "x", "exclude": ["p"] * 501}, 422, "exclude: List should have at most 500"),
        ("ask", {"question": "x", "only": ["p" * 201]}, 422, "only.0: String should have at most 200"),
        ("search", {"question": "x", "k": 101}, 422, "k: Input should be less than or equal to 100"),
        ("search", {"question": "x", "k": "many"}, 422, "k: Input should be a valid integer"),
        ("paper", {"id": "nope"}, 404, "the library has no paper with the id 'nope'"),
        ("paper", {"id": ""}, 422, "id: String should have at least 1 character"),
        ("paper", b"", 422, "send a JSON object with id: Invalid JSON"),
        ("paper", b"[1]", 422, "send a JSON object with id: Input should be an object"),
        ("paper", b"[" * 100_000, 422, "recursion limit exceeded"),
        ("paper", b'{"id": "\\ud800"}', 422, "Invalid JSON"),
        ("paper", b"\xff", 422, "Invalid JSON"),
        ("ask", b"x" * 1_000_001, 413, "more than 1000000 bytes"),
    ],
    ids=range(21),
)
def test_what_cannot_be_used_is_named(url: str, name: str, body: object, status: int, message: str) -> None:
    reply = ask(url, name, body)
    assert reply.status == status
    assert list(reply.json) == ["error"]
    assert message in reply.json["error"]
    assert len(reply.text) < 1000
    described = request(url, "openapi.json").json["paths"][f"/gradio_api/run/{name}"]["post"]
    assert str(status) in described["responses"]


def test_a_body_that_grows_without_end_is_cut_off(url: str) -> None:
    connection = HTTPConnection(urlsplit(url).netloc, timeout=60)
    connection.request("POST", "/gradio_api/run/ask", iter([b" " * 65536] * 17), encode_chunked=True)
    assert connection.getresponse().status == 413
    connection.close()


def test_pages_of_other_sites_may_not_ask(url: str) -> None:
    body = {"question": CHAMELEONS}
    for origin in ("http://outside.example", "null", f"{url}.outside.example"):
        reply = request(url, "run/ask", body, Origin=origin)
        assert reply.status == 403
        assert "Chameleons" not in reply.text
    assert request(url, "run/ask", body, Origin=url).status == 200


async def test_too_many_at_once_are_refused_and_the_others_answered(assistant: Assistant) -> None:
    api = Api(assistant, at_once=1, waiting=1)
    asked = [api.call("search", {"question": "alignment", "k": 1}) for _ in range(4)]
    first, second, *others = await asyncio.gather(*asked, return_exceptions=True)
    assert isinstance(first, str)
    assert first == second
    assert all(isinstance(other, RequestError) and other.status == 503 for other in others)
    assert await api.call("search", {"question": "alignment", "k": 1}) == first


def test_who_leaves_makes_room_for_others(library_home: Path, model_server: ModelServer) -> None:
    model_server.script("stall")
    settings = load_settings(
        home=library_home,
        model="silent-1",
        openai_base_url=model_server.base_url,
        openai_api_key="unused",
        model_stall_s=600,
        answer_deadline_s=600,
    )
    assistant = Assistant(settings)
    with serving(assistant) as url:
        leaving = [HTTPConnection(urlsplit(url).netloc, timeout=60) for _ in range(AT_ONCE)]
        for n, connection in enumerate(leaving):  # different questions: the same would share a call
            question = f"What are Adaptive Chameleons, asked {n} times?"
            connection.request("POST", "/gradio_api/run/ask", json.dumps({"question": question}))
        until = time.monotonic() + 60
        while len(model_server.requests) < AT_ONCE and time.monotonic() < until:
            time.sleep(0.02)
        assert len(model_server.requests) == AT_ONCE
        for connection in leaving:
            connection.close()
        # Were their places still taken, this one would wait until the request times out.
        assert ask(url, "search", {"question": CHAMELEONS}).status == 200
        assert all(asked.left.wait(30) for asked in model_server.requests)
    assistant.close()


@pytest.mark.parametrize("harm", ["other embedder", "no catalog"])
async def test_what_is_wrong_with_the_library_stays_in_the_log(
    own_library_home: Path, harm: str, caplog: pytest.LogCaptureFixture
) -> None:
    opened = Assistant(load_settings(home=own_library_home))
    api = Api(opened)
    await api.call("ask", {"question": CHAMELEONS})
    folder = own_library_home / "library"
    if harm == "other embedder":
        (folder / "dense" / "built-by.txt").write_text("another@1")
        (folder / "generation").touch()
    else:
        opened.close()
        (folder / "catalog.sqlite").write_bytes(b"no database")
    caplog.clear()
    with pytest.raises(RequestError) as refused:
        await api.call("ask", {"question": CHAMELEONS})
    opened.close()
    assert refused.value.status == 503
    assert "log" in str(refused.value)
    assert str(own_library_home) not in str(refused.value)
    assert caplog.records[0].exc_info


@pytest.mark.parametrize(
    "module", ["footnote.ui.api.interfaces", "footnote.ui.api.mcp", "footnote.ui.api.rest"]
)
def test_programs_are_served_without_gradio(module: str) -> None:
    code = f"import sys, {module}; sys.exit('gradio' in sys.modules or 'mcp' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
