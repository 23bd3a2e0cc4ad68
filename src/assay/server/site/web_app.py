"""The built web app: one page, and files that are named by their content."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

_MEDIA_TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".json": "application/json",
    ".woff2": "font/woff2",
    ".wasm": "application/wasm",
    ".png": "image/png",
}
_NONCE = "%NONCE%"


@dataclass(frozen=True, slots=True)
class Asset:
    """A file of the build, and the same packed with gzip where that is smaller."""

    media_type: str
    content: bytes
    packed: bytes | None


class WebApp:
    """What `npm run build` left in a folder. The files are a closed list."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def built(self) -> bool:
        return (self._folder / "index.html").is_file()

    @cached_property
    def _page(self) -> str:
        return (self._folder / "index.html").read_text(encoding="utf-8")

    @cached_property
    def _names(self) -> frozenset[str]:
        files = (self._folder / "assets").iterdir() if self.built else ()
        return frozenset(each.name for each in files if each.suffix in _MEDIA_TYPES)

    def page(self, nonce: str) -> str:
        """The one page; `nonce` is what its content security policy knows its styles by."""
        return self._page.replace(_NONCE, nonce)

    def asset(self, name: str) -> Asset | None:
        """A file of the build; None for every name that the build did not make."""
        if name not in self._names:
            return None
        path = self._folder / "assets" / name
        if not path.is_file():
            return None
        packed = path.with_name(f"{name}.gz")
        return Asset(
            _MEDIA_TYPES[path.suffix], path.read_bytes(), packed.read_bytes() if packed.is_file() else None
        )

    def mark(self) -> bytes:
        """The mark of the product, for the browser's tab."""
        return (self._folder / "mark.svg").read_bytes()
