"""A library whose dense index is on a Chroma server: shared by processes, killed, started again."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from footnote.rag.settings import Settings, SettingsError
from footnote.store.chroma_server import ChromaServer, ChromaServerError
from footnote.store.dense import ChromaIndex
from footnote.store.ingest import open_library
from footnote.store.library import Library
from tests.store.chroma_process import ChromaProcess
from tests.store.library_contents import contents
from tests.store.other_process import ingests_to_server, run

BEES = '{"id": "bees", "title": "Bees", "abstract": "Bees dance to point at flowers."}\n'
DANCE = "bees dance to point at flowers"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChromaProcess]:
    process = ChromaProcess(tmp_path_factory.mktemp("chroma"))
    process.start()
    yield process
    process.kill()


@pytest.fixture
def server(running: ChromaProcess) -> ChromaServer:
    return ChromaServer(running.url)


def same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether contents are the same; vectors may differ in the last digit, by the way over the network."""
    vectors = [{ident: held[2] for ident, held in each["dense"].items()} for each in (one, other)]
    texts = [{ident: held[:2] for ident, held in each["dense"].items()} for each in (one, other)]
    rest = [{name: held for name, held in each.items() if name != "dense"} for each in (one, other)]
    return (
        rest[0] == rest[1]
        and texts[0] == texts[1]
        and all(np.allclose(vectors[0][ident], vectors[1][ident], atol=1e-4) for ident in vectors[0])
    )


def test_a_library_moves_to_a_server_and_back_and_loses_nothing(
    own_few_library: Path, server: ChromaServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("footnote.store.adding._BATCH", 20)  # as the library was made
    before = contents(Library(own_few_library))
    moved = open_library(own_few_library, server=server)
    assert same(contents(moved), before)
    vector = moved.embedder.embed_question(DANCE)
    in_folder = Library(own_few_library).nearest(vector, 5)
    assert [hit[:2] for hit in moved.nearest(vector, 5)] == [hit[:2] for hit in in_folder]
    file = tmp_path / "bees.jsonl"
    file.write_text(BEES)
    assert run(ingests_to_server, own_few_library, file, server.url) == 0
    # The folder's vectors miss what came meanwhile, so they are made again.
    back = open_library(own_few_library)
    assert back.nearest(vector, 1)[0][0] == "bees"
    assert back.count_waiting() == 0


def test_what_one_process_adds_another_finds_at_once(
    own_few_library: Path, server: ChromaServer, tmp_path: Path
) -> None:
    reader = open_library(own_few_library, server=server)
    vector = reader.embedder.embed_question(DANCE)
    assert reader.nearest(vector, 1)[0][2] < 0.5
    file = tmp_path / "bees.jsonl"
    file.write_text(BEES)
    assert run(ingests_to_server, own_few_library, file, server.url) == 0
    assert reader.nearest(vector, 1)[0][0] == "bees"
    reader.remove(["bees"])
    assert reader.nearest(vector, 1)[0][0] != "bees"


def test_two_libraries_share_a_server_and_keep_apart(
    own_few_library: Path, server: ChromaServer, tmp_path: Path
) -> None:
    one = open_library(own_few_library, server=server)
    other = Library(tmp_path / "other", server=server)
    assert other.dense.count() == 0
    other.rebuild()
    assert one.dense.count() == one.status().passages > 0


def test_a_server_that_is_killed_is_named_and_found_again_when_it_is_back(
    own_few_library: Path, running: ChromaProcess, server: ChromaServer
) -> None:
    reader = open_library(own_few_library, server=server)
    vector = reader.embedder.embed_question(DANCE)
    expected = reader.nearest(vector, 10)
    found: list[object] = []
    ends = threading.Event()

    def asks() -> None:
        while not ends.is_set():
            try:
                found.append(reader.nearest(vector, 10))
            except Exception as error:  # noqa: BLE001  # judged below
                found.append(error)
                ends.wait(0.2)

    thread = threading.Thread(target=asks)
    thread.start()
    try:
        for _ in range(2):
            running.kill()
            with pytest.raises(ChromaServerError, match=f"the Chroma server at {server.url} can't be used"):
                reader.nearest(vector, 10)
            running.start()
            assert reader.nearest(vector, 10) == expected
    finally:
        ends.set()
        thread.join()
    assert {type(each) for each in found} <= {list, ChromaServerError}
    assert all(each == expected for each in found if isinstance(each, list))


def test_an_ingestion_that_loses_the_server_goes_on_where_it_was(
    own_few_library: Path, running: ChromaProcess, server: ChromaServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = contents(Library(own_few_library))
    monkeypatch.setattr("footnote.store.adding._BATCH", 20)
    monkeypatch.setattr("footnote.store.library.MOST_AT_ONCE", 20)
    library = Library(own_few_library, server=server)

    def lose(done: int, todo: int) -> None:
        if done == 20:
            running.kill()

    with library.writing(), pytest.raises(ChromaServerError):
        library.index_waiting(lose)
    running.start()
    assert 0 < library.catalog.count_waiting(library.stamp) < library.catalog.count()
    with library.writing():
        library.index_waiting()
    assert same(contents(library), before)
    assert library.dense.count() == library.catalog.count_indexed(library.stamp)[1]


def test_a_token_is_sent_and_never_shown(tmp_path: Path, few_library: Path) -> None:
    seen: list[dict[str, str]] = []

    class Refuses(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.append(dict(self.headers))
            self.send_response(401)
            self.end_headers()
            self.wfile.write(b"unknown token s3cret-token")

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Refuses) as http:
        threading.Thread(target=http.serve_forever, daemon=True).start()
        server = ChromaServer(f"http://127.0.0.1:{http.server_port}", "s3cret-token")
        with pytest.raises(ChromaServerError, match=r"\[token\]") as caught:
            ChromaIndex(tmp_path, Library(few_library).embedder, server)
        http.shutdown()
    assert "s3cret-token" not in f"{caught.value} {server!r}"
    sent = {name.lower(): value for name, value in seen[0].items()}
    assert (sent["x-chroma-token"], sent["authorization"]) == ("s3cret-token", "Bearer s3cret-token")


@pytest.mark.parametrize("url", ["localhost:8000", "http://me:word@host:8000", "ftp://host", "http://host:x"])
def test_an_address_that_is_none_is_refused_by_its_setting(url: str) -> None:
    with pytest.raises(SettingsError, match="FOOTNOTE_CHROMA_URL") as caught:
        Settings(chroma_url=url)
    assert "word" not in str(caught.value)


def test_settings_name_the_server_and_hide_the_token(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Settings().chroma_server is None
    monkeypatch.setenv("FOOTNOTE_CHROMA_URL", "https://vectors.example.org")
    monkeypatch.setenv("FOOTNOTE_CHROMA_TOKEN", "s3cret-token")
    settings = Settings()
    assert settings.chroma_server == ChromaServer("https://vectors.example.org", "s3cret-token")
    assert "s3cret" not in repr(settings)
