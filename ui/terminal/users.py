"""`footnote users`: who may sign in to a served page."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from footnote.console import err
from footnote.rag.settings import load_settings
from footnote.ui.accounts import users
from footnote.ui.accounts.users import UsersError

users_app = typer.Typer(
    help="Users who may sign in to a served page, in FOOTNOTE_USERS.", no_args_is_help=True
)


@users_app.command("add")
def add_user(
    name: Annotated[str, typer.Argument(help="Letters, digits and . _ @ + -")],
    curator: Annotated[bool, typer.Option(help="May add papers, and remove them.")] = False,
    password: Annotated[
        bool, typer.Option(help="Ask for a password; without one only a proxy can sign the user in.")
    ] = True,
) -> None:
    """Add a user or replace them; the password is asked for, or read from standard input."""
    chosen = _read_password() if password else None
    new = users.add(_file(), name, "curator" if curator else "reader", chosen)
    err.print(f"{name} is {'added' if new else 'replaced'} as a {'curator' if curator else 'reader'}.")


@users_app.command("remove")
def remove_user(name: str) -> None:
    """Remove a user; they are signed out at once."""
    users.remove(_file(), name)
    err.print(f"{name} is removed.")


@users_app.command("list")
def list_users() -> None:
    """List names and roles."""
    for user in users.Users(_file()).all().values():
        typer.echo(f"{user.name}\t{user.role}")


def _file() -> Path:
    file = load_settings().users
    if file is None:
        raise UsersError("FOOTNOTE_USERS isn't set: set it to the file of the users, such as users.txt")
    return file


def _read_password() -> str:
    """Never from an argument: other users of the machine can read those, and shells store them."""
    if sys.stdin.isatty():
        chosen: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
        return chosen
    return sys.stdin.readline().rstrip("\r\n")
