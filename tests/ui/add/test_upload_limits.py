"""Uploads are limited before they are read: at once, in a minute, in bytes, and in what lies on the disk."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from footnote.ui.accounts import visitors
from footnote.ui.add import upload_limits
from footnote.ui.add.removal import Removal
from footnote.ui.add.upload_limits import PATH, UploadLimits, sweep
from footnote.ui.strings import UPLOADS_NOT_ALLOWED


def client(folder: Path) -> TestClient:
    async def reply(request: Request) -> PlainTextResponse:
        try:
            return PlainTextResponse(str(len(await request.body())))
        except ClientDisconnect:
            return PlainTextResponse("broken off", 400)

    app = Starlette(
        routes=[Route("/{path:path}", reply, methods=["POST"])],
        middleware=[Middleware(UploadLimits, folder=folder)],
    )
    return TestClient(app)


def test_uploads_pass_up_to_a_number_a_minute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upload_limits, "UPLOADS_A_MINUTE", 2)
    with client(tmp_path) as opened:
        statuses = [opened.post(PATH, content=b"abc").status_code for _ in range(3)]
        assert statuses == [200, 200, 429]
        assert opened.post("/gradio_api/queue/join").status_code == 200


@pytest.mark.parametrize(("name", "value", "statuses"), [
    ("MAX_REQUEST", 5, [200, 400]),
    ("BYTES_OF_VISITOR", 3, [200, 429]),
    ("MAX_STORED", 4, [200, 400]),
    ("AT_ONCE", 0, [429, 429]),
    ("AT_ONCE_BY_VISITOR", 0, [429, 429]),
])  # fmt: skip
def test_a_limit_refuses_what_is_above_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: int, statuses: list[int]
) -> None:
    monkeypatch.setattr(upload_limits, name, value)
    with client(tmp_path) as opened:
        assert [opened.post(PATH, content=c).status_code for c in (b"abc", b"abcdef")] == statuses


def test_a_full_disk_of_uploads_is_refused_until_they_are_old(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upload_limits, "MAX_STORED", 10)
    whole, broken_off = tmp_path / "hash" / "papers.txt", tmp_path / "tmpabc"
    whole.parent.mkdir()
    for file in (whole, broken_off):
        file.write_bytes(b"x" * 8)
    assert sweep(tmp_path) == 16
    with client(tmp_path) as opened:
        assert opened.post(PATH, content=b"abc").status_code == 507
        for file in (whole, broken_off, whole.parent):
            os.utime(file, (1, 1))
        assert opened.post(PATH, content=b"abc").status_code == 200
    assert not whole.exists()
    assert not broken_off.exists()


def test_who_may_not_change_the_library_removes_and_restores_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    class Additions:
        present, removal, upload = ("bees",), "a batch", "a batch"

        def of(self, owner: str | None) -> Additions:
            return self

    visitors.enter({}, visitors.UNKNOWN)
    try:
        removal = Removal(None, Additions())  # type: ignore[arg-type]
        assert removal.remove("owner", ["bees"]) == UPLOADS_NOT_ALLOWED
        assert removal.undo("owner") == UPLOADS_NOT_ALLOWED
        assert removal.undo_upload("owner") == UPLOADS_NOT_ALLOWED
    finally:
        visitors.enter({}, visitors.LOCAL)
