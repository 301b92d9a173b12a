"""The `footnote` command as people run it: output, errors and exit codes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from footnote.app import app
from footnote.rag import Answer, Filters


def footnote(home: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("FOOTNOTE_", "OPENAI_"))}
    return subprocess.run(
        [sys.executable, "-m", "footnote", *arguments],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={**clean, "FOOTNOTE_HOME": str(home), **environment},
        cwd=Path(__file__).parents[1],
    )


def in_home(home: Path, *arguments: str) -> Result:
    """The command in this process: an error is `exception`, not yet a message."""
    return CliRunner(env={"FOOTNOTE_HOME": str(home), "COLUMNS": "300"}).invoke(app, list(arguments))


def test_ask_prints_an_answer_with_its_footnotes(library_home: Path) -> None:
    ran = footnote(library_home, "ask", "What are Adaptive Chameleons?")
    assert ran.returncode == 0, ran.stderr
    assert "Adaptive Chameleons" in ran.stdout
    assert "[1] Dialectical Alignment" in ran.stdout


def test_ask_json_is_the_answer_and_nothing_else(library_home: Path) -> None:
    ran = footnote(library_home, "ask", "What are Adaptive Chameleons?", "--json")
    answer = Answer.model_validate_json(ran.stdout)
    assert answer.status in {"answered", "closest"}
    assert json.loads(ran.stdout)["text"] == answer.text


def test_search_json_shows_both_parts_of_the_score(library_home: Path) -> None:
    ran = footnote(library_home, "search", "How does URIAL work?", "--k", "4", "--json")
    papers = json.loads(ran.stdout)["papers"]
    assert [paper["rank"] for paper in papers] == [1, 2, 3, 4]
    assert "Unlocking Spell" in papers[0]["title"]
    assert {"score", "dense", "lexical", "id", "pages"} <= papers[0].keys()


def test_ask_and_search_take_filters(library_home: Path) -> None:
    question = "What are Adaptive Chameleons?"
    ran = in_home(library_home, "ask", question, "--since", "2024-03-30", "--until", "2024-03", "--json")
    answer = Answer.model_validate_json(ran.stdout)
    assert answer.filters == Filters(since="2024-03-30", until="2024-03")
    (best,) = {citation.paper.id for citation in answer.citations}
    assert {c.paper.date for c in answer.citations} == {"2024-03-30"}

    ran = in_home(library_home, "ask", question, "--exclude", best, "--until", "2024")
    assert ran.stdout.endswith("Searched only papers dated 2024 or earlier, other than the 1 left out.\n")
    assert "Dialectical Alignment" not in ran.stdout

    page = "001_f2f8f320e3653e22.txt"
    ran = in_home(library_home, "search", "alignment", "--page", page, "--exclude", best, "--json")
    papers = json.loads(ran.stdout)["papers"]
    assert len(papers) == 10
    assert all(page in paper["pages"] and paper["id"] != best for paper in papers)
    chosen = [paper["id"] for paper in papers[3:5]]
    ran = in_home(library_home, "search", "alignment", "--only", chosen[0], "--only", chosen[1], "--json")
    assert {paper["id"] for paper in json.loads(ran.stdout)["papers"]} == set(chosen)


@pytest.mark.parametrize("form", [(), ("--json",)])
def test_a_search_in_which_no_paper_passes_says_so(library_home: Path, form: tuple[str, ...]) -> None:
    ran = in_home(library_home, "search", "alignment", "--since", "2031", *form)
    assert ran.exit_code == 0
    assert "No paper of this library passes the filters: none is dated 2031 or later" in ran.stderr
    assert not form or json.loads(ran.stdout)["papers"] == []


def test_status_json_names_what_the_library_holds(library_home: Path) -> None:
    facts = json.loads(footnote(library_home, "status", "--json").stdout)
    assert facts["papers"] == 295
    assert facts["passages"] > 295
    assert facts["embedder"].startswith("all-MiniLM-L6-v2-int8")
    assert facts["library"] == str(library_home / "library")
    assert facts["mode"] == "extractive"


def test_ingest_says_what_was_new_and_what_was_refused(tmp_path: Path) -> None:
    file = tmp_path / "two.jsonl"
    file.write_text(
        '{"title": "Bees", "abstract": "Bees dance to point at flowers."}\n{"title": "No abstract"}\n'
    )
    ran = footnote(tmp_path / "home", "ingest", str(file))
    assert ran.returncode == 1
    assert "two.jsonl: 1 listings, 1 new papers, 1 refused" in ran.stderr
    assert "two.jsonl:2:" in ran.stderr
    again = footnote(tmp_path / "home", "ask", "What do bees dance for?")
    assert "Bees dance to point at flowers." in again.stdout


@pytest.mark.parametrize(
    ("arguments", "environment", "told"),
    [
        (("ask", ""), {}, "the question is empty"),
        (("ask", "What?"), {"FOOTNOTE_PAPRES": "3"}, "did you mean FOOTNOTE_PAPERS"),
        (("ask", "What?"), {"FOOTNOTE_MODE": "llm"}, "set FOOTNOTE_MODEL"),
        (("ask", "What?", "--mode", "psychic"), {}, "FOOTNOTE_MODE"),
        (("ask", "What?", "--since", "2024-13"), {}, "--since: '2024-13' is no date with a year: write YYYY"),
        (("ask", "What?", "--until="), {}, "--until: '' is no date"),
        (("search", "What?", "--since", "2024", "--until", "2023"), {}, "--until: the range ends (2023)"),
        (
            ("ask", "What?", "--page", "1_f2f8f320e3653e22"),
            {},
            "--page: the library has no page '1_f2f8f320e3653e22'; did you mean 001_f2f8f320e3653e22.txt?",
        ),
        (
            ("search", "What?", "--only", "\x1b[2J"),
            {},
            "--only: no paper of the library has the id '\\x1b[2J'",
        ),
        (("search", "What?", "--exclude", "x" * 201), {}, "--exclude: String should have at most 200"),
        (("ask", "What?", "--only", "\udcff"), {}, "--only: "),
        (("ingest", "nowhere.jsonl"), {}, "nowhere.jsonl"),
        (("eval", "run", "--questions", "nowhere.jsonl", "--out", "x"), {}, "nowhere.jsonl"),
    ],
)
def test_bad_input_is_told_on_standard_error_with_a_non_zero_exit(
    library_home: Path, arguments: tuple[str, ...], environment: dict[str, str], told: str
) -> None:
    ran = footnote(library_home, *arguments, **environment)
    assert ran.returncode != 0
    assert told in ran.stderr.replace("\n", " ")
    assert "Traceback" not in ran.stderr
    assert ran.stdout == ""


BEES = '{"title": "Bees – ☃", "abstract": "Bees dance – ☃ – to point at flowers."}\n'


def test_a_terminal_without_unicode_gets_the_answer(tmp_path: Path) -> None:
    (tmp_path / "bees.jsonl").write_text(BEES, "utf-8")
    plain = {"PYTHONIOENCODING": "ascii"}
    made = footnote(tmp_path, "ingest", str(tmp_path / "bees.jsonl"), **plain)
    assert made.returncode == 0, made.stderr
    ran = footnote(tmp_path, "ask", "What do bees dance for?", **plain)
    assert ran.returncode == 0, ran.stderr
    assert "Bees dance \\u2013 \\u2603 \\u2013 to point at flowers." in ran.stdout
    as_json = footnote(tmp_path, "ask", "What do bees dance for?", "--json", **plain)
    assert "☃" in Answer.model_validate_json(as_json.stdout).text


def test_errors_reach_the_terminal_without_its_control_characters(tmp_path: Path) -> None:
    ran = footnote(tmp_path, "ingest", "no\x1b[2Jwhere\u202e.jsonl")
    assert ran.returncode == 1
    assert "no[2Jwhere.jsonl" in ran.stderr
    assert "\x1b" not in ran.stderr


@pytest.mark.parametrize(
    ("home", "command"), [("a-file", "status"), ("a-file/below", "ingest"), ("x" * 300, "status")]
)
def test_a_home_that_cannot_be_used_is_named_with_the_mend(tmp_path: Path, home: str, command: str) -> None:
    (tmp_path / "a-file").touch()
    ran = footnote(tmp_path / home, command)
    assert ran.returncode == 1
    [line] = ran.stderr.strip().splitlines()
    assert "FOOTNOTE_HOME" in line
    assert "a folder that" in line


def test_ingesting_what_is_not_there_makes_no_library(tmp_path: Path) -> None:
    home = tmp_path / "home"
    ran = footnote(home, "ingest", "nowhere.txt")
    assert ran.returncode == 1
    assert "nowhere.txt: no such file or folder" in ran.stderr
    assert not home.exists()


def test_a_library_begun_with_own_papers_is_without_those_that_ship_and_says_so(tmp_path: Path) -> None:
    file = tmp_path / "bees.jsonl"
    file.write_text(BEES, "utf-8")
    home = tmp_path / "home"
    first, second = footnote(home, "ingest", str(file)), footnote(home, "ingest", str(file))
    assert f"starting a new library in {home / 'library'}; the papers that ship are not in it" in first.stderr
    assert "starting a new library" not in second.stderr
    assert "the library holds 1." in second.stderr


def test_ingest_with_no_path_makes_the_library_that_ships(tmp_path: Path) -> None:
    ran = footnote(tmp_path / "home", "ingest")
    assert ran.returncode == 0, ran.stderr
    assert "295 papers indexed; the library holds 295." in ran.stderr


def test_the_version_is_the_distributions(tmp_path: Path) -> None:
    ran = footnote(tmp_path, "--version")
    assert (ran.returncode, ran.stdout) == (0, f"footnote {version('footnote-qa')}\n")


def in_process(monkeypatch: pytest.MonkeyPatch, home: Path, *arguments: str) -> Result:
    """The same command without a process of its own, which costs seconds."""
    monkeypatch.setenv("FOOTNOTE_HOME", str(home))
    return CliRunner().invoke(app, list(arguments))


def test_ask_prints_the_format_that_is_asked_for(library_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    question = "What are Adaptive Chameleons?"
    printed = {
        form: in_process(monkeypatch, library_home, "ask", question, "--format", form).stdout
        for form in ("text", "markdown", "json", "bibtex", "ris")
    }
    answer = Answer.model_validate_json(printed["json"])
    assert printed["text"].rstrip("\n") == str(answer).rstrip("\n")
    assert printed["markdown"].rstrip("\n") == answer.to_markdown().rstrip("\n")
    assert printed["bibtex"].startswith("@")
    assert printed["ris"].startswith("TY  - ")


@pytest.mark.parametrize("form", ["text", "json", "bibtex"])
def test_a_refusal_has_an_exit_code_of_its_own(
    library_home: Path, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    ran = in_process(monkeypatch, library_home, "ask", "How is steel made from iron ore?", "--format", form)
    assert ran.exit_code == 3
    assert ("don't answer that" in ran.stdout) == (form != "bibtex")


def test_verbose_logs_each_step_on_standard_error(library_home: Path) -> None:
    question = "What are Adaptive Chameleons?"
    silent = footnote(library_home, "ask", question)
    ran = footnote(library_home, "-v", "ask", question)
    assert ran.stdout == silent.stdout
    assert "retrieve: " in ran.stderr
    assert "retrieve: " not in silent.stderr


def test_the_log_can_be_json(library_home: Path) -> None:
    ran = footnote(library_home, "-v", "ask", "What are Adaptive Chameleons?", FOOTNOTE_LOG="json")
    entries = [json.loads(line) for line in ran.stderr.splitlines() if line]
    assert "retrieve" in {entry["message"].split(":")[0] for entry in entries}
    assert all({"time", "level", "logger", "message"} <= entry.keys() for entry in entries)


@pytest.fixture(scope="module")
def authored_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose library has papers with authors and venues. Read only."""
    tmp_path = tmp_path_factory.mktemp("authored")
    lines = [
        {"id": "bees", "title": "Bees", "abstract": "Bees dance a lot.", "authors": ["Köhler, Anna"]},
        {"id": "ants", "title": "Ants", "abstract": "Ants dance a bit.", "authors": ["Li, Bo"]},
    ]
    file = tmp_path / "papers.jsonl"
    file.write_text("".join(json.dumps(line) + "\n" for line in lines))
    assert in_home(tmp_path / "home", "ingest", str(file)).exit_code == 0
    return tmp_path / "home"


def test_papers_are_printed_for_other_programs(authored_home: Path) -> None:
    ran = in_home(authored_home, "papers")
    assert [json.loads(line)["id"] for line in ran.stdout.splitlines()] == ["bees", "ants"]
    ran = in_home(authored_home, "papers", "--format", "bibtex", "--author", "koehler")
    assert "author = {Köhler, Anna}" in ran.stdout
    assert ran.stdout.count("@misc{") == 1
    assert "AU  - Li, Bo" in in_home(authored_home, "papers", "--format", "ris").stdout
    items = json.loads(in_home(authored_home, "papers", "--format", "csl", "--only", "ants").stdout)
    assert [item["author"] for item in items] == [[{"family": "Li", "given": "Bo"}]]


def test_an_author_that_no_paper_has_is_an_error_that_names_those_like_it(authored_home: Path) -> None:
    ran = in_home(authored_home, "search", "dance", "--author", "Kolher")
    assert str(ran.exception) == (
        "authors: no paper of the library has the author 'Kolher'; did you mean Anna Köhler?"
    )
    ran = in_home(authored_home, "search", "dance", "--author", "Köhler", "--json")
    assert [paper["id"] for paper in json.loads(ran.stdout)["papers"]] == ["bees"]
