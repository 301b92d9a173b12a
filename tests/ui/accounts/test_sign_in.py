"""The sign-in, over HTTP: who gets in, how, as what, and that guessing is slowed."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from footnote.rag.settings import Settings, SettingsError, load_settings
from footnote.ui.accounts import sign_in, users, visitors
from footnote.ui.accounts.policy import OpenToStrangers, Policy
from footnote.ui.accounts.rates import TooMany
from footnote.ui.serving import middleware

RIGHT = {"name": "ada", "password": "correct horse"}
PROGRAM = {"Authorization": "Bearer ada:correct horse"}
ASK = "/gradio_api/run/ask"


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(users, "_COST", 2)  # the real cost is a third of a second a check
    file = tmp_path / "users.txt"
    users.add(file, "ada", "curator", "correct horse")
    users.add(file, "ben", "reader", "battery staple")
    return file


@contextmanager
def served(host: str = "127.0.0.1", *, client: str = "192.0.2.7", **settings: Any) -> Iterator[TestClient]:
    """A server that replies who its visitor is."""

    def reply(request: Request) -> PlainTextResponse:
        visitor = visitors.current()
        try:
            visitor.count_question()
        except TooMany as error:
            return PlainTextResponse(str(error), 429)
        return PlainTextResponse(f"{visitor.name or visitor.key} {visitor.may_change}")

    policy = Policy.of(load_settings(**settings), host, open_to_all=True)
    routes = [Route("/{path:path}", reply, methods=["GET", "POST"])]
    app = Starlette(routes=routes, middleware=middleware(host, (), policy))
    address = "http://127.0.0.1"
    with TestClient(app, base_url=address, follow_redirects=False, client=(client, 1)) as opened:
        yield opened


@pytest.mark.parametrize(("method", "path", "status"), [
    ("GET", "/", 303),
    ("GET", "/config", 401),
    ("GET", "/assets/index.js", 401),
    ("POST", "/gradio_api/queue/join", 401),
    ("GET", "/gradio_api/queue/data", 401),
    ("POST", "/gradio_api/upload", 401),
    ("POST", ASK, 401),
    ("GET", "/gradio_api/openapi.json", 401),
    ("POST", "/gradio_api/mcp", 401),
    ("POST", "/v1/chat/completions", 401),
    ("GET", "/v1/models", 401),
    ("GET", "/health", 200),
    ("GET", "/shared/abc", 200),  # its address is a secret that somebody shared
    ("GET", "/login", 200),
    ("GET", "/logout", 404),
])  # fmt: skip
def test_who_isnt_signed_in_gets_the_sign_in_page_alone(
    file: Path, method: str, path: str, status: int
) -> None:
    with served(users=file) as client:
        assert client.request(method, path).status_code == status


def test_a_user_signs_in_with_a_new_session_and_out(file: Path) -> None:
    with served(users=file) as client:
        client.cookies.set(sign_in.COOKIE, "chosen-by-somebody-else")
        entered = client.post("/login", data=RIGHT)
        assert (entered.status_code, entered.headers["location"]) == (303, "/")
        cookie = entered.headers["set-cookie"]
        assert "chosen-by-somebody-else" not in cookie
        assert all(part in cookie for part in ("HttpOnly", "SameSite=lax", "Path=/", "Max-Age="))
        assert "Secure" not in cookie
        client.cookies.clear()
        token = cookie.partition("=")[2].partition(";")[0].strip('"')
        signed_in = {"Cookie": f"{sign_in.COOKIE}={token}"}
        assert client.get("/", headers=signed_in).text == "ada True"
        assert "You are signed in as <strong>ada</strong>" in client.get("/login", headers=signed_in).text
        left = client.post("/logout", headers=signed_in)
        assert (left.status_code, "Max-Age=0" in left.headers["set-cookie"]) == (303, True)
        assert client.get("/", headers=signed_in).status_code == 303  # the stolen cookie is worth nothing


def test_over_tls_the_cookie_never_goes_unprotected(file: Path) -> None:
    with served(users=file, host="127.0.0.1") as client:
        client.base_url = "https://127.0.0.1"
        assert "Secure" in client.post("/login", data=RIGHT).headers["set-cookie"]


def test_a_session_is_of_the_role_that_the_file_has_now(file: Path) -> None:
    with served(users=file) as client:
        client.post("/login", data=RIGHT)
        users.add(file, "ada", "reader", "correct horse")
        assert client.get("/").status_code == 303  # a new hash ends sessions, too
        client.post("/login", data=RIGHT)
        assert client.get("/").text == "ada False"


@pytest.mark.parametrize("data", [
    {"name": "ada", "password": "wrong"},
    {"name": "eve", "password": "correct horse"},
    {"name": "<script>", "password": "x"},
    {},
    {"name": "ada", "password": "x" * 20_000},
])  # fmt: skip
def test_wrong_words_open_nothing_and_dont_say_which_is_wrong(file: Path, data: dict[str, str]) -> None:
    with served(users=file) as client:
        refused = client.post("/login", data=data)
        assert (refused.status_code, "set-cookie" in refused.headers) == (401, False)
        assert "The name or the password is wrong." in refused.text
        assert "<script>" not in refused.text


def test_programs_send_their_password_in_either_form(file: Path) -> None:
    basic = base64.b64encode(b"ada:correct horse").decode()
    with served(users=file) as client:
        for value in (f"Basic {basic}", "Bearer ada:correct horse", "bearer ada:correct horse"):
            assert client.post(ASK, headers={"Authorization": value}).text == "ada True"
        for value in ("Basic !", "Basic YWRh", "Bearer ada", "Bearer ada:wrong", "Digest ada:correct horse"):
            assert client.post(ASK, headers={"Authorization": value}).status_code == 401
        assert "set-cookie" not in client.post(ASK, headers=PROGRAM).headers
        users.remove(file, "ada")
        assert client.post(ASK, headers=PROGRAM).status_code == 401


Try = Callable[[TestClient, str], int]


@pytest.mark.parametrize("attempt", [
    lambda client, password: client.post("/login", data={"name": "ada", "password": password}).status_code,
    lambda client, password: client.post(
        ASK, headers={"Authorization": f"Bearer ada:{password}"}
    ).status_code,
], ids=["form", "program"])  # fmt: skip
def test_guessing_is_slowed_and_users_who_are_in_stay_in(file: Path, attempt: Try) -> None:
    with served(users=file) as client:
        assert client.post(ASK, headers=PROGRAM).status_code == 200
        statuses = [attempt(client, f"guess {n}") for n in range(12)]
        assert statuses == [401] * sign_in.FAILURES_BY_ADDRESS + [429] * 2
        ben = {"name": "ben", "password": "battery staple"}
        late = client.post("/login", data=ben)  # the right one isn't checked either
        assert (late.status_code, int(late.headers["retry-after"]) > 0) == (429, True)
        assert "Try again in" in late.text
        assert client.post(ASK, headers=PROGRAM).status_code == 200


def test_guessing_one_name_from_many_addresses_is_slowed(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sign_in, "FAILURES_BY_ADDRESS", 1000)
    monkeypatch.setattr(sign_in, "FAILURES_BY_NAME", 3)
    with served(users=file) as client:
        wrong = {"name": "ada", "password": "wrong"}
        assert [client.post("/login", data=wrong).status_code for _ in range(4)] == [401, 401, 401, 429]
        ben = {"name": "ben", "password": "battery staple"}
        assert client.post("/login", data=ben).status_code == 303


def test_a_proxy_names_its_user_in_one_header(file: Path) -> None:
    with served(trust_header="X-Remote-User") as client:
        assert client.get("/", headers={"X-Remote-User": "carl"}).text == "carl False"
        assert client.get("/").status_code == 303
        assert client.get("/login").status_code == 404
        assert "signed in as <strong>&lt;b&gt;" in client.get("/login", headers={"X-Remote-User": "<b>"}).text
        twice = [("X-Remote-User", "ada"), ("X-Remote-User", "carl")]
        assert client.get("/config", headers=twice).status_code == 401  # type: ignore[arg-type]
    with served(trust_header="X-Remote-User", users=file) as client:
        assert client.get("/", headers={"X-Remote-User": "ada"}).text == "ada True"
        assert client.get("/", headers={"X-Remote-User": "ben"}).text == "ben False"


@pytest.mark.parametrize(("host", "uploads", "login", "ada", "ben"), [
    ("127.0.0.1", None, False, True, True),
    ("0.0.0.0", None, False, False, False),
    ("127.0.0.1", None, True, True, False),
    ("0.0.0.0", None, True, True, False),
    ("127.0.0.1", "off", True, False, False),
    ("127.0.0.1", "off", False, False, False),
    ("0.0.0.0", "all", True, True, True),
    ("0.0.0.0", "all", False, True, True),
    ("127.0.0.1", "curators", False, False, False),
])  # fmt: skip
def test_who_may_change_the_library(
    file: Path, host: str, uploads: str | None, login: bool, ada: bool, ben: bool
) -> None:
    with served(host, uploads=uploads, users=file if login else None) as client:
        for name, password, may in (("ada", "correct horse", ada), ("ben", "battery staple", ben)):
            headers = {"Authorization": f"Bearer {name}:{password}"} if login else {}
            assert client.get("/", headers=headers).text.endswith(f" {may}")
            sent = client.post("/gradio_api/upload", headers=headers)
            assert sent.status_code == (200 if may else 403)


def test_questions_are_counted_for_each_visitor(file: Path) -> None:
    with served(rate=2) as client:
        assert [client.post(ASK).status_code for _ in range(3)] == [200, 200, 429]
    with served(rate=1, users=file) as client:
        ben = {"Authorization": "Bearer ben:battery staple"}
        assert [client.post(ASK, headers=h).status_code for h in (PROGRAM, PROGRAM, ben)] == [200, 429, 200]


def test_one_home_with_many_addresses_is_one_visitor() -> None:
    policy = Policy()
    assert policy.stranger("2001:db8::1").key == policy.stranger("2001:db8::2").key
    assert policy.stranger("2001:db8:0:1::1").key != policy.stranger("2001:db8::2").key
    assert policy.stranger("192.0.2.1").key != policy.stranger("192.0.2.2").key


def test_a_users_file_that_breaks_while_serving_lets_nobody_in(
    file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with served(users=file) as client:
        client.post("/login", data=RIGHT)
        file.write_text("nonsense\n")
        reply = client.get("/")
        assert (reply.status_code, "users.txt" in reply.text) == (503, False)
        assert "users.txt:1" in caplog.text


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "papers.example.org"])
def test_a_network_is_served_with_a_login_or_by_an_explicit_word(file: Path, host: str) -> None:
    with pytest.raises(OpenToStrangers, match=r"FOOTNOTE_USERS.*FOOTNOTE_TRUST_HEADER.*--open"):
        Policy.of(Settings(), host)
    assert Policy.of(Settings(users=file), host).login
    assert Policy.of(Settings(trust_header="X-User"), host).login
    assert not Policy.of(Settings(), host, open_to_all=True).login


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "::1", "[::1]", "localhost"])
def test_loopback_needs_no_login(host: str) -> None:
    assert not Policy.of(Settings(), host).login


@pytest.mark.parametrize(("name", "value"), [
    ("TRUST_HEADER", "X User"), ("UPLOADS", "some"), ("RATE", "0"), ("RATE", "many"),
])  # fmt: skip
def test_settings_that_cannot_be_used_are_named(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"FOOTNOTE_{name}", value)
    with pytest.raises(SettingsError, match=f"FOOTNOTE_{name}"):
        Settings()
