"""The page on which users sign in, and the one that says who is signed in. They have no script."""

from __future__ import annotations

from html import escape

from footnote.ui import strings

_STYLE = """
:root { color-scheme: light dark; --ink: #22201c; --paper: #faf8f4; --line: #8a8479; --fault: #a11d12 }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e9e5dd; --paper: #181715; --line: #8f897e; --fault: #ff9d92 }
}
body { margin: 0; font: 1rem/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper) }
main { max-width: 22rem; margin: 12vh auto 0; padding: 0 1rem }
h1 { font-size: 1.5rem; margin: 0 }
label { display: block; margin-top: 1rem }
input, button { box-sizing: border-box; width: 100%; min-height: 2.75rem; padding: .4rem .6rem }
input, button { font: inherit }
input { border: 1px solid var(--line); border-radius: 4px; color: inherit; background: transparent }
button { margin-top: 1.5rem; border: 0; border-radius: 4px; color: var(--paper); background: var(--ink) }
:is(input, button, a):focus-visible { outline: 3px solid #2f6fde; outline-offset: 2px }
a { color: inherit }
[role=alert] { color: var(--fault); margin: 1rem 0 0 }
"""


def sign_in_page(problem: str = "", name: str = "") -> str:
    """The form. problem: why the last attempt failed. name: the name that was sent."""
    alert = f'<p role="alert" id="problem">{escape(problem)}</p>' if problem else ""
    wrong = ' aria-invalid="true" aria-describedby="problem"' if problem else ""
    return _document(
        strings.SIGN_IN,
        f"""{alert}
<form method="post" action="login">
<label for="name">{strings.USER_NAME}</label>
<input id="name" name="name" value="{escape(name[:64])}" autocomplete="username" autocapitalize="none"
 spellcheck="false" maxlength="64" required{wrong}{"" if name else " autofocus"}>
<label for="password">{strings.PASSWORD}</label>
<input id="password" name="password" type="password" autocomplete="current-password" maxlength="1000"
 required{wrong}{" autofocus" if name else ""}>
<button>{strings.SIGN_IN}</button>
</form>""",
    )


def signed_in_page(name: str, *, sign_out: bool = True) -> str:
    """Who is signed in. sign_out: whether with a button to sign out, or by a proxy that has its own."""
    button = f'<form method="post" action="logout"><button>{strings.SIGN_OUT}</button></form>'
    return _document(
        strings.ACCOUNT,
        f"""<p>{strings.SIGNED_IN.format(name=f"<strong>{escape(name)}</strong>")}
<a href="./">{strings.TO_THE_PAGE}</a></p>{button if sign_out else ""}""",
    )


def _document(title: str, body: str) -> str:
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title} · {strings.TITLE}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{_STYLE}</style></head><body><main><h1>{strings.TITLE}</h1>"
        f"<p>{strings.TAGLINE}</p>{body}</main></body></html>"
    )
