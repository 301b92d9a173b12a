"""Many readers at once: how long each waits for a whole answer, and whether it is to their own question."""

from __future__ import annotations

import asyncio
import html
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import numpy as np

from footnote.eval.benchmarks.page_client import PageClient
from footnote.eval.errors import BenchError

TIMEOUT_S = 60.0
_TAG = re.compile(r"<[^<>]{0,2000}>")


@dataclass(frozen=True)
class LoadRecord:
    """What a load came to. Seconds are of whole answers: from the question sent to its last update.

    wrong: answers that weren't to what that reader had asked. settled_p95: until the lists and the
    browser's memory, too, are as the answer leaves them. errors: one text a kind.
    """

    readers: int
    turns: int
    answers: int
    cores: int
    p50: float | None
    p95: float | None
    longest: float | None
    settled_p95: float | None
    wrong: int
    failed: int
    errors: tuple[str, ...]


@contextmanager
def own_server(home: Path) -> Iterator[str]:
    """The address of a page of its own, served over the library in `home` in quoting mode.

    Raises BenchError where it doesn't come up within two minutes.
    """
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}/"
    environment = os.environ | {"FOOTNOTE_HOME": str(home)}
    # The command, not a server in this process: readers and server would share one interpreter.
    arguments = ["serve", "--host", "127.0.0.1", "--port", str(port), "--mode", "extractive"]
    command = [sys.executable, "-m", "footnote", *arguments]
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as server:
        try:
            _wait_until_up(url, server)
            yield url
        finally:
            server.terminate()
            try:
                server.wait(10)
            except subprocess.TimeoutExpired:
                server.kill()


def _wait_until_up(url: str, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 120
    while time.monotonic() < until:
        if server.poll() is not None:
            raise BenchError(f"`footnote serve` ended with code {server.returncode}: try it by itself")
        try:
            httpx2.get(url, timeout=5)
        except httpx2.HTTPError:
            time.sleep(0.2)
        else:
            return
    raise BenchError("`footnote serve` didn't answer within two minutes: try it by itself")


async def load(url: str, questions: Sequence[str], *, readers: int, turns: int) -> LoadRecord:
    """Lets `readers` ask `turns` questions each, all at once, one after the other without a pause.

    Each reader begins at another question, so that no two ask the same at the same time. Raises BenchError
    where `url` is no page of Footnote.
    """
    limits = httpx2.Limits(max_connections=None)
    async with httpx2.AsyncClient(
        base_url=url, timeout=TIMEOUT_S, limits=limits, follow_redirects=True, trust_env=False
    ) as http:
        visitors = [await PageClient.visit(http) for _ in range(readers)]
        asked = [
            [questions[(reader + turn * readers) % len(questions)] for turn in range(turns)]
            for reader in range(readers)
        ]
        found = await asyncio.gather(*map(_read, visitors, asked))
    whole = [one.seconds for each in found for one in each if one.seconds is not None]
    settled = [one.settled for each in found for one in each if one.settled is not None]
    errors = [one.error for each in found for one in each if one.error]
    return LoadRecord(
        readers=readers,
        turns=turns,
        answers=len(whole),
        cores=len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1,
        p50=_percentile(whole, 50),
        p95=_percentile(whole, 95),
        longest=max(whole, default=None),
        settled_p95=_percentile(settled, 95),
        wrong=sum(one.wrong for each in found for one in each),
        failed=len(errors),
        errors=tuple(sorted(set(errors))),
    )


@dataclass(frozen=True)
class _Asked:
    """One question of one reader."""

    seconds: float | None = None
    settled: float | None = None
    wrong: bool = False
    error: str = ""


async def _read(visitor: PageClient, questions: Sequence[str]) -> list[_Asked]:
    found: list[_Asked] = []
    for turn, question in enumerate(questions, 1):
        started = time.perf_counter()
        try:
            ended = await visitor.begin("fn-box", "submit", fn_box=question)
            seconds = time.perf_counter() - started
            wrong = said(visitor.value("fn-log")) != list(questions[:turn]) or not answered(
                visitor.value("fn-log"), turn
            )
            await visitor.settle(ended)
        except (BenchError, httpx2.HTTPError) as error:
            found.append(_Asked(error=f"{type(error).__name__}: {error}"))
            continue
        found.append(_Asked(seconds, time.perf_counter() - started, wrong))
    return found


def said(messages: Sequence[dict[str, Any]]) -> list[str]:
    """The reader's own words in a chat as Gradio holds it."""
    return [_words(message) for message in messages if message["role"] == "user"]


def answered(messages: Sequence[dict[str, Any]], turn: int) -> bool:
    """Whether the last message is a whole answer, and its footnotes are those of this turn."""
    last = "".join(map(_source, messages[-1:]))
    return "fn-checked" in last and set(re.findall(r"#cite-(\d{1,6})-", last)) <= {str(turn)}


def _words(message: dict[str, Any]) -> str:
    return html.unescape(_TAG.sub("", _source(message)))


def _source(message: dict[str, Any]) -> str:
    content = message["content"]
    return content if isinstance(content, str) else "".join(part.get("text", "") for part in content)


def _percentile(values: Sequence[float], percent: float) -> float | None:
    return float(np.percentile(values, percent)) if values else None
