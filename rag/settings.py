"""Settings: typed, from the environment (`FOOTNOTE_…`) or the constructor; unknown names are refused."""

from __future__ import annotations

import difflib
import hashlib
import json
import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

from platformdirs import user_data_path
from pydantic import AliasChoices, Field, SecretStr, ValidationError, field_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from pydantic_settings import SettingsError as UnreadableSettings

from footnote.rag.reader import Reader
from footnote.store.chroma_server import ChromaServer
from footnote.store.embedders import DEFAULT, parse_choice
from footnote.store.errors import FootnoteError
from footnote.store.papers import Frozen

PREFIX = "FOOTNOTE_"
Mode = Literal["auto", "extractive", "llm"]
_MODEL_PAPERS, _QUOTED_PAPERS = 16, 8
_HOPELESS = 0.05
_HOST_NAME = re.compile(r"[\w.-]{1,253}|\[?[0-9A-Fa-f:.]{2,45}\]?")
"""Confidence under which a model isn't asked either."""


class SettingsError(FootnoteError):
    """A setting has an unknown name or a value that can't be used."""


class Price(Frozen):
    """US dollars for a million tokens sent and received."""

    prompt: float = Field(ge=0)
    completion: float = Field(ge=0)


class Settings(BaseSettings):
    """How Footnote works. Each field `x` is read from `FOOTNOTE_X`, unless it is passed.

    The key and the address of the chat model are read from `OPENAI_API_KEY` and
    `OPENAI_BASE_URL`, as other tools do. A variable that is empty counts as unset.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, frozen=True, extra="forbid", populate_by_name=True
    )

    home: Path = Field(
        default_factory=lambda: user_data_path("footnote", appauthor=False),
        description="Folder of the library and of all other data that is kept.",
    )
    conversations_url: SecretStr | None = Field(
        None,
        description="Database of conversations and feedback, which several servers may share: "
        "postgresql://USER:PASSWORD@HOST/NAME. Default: a SQLite file in the home.",
    )
    mode: Mode = Field("auto", description="auto composes with a model where one is set.")

    embedder: str = Field(
        DEFAULT,
        description="What turns texts into vectors: minilm (ships), openai:MODEL (an OpenAI-compatible "
        "server, by OPENAI_BASE_URL and OPENAI_API_KEY) or fastembed:MODEL. A change needs a rebuild.",
    )

    chroma_url: str | None = Field(
        None,
        description="A Chroma server or cluster that holds the dense index: http://HOST:PORT, or https for "
        "TLS. Default: a folder of the library. A library is copied to it by `footnote ingest`.",
    )
    chroma_token: SecretStr | None = Field(None, description="Token that the Chroma server asks for.")
    chroma_tenant: str = Field("default_tenant", description="Tenant of the Chroma server.")
    chroma_database: str = Field("default_database", description="Database of the Chroma server.")

    # Retrieval
    candidates: int = Field(100, ge=10, le=1000, description="Passages and papers that each index proposes.")
    ranking: Literal["learned", "sum"] = Field(
        "learned", description="All signals with learned weights, or the two indexes' scores alone."
    )
    lens: bool = Field(True, description="Whether the library's lens is applied to questions.")
    expand: Literal["off", "question", "abstract"] | None = Field(
        None,
        description="What a model adds to the search: the question in other words, or an imagined abstract. "
        "Default: abstract where a chat model composes, else off.",
    )
    papers: int | None = Field(
        None,
        ge=1,
        le=50,
        description="Papers shown to the composer, as many as the prompt holds. Default: 16 for a model, 8 "
        "to quote from.",
    )
    nearest: int = Field(3, ge=1, le=20, description="Papers named when the library doesn't answer.")
    refuse_below: float = Field(
        0.3,
        ge=0,
        le=1,
        description="Confidence under which Footnote declines to quote. A model that composes declines by "
        "itself, and is asked from 0.05 on.",
    )
    answer_from: float = Field(
        0.8,
        ge=0,
        le=1,
        description="Chance that the best paper answers from which its quotes count as an answer. Below it "
        "they are shown as the closest passages. A model that composes decides by itself.",
    )
    max_quotes: int = Field(
        3, ge=1, le=20, description="Quotes of an extractive answer about one thing, at most."
    )
    max_question_chars: int = Field(4000, ge=100, le=100_000)

    # Chat model
    model: str | None = Field(None, description="Name of the chat model, as its server knows it.")
    models: tuple[str, ...] = Field((), description="Models that readers of the page may choose, as JSON.")
    model_provider: str = Field("openai", description="langchain's name of the provider.")
    openai_api_key: SecretStr | None = Field(
        None, validation_alias=AliasChoices("openai_api_key", "OPENAI_API_KEY")
    )
    openai_base_url: str | None = Field(
        None, validation_alias=AliasChoices("openai_base_url", "OPENAI_BASE_URL")
    )
    temperature: float | None = Field(None, ge=0, le=2, description="None: the server's default.")
    condense: Literal["auto", "rule"] = Field(
        "auto", description="auto lets the model, where one composes, make follow-ups stand alone."
    )
    history_tokens: int = Field(1000, ge=0, le=100_000, description="Tokens of a conversation sent at most.")
    reader: Reader = Field(Reader(), description="The reader that answers are written for, as JSON.")
    verifier: str | None = Field(
        None,
        description="What judges claims: model, rules (nothing does), or a folder with an NLI classifier "
        "as ONNX. Default: model where a chat model is set, else rules.",
    )
    verifier_model: str | None = Field(
        None, description="Chat model that judges; default: the one that composes."
    )
    prompt_tokens: int = Field(12_000, ge=2500, le=1_000_000, description="Largest prompt sent.")
    answer_tokens: int = Field(1500, ge=50, le=100_000, description="Longest reply asked for.")
    model_stall_s: float = Field(30, gt=0, le=600, description="Longest silence of the model.")
    answer_deadline_s: float = Field(
        120, gt=0, le=3600, description="Longest time that all calls of one answer take."
    )
    model_retries: int = Field(
        2, ge=0, le=10, description="How often a failed call is retried, where that may help."
    )
    model_calls: int = Field(4, ge=1, le=256, description="Calls at the same time, in this process.")
    cache_mb: int = Field(
        100,
        ge=0,
        le=100_000,
        description="Disk space for cached replies; 0: no cache.",
    )
    prices: Mapping[str, Price] = Field({}, description="US dollars for a million tokens, by model, as JSON.")

    log: Literal["text", "json"] = Field("text", description="Form of the log on standard error.")

    # Page
    host: str = "127.0.0.1"
    port: int = Field(7860, ge=1, le=65535)
    allowed_hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="Further host names by which the page may be reached, with commas between them, such as "
        "that of a proxy in front.",
    )
    users: Path | None = Field(
        None,
        description="File of the users who may sign in to a served page: `footnote users add NAME` makes it.",
    )
    trust_header: str | None = Field(
        None,
        pattern=r"^[A-Za-z0-9-]{1,64}$",
        description="Header in which a proxy in front names the user that it signed in.",
    )
    uploads: Literal["off", "curators", "all"] | None = Field(
        None,
        description="Who may add and remove papers on a served page. Default: all on loopback without a "
        "login, else curators.",
    )
    rate: int | None = Field(
        None, ge=1, le=10_000, description="Questions a minute that a visitor may ask. Default: no limit."
    )

    def __init__(self, **values: Any) -> None:
        """Settings from the environment, `values` first.

        Raises SettingsError, which names the variable and the fix, for an unknown name (passed or in
        the environment), a value out of range, or mode `llm` without a model.
        """
        _refuse_unknown(values)
        try:
            super().__init__(**values)
        except ValidationError as error:
            raise SettingsError("; ".join(map(_problem, error.errors()))) from None  # the cause shows values
        except UnreadableSettings as error:  # a value that should be JSON isn't
            name = next((f for f in type(self).model_fields if f'"{f}"' in str(error)), "a setting")
            raise SettingsError(f"{_variable(name)}: the value isn't JSON, and must be") from None
        if self.mode == "llm" and not self.model:
            raise SettingsError(f"mode llm needs a chat model: set {PREFIX}MODEL")
        if self.verifier == "model" and not (self.model or self.verifier_model):
            raise SettingsError(
                f"{PREFIX}VERIFIER: model needs a chat model: set {PREFIX}VERIFIER_MODEL or {PREFIX}MODEL"
            )

    @field_validator("home", "users")
    @classmethod
    def _whole_path(cls, path: Path | None) -> Path | None:
        try:
            return path and path.expanduser().absolute()
        except RuntimeError as error:  # no such user
            raise ValueError(f"{error}: give the path in full") from error

    @field_validator("allowed_hosts", mode="before")
    @classmethod
    def _host_names(cls, value: object) -> object:
        names = value.split(",") if isinstance(value, str) else value
        if isinstance(names, list | tuple):
            names = tuple(name.strip() for name in names if str(name).strip())
            if wrong := [name for name in names if not _HOST_NAME.fullmatch(name)]:
                raise ValueError(f"{wrong[0]!r} is no host name: give it without scheme, port and path")
        return names

    @field_validator("embedder")
    @classmethod
    def _known_embedder(cls, embedder: str) -> str:
        parse_choice(embedder)
        return embedder.strip()

    @field_validator("chroma_url")
    @classmethod
    def _chroma_address(cls, url: str | None) -> str | None:
        if url is not None:
            ChromaServer(url)
        return url

    @field_validator("verifier")
    @classmethod
    def _known_verifier(cls, verifier: str | None) -> str | None:
        if verifier in (None, "model", "rules") or Path(verifier).expanduser().is_dir():
            return verifier
        raise ValueError(f"{verifier!r} is neither model nor rules nor a folder with a classifier")

    @property
    def library(self) -> Path:
        """Folder of the catalog and both indexes."""
        return self.home / "library"

    @property
    def chroma_server(self) -> ChromaServer | None:
        """The server of the dense index, None for a folder of the library."""
        if self.chroma_url is None:
            return None
        token = self.chroma_token.get_secret_value() if self.chroma_token else None
        return ChromaServer(self.chroma_url, token, self.chroma_tenant, self.chroma_database)

    @property
    def resolved_mode(self) -> Literal["extractive", "llm"]:
        """The mode in use: `auto` is `llm` where a model is set, else `extractive`."""
        if self.mode == "auto":
            return "llm" if self.model else "extractive"
        return self.mode

    @property
    def resolved_verifier(self) -> str:
        """`model`, `rules`, or the folder of a classifier."""
        if self.verifier is None:
            return "model" if self.model or self.verifier_model else "rules"
        if self.verifier in ("model", "rules"):
            return self.verifier
        return str(Path(self.verifier).expanduser().absolute())

    @property
    def resolved_expand(self) -> Literal["off", "question", "abstract"]:
        """What a model adds to the search; `off` where none composes."""
        return (self.expand or "abstract") if self.resolved_mode == "llm" else "off"

    @property
    def resolved_papers(self) -> int:
        """How many papers are shown to the composer in use."""
        return self.papers or (_MODEL_PAPERS if self.resolved_mode == "llm" else _QUOTED_PAPERS)

    @property
    def resolved_refuse_below(self) -> float:
        """The confidence under which the composer in use isn't asked: a model declines by itself."""
        if self.resolved_mode == "llm":
            return min(self.refuse_below, _HOPELESS)
        return self.refuse_below

    def changed(self, **changes: Any) -> Settings:
        """A copy with other values of these fields, checked. Raises SettingsError."""
        return Settings(**{name: getattr(self, name) for name in type(self).model_fields} | changes)

    def shaping(self) -> dict[str, Any]:
        """Everything that shapes an answer, as JSON has it (no keys, addresses, folders)."""
        excluded = {"home", "openai_api_key", "openai_base_url", "host", "port", "allowed_hosts", "log"}
        excluded |= {"users", "trust_header", "uploads", "rate"}
        excluded |= {"conversations_url", "chroma_url", "chroma_token", "chroma_tenant", "chroma_database"}
        excluded |= {"models", "model_retries", "model_calls", "cache_mb", "prices"}
        return self.model_dump(mode="json", exclude=excluded)

    def digest(self) -> str:
        """A short hash of `shaping`."""
        return hashlib.sha256(json.dumps(self.shaping(), sort_keys=True).encode()).hexdigest()[:12]


def load_settings(**overrides: Any) -> Settings:
    """`Settings(**overrides)`, by another name."""
    return Settings(**overrides)


def _refuse_unknown(values: Mapping[str, Any]) -> None:
    """Raises SettingsError for an unknown name, and suggests the likely one."""
    fields = sorted(Settings.model_fields)
    variables = [PREFIX + name.upper() for name in fields if not name.startswith("openai")]
    in_environment = [name for name in sorted(os.environ) if name.upper().startswith(PREFIX)]
    for name in in_environment:
        if name.upper() not in variables:
            raise SettingsError(_unknown(name, name.upper(), variables))
    for name in values:
        if name.lower() not in fields and not name.startswith("_"):
            raise SettingsError(_unknown(name, name.lower(), fields))


def _unknown(name: str, spelled: str, known: Sequence[str]) -> str:
    close = difflib.get_close_matches(spelled, known, 1)
    hint = f"did you mean {close[0]}?" if close else f"known: {', '.join(known)}"
    return f"{name} is no setting of Footnote; {hint}"


def _problem(error: ErrorDetails) -> str:
    field, *inside = map(str, error["loc"])
    return f"{' '.join([_variable(field), *inside])}: {error['msg']}"


def _variable(field: str) -> str:
    return field.upper() if field.lower().startswith("openai") else PREFIX + field.upper()
