"""The few texts that people type into the control plane: names and addresses."""

from __future__ import annotations

import re
import unicodedata

from assay.errors import InvalidInput, Problem

MAXIMUM_NAME_LENGTH = 200
MAXIMUM_EMAIL_LENGTH = 320

_EMAIL = re.compile(r"[^\s@<>\"(),:;\[\\\]]+@[^\s@<>\"(),:;\[\\\]]+")


def clean_name(name: str, path: str, *, may_be_empty: bool = False) -> str:
    """`name` in Unicode form NFC without blanks around it; InvalidInput at `path` when it is no name.

    A name has 1 to 200 code points (0 where `may_be_empty`) and no control characters.
    """
    cleaned = unicodedata.normalize("NFC", name).strip()
    if not cleaned and not may_be_empty:
        raise _invalid(path, "required", "A name must not be empty.")
    if len(cleaned) > MAXIMUM_NAME_LENGTH:
        raise _invalid(path, "too-long", f"A name has at most {MAXIMUM_NAME_LENGTH} characters.")
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in cleaned):
        raise _invalid(path, "control-character", "A name must not hold control characters.")
    return cleaned


def clean_email(email: str, path: str = "/email") -> str:
    """`email` without blanks around it; InvalidInput at `path` when it does not look like name@host."""
    cleaned = unicodedata.normalize("NFC", email).strip()
    printable = all(unicodedata.category(character) not in ("Cc", "Cs") for character in cleaned)
    if len(cleaned) > MAXIMUM_EMAIL_LENGTH or not printable or not _EMAIL.fullmatch(cleaned):
        raise _invalid(path, "email", "This is not an e-mail address.")
    return cleaned


def email_key(email: str) -> str:
    """The form in which addresses are compared: two that differ in case or Unicode form only are one.

    Canonical caseless matching (Unicode, D145). Not the compatibility form: a look-alike is another address.
    """
    return unicodedata.normalize("NFD", unicodedata.normalize("NFD", email.strip()).casefold())


def _invalid(path: str, rule: str, message: str) -> InvalidInput:
    return InvalidInput(message, problems=[Problem(path, rule, message)])
