from __future__ import annotations

import stat
import time
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.control.api_keys.token import digest_of, new_key_text, parse_key, visible_prefix
from assay.control.installation_keys import InstallationKeys
from assay.control.recent import Recent
from assay.control.text import clean_email, clean_name, email_key
from assay.control.tokens import new_token, token_digest
from assay.errors import IntegrityError, InvalidInput
from assay.identifiers import new_id


@given(st.uuids())
def test_a_key_says_which_it_is(key: UUID) -> None:
    text = new_key_text(key)
    presented = parse_key(text)
    assert presented is not None
    assert (presented.id, presented.digest) == (key, digest_of(text))
    assert text.startswith(visible_prefix(key) + "_")


@given(st.integers(0, 84), st.characters())
def test_one_changed_character_is_noticed(position: int, character: str) -> None:
    text = new_key_text(new_id())
    changed = text[:position] + character + text[position + 1 :]
    presented = parse_key(changed)
    assert changed == text or presented is None


@given(st.text())
def test_any_other_text_is_no_key(text: str) -> None:
    assert parse_key(text) is None
    assert len(token_digest(text)) == 32


def test_parsing_is_quick() -> None:
    text = new_key_text(new_id())
    began = time.process_time()
    for _ in range(5_000):
        parse_key(text)
    assert (time.process_time() - began) / 5_000 < 60e-6


def test_tokens_have_256_bits_and_do_not_repeat() -> None:
    tokens = {new_token() for _ in range(100)}
    assert len(tokens) == 100
    assert {len(token) for token in tokens} == {43}


@pytest.mark.parametrize("email", ["a@b", " Ada@Example.org ", "jürgen@bücher.example"])
def test_addresses(email: str) -> None:
    assert clean_email(email) == email.strip()


@pytest.mark.parametrize(
    "email", ["", "a", "@", "a@", "a b@c", "a@b@c", "a\n@b", "x" * 320 + "@y", "a\ud800@b"]
)
def test_what_is_no_address(email: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        clean_email(email)
    assert caught.value.problems[0].path == "/email"


@given(st.text())
def test_addresses_are_compared_without_case_and_once_folded_stay_so(text: str) -> None:
    assert email_key(email_key(text)) == email_key(text)


def test_addresses_that_look_the_same_are_the_same() -> None:
    assert email_key("ADA@Example.org") == email_key(" ada@example.ORG")
    assert email_key("Ju\u0308rgen@x.example") == email_key("JÜRGEN@x.example")


@pytest.mark.parametrize("name", ["", "  ", "x" * 201, "a\x00b"])
def test_what_is_no_name(name: str) -> None:
    with pytest.raises(InvalidInput):
        clean_name(name, "/name")


def test_installation_keys_are_made_once_and_private(tmp_path: Path) -> None:
    path = tmp_path / "home" / "installation.json"
    first = InstallationKeys.load_or_create(path)
    again = InstallationKeys.load_or_create(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert (first.id, first.derive("a")) == (again.id, again.derive("a"))
    assert first.derive("a") != first.derive("b")
    assert InstallationKeys.load_or_create(tmp_path / "other.json").derive("a") != first.derive("a")


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b"null", b'{"version": 2}', b"\xff"])
def test_a_damaged_key_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "installation.json"
    path.touch(mode=0o600)
    path.write_bytes(content)
    with pytest.raises(IntegrityError):
        InstallationKeys.load_or_create(path)
    assert path.read_bytes() == content


def test_a_key_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "installation.json"
    InstallationKeys.load_or_create(path)
    path.chmod(0o640)
    with pytest.raises(IntegrityError):
        InstallationKeys.load_or_create(path)


def test_recent_answers_age_and_are_forgotten() -> None:
    now = 0.0
    recent: Recent[str, int] = Recent(5.0, lambda: now)
    recent.put("a", 1, recent.ticket())
    now = 4.9
    assert recent.get("a") == 1
    now = 5.0
    assert recent.get("a") is None
    ticket = recent.ticket()
    recent.forget()
    recent.put("a", 1, ticket)  # read before something was revoked: not kept
    assert recent.get("a") is None
