"""The pages, as HTML."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from assay.server.site.html import Markup, joined, markup

NOTHING = Markup("")

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title} · Assay</title>
<link rel="stylesheet" href="/assets/site.css">
<link rel="icon" href="/assets/mark.svg" type="image/svg+xml">
</head>
<body>
<a class="skip" href="#main">Skip to content</a>
<header class="bar">
<a class="brand" href="/"><img src="/assets/mark.svg" alt="" width="28" height="28"><span>Assay</span></a>
{account}
</header>
<main id="main" class="{kind}">
{body}
</main>
<footer><p>Data trust is everything. <a href="/api/v1/openapi.json">OpenAPI</a></p></footer>
</body>
</html>
"""


@dataclass(frozen=True, slots=True)
class ProjectCard:
    """A project with its progress, as far as the viewer may see it."""

    id: UUID
    name: str
    state: str
    done: int | None
    total: int | None


@dataclass(frozen=True, slots=True)
class TenantCard:
    id: UUID
    name: str
    role: str
    projects: Sequence[ProjectCard]
    more: bool
    may_create_keys: bool
    unavailable: bool = False


@dataclass(frozen=True, slots=True)
class Person:
    name: str
    email: str
    operator: bool


def sign_in(message: str | None = None, email: str = "") -> Markup:
    body = markup(
        """<section class="card narrow">
<h1>Sign in</h1>
{message}
<form method="post" action="/sign-in">
<label for="email">E-mail</label>
<input id="email" name="email" type="email" autocomplete="username" required autofocus value="{email}">
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required>
<button type="submit">Sign in</button>
</form>
<p class="hint">No password yet? Use the one-time link that you were given.</p>
</section>""",
        message=_message(message),
        email=email,
    )
    return _page("Sign in", body, "centred")


def confirm_link(token: str) -> Markup:
    """A button, not a redirect: programs that look at links in messages do not press it."""
    body = markup(
        """<section class="card narrow">
<h1>Welcome</h1>
<p>This link signs you in once, in this browser.</p>
<form method="post" action="/sign-in/{token}"><button type="submit" autofocus>Sign in</button></form>
</section>""",
        token=token,
    )
    return _page("Sign in", body, "centred")


def message_page(title: str, text: str) -> Markup:
    body = markup(
        """<section class="card narrow"><h1>{title}</h1><p>{text}</p>
<p><a class="button" href="/">Go on</a></p></section>""",
        title=title,
        text=text,
    )
    return _page(title, body, "centred")


def home(person: Person, address: str, tenants: Sequence[TenantCard]) -> Markup:
    cards = joined([_tenant(tenant, address) for tenant in tenants])
    if not tenants:
        cards = markup(
            '<section class="card"><h2>No tenant yet</h2><p>{text}</p></section>',
            text="You run this installation: create tenants with the command line or the API."
            if person.operator
            else "Ask an owner of your organisation to make you a member.",
        )
    body = markup(
        """<div class="intro"><h1>Hello, {name}</h1>
<p>Signed in as <strong>{email}</strong>{operator}.</p></div>
{tenants}
{start}
{password}""",
        name=person.name or person.email.partition("@")[0],
        email=person.email,
        operator=", operator of this installation" if person.operator else "",
        tenants=cards,
        start=_start(address),
        password=_password(),
    )
    return _page("Home", body, "home", account=_account(person))


def new_key(person: Person, tenant: str, key: str, address: str) -> Markup:
    body = markup(
        """<section class="card"><h1>Your new API key</h1>
<p>It acts in <strong>{tenant}</strong> with your role. It is shown this once: keep it in a safe place.</p>
<pre class="key" tabindex="0" aria-label="API key"><code>{key}</code></pre>
<h2>Try it</h2>
<pre tabindex="0"><code>import assay

client = assay.connect("{address}", "{key}")</code></pre>
<p><a class="button" href="/">Done</a></p></section>""",
        tenant=tenant,
        key=key,
        address=address,
    )
    return _page("New API key", body, "home", account=_account(person))


def _tenant(tenant: TenantCard, address: str) -> Markup:
    if tenant.unavailable:
        inside = Markup('<p class="hint">This tenant cannot be opened right now.</p>')
    elif tenant.projects:
        rows = joined([_project(project) for project in tenant.projects])
        inside = markup('<ul class="projects">{rows}</ul>{more}', rows=rows, more=_more(tenant.more))
    else:
        inside = Markup('<p class="hint">No projects yet. The first one is one request away, see below.</p>')
    key = NOTHING
    if tenant.may_create_keys and not tenant.unavailable:
        key = markup(
            """<form method="post" action="/tenants/{id}/api-keys" class="inline">
<button type="submit" class="quiet">Create an API key<span class="hidden"> for {name}</span></button>
</form>""",
            id=tenant.id,
            name=tenant.name,
        )
    return markup(
        """<section class="card"><div class="head"><div><h2>{name}</h2>
<p class="hint">Your role: {role}</p></div>{key}</div>
{inside}
<p class="address"><span>API</span> <code>{address}/api/v1/tenants/{id}</code></p></section>""",
        name=tenant.name,
        role=tenant.role,
        key=key,
        inside=inside,
        address=address,
        id=tenant.id,
    )


def _project(project: ProjectCard) -> Markup:
    state = NOTHING
    if project.state != "active":
        state = markup(' <span class="tag">{state}</span>', state=project.state)
    return markup(
        '<li><div class="row"><span class="name">{name}{state}</span>{count}</div>{bar}</li>',
        name=project.name,
        state=state,
        count=_count(project),
        bar=_bar(project),
    )


def _count(project: ProjectCard) -> Markup:
    if project.done is None or project.total is None:
        return NOTHING
    return markup(
        '<span class="count">{done} of {total} tasks</span>',
        done=f"{project.done:,}",
        total=f"{project.total:,}",
    )


def _bar(project: ProjectCard) -> Markup:
    if project.done is None or not project.total:
        return NOTHING
    return markup(
        '<progress max="{total}" value="{done}" aria-label="Progress of {name}">{percent} %</progress>',
        total=project.total,
        done=project.done,
        name=project.name,
        percent=100 * project.done // project.total,
    )


def _start(address: str) -> Markup:
    return markup(
        """<section class="card"><h2>What to do next</h2>
<ol class="steps">
<li>Create an API key above and keep it in a safe place.</li>
<li>Connect from Python:
<pre tabindex="0"><code>import assay

client = assay.connect("{address}", "assay_…")</code></pre></li>
<li>Make a project, import data, invite annotators: everything is in the
<a href="/api/v1/openapi.json">API description</a>.</li>
</ol></section>""",
        address=address,
    )


def _password() -> Markup:
    return Markup(
        """<section class="card"><h2>Your password</h2>
<p class="hint">The link that you were given works once. Set a password to come back.</p>
<form method="post" action="/password" class="account">
<label for="current">Current password</label>
<input id="current" name="current" type="password" autocomplete="current-password" aria-describedby="fresh">
<p class="hint" id="fresh">Not needed within ten minutes of signing in.</p>
<label for="new">New password, at least 12 characters</label>
<input id="new" name="new" type="password" autocomplete="new-password" minlength="12" required>
<button type="submit">Set password</button></form></section>"""
    )


def _more(more: bool) -> Markup:
    return Markup('<p class="hint">There are more projects than fit here.</p>') if more else NOTHING


def _message(message: str | None) -> Markup:
    return NOTHING if message is None else markup('<p class="error" role="alert">{text}</p>', text=message)


def _account(person: Person) -> Markup:
    return markup(
        """<form method="post" action="/sign-out" class="inline"><span class="who">{email}</span>
<button type="submit" class="quiet">Sign out</button></form>""",
        email=person.email,
    )


def _page(title: str, body: Markup, kind: str, account: Markup = NOTHING) -> Markup:
    return markup(_PAGE, title=title, body=body, kind=kind, account=account)
