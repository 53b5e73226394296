"""Settings, read once from the environment or `.env`; every one has a default that works on one machine."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

ROOT = Path(__file__).resolve().parent

Locale = Literal["es", "en", "pt_BR", "fr"]


class Settings(BaseSettings):
    """What an operator may set. Each name is also the name of the environment variable."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", case_sensitive=True)

    DATABASE_URL: str = Field(
        default=f"sqlite:///{ROOT / 'instance' / 'compromiso.db'}",
        description="SQLite file or PostgreSQL server, as an SQLAlchemy URL.",
    )
    SECRET_KEY: str = Field(default="", description="Signs cookies and form tokens; 32 characters or more.")
    SECRET_KEY_FALLBACKS: Annotated[list[str], NoDecode] = Field(
        default=[], description="Keys in use before, separated by commas: what they signed still counts."
    )
    PUBLIC_URL: str = Field(default="http://127.0.0.1:8000", description="Address that links in mails use.")
    MAIL_URL: str = Field(
        default="folder:", description="smtp://user:pass@host:port?tls=starttls|ssl|none, or folder:[path]."
    )
    MAIL_FROM: str = Field(default="Compromiso <compromiso@localhost>", description="Sender of every mail.")
    UPLOADS_DIR: Path = Field(default=ROOT / "instance" / "uploads", description="Evidence files.")
    DEFAULT_LOCALE: Locale = Field(default="es", description="Language where neither person nor browser says.")
    TRACKER_ENV: Literal["development", "production"] = Field(
        default="development", description="In production weak secrets are refused and cookies need HTTPS."
    )
    SECOND_FACTOR_FOR: str = Field(
        default="", description="Roles that have to set up a second factor, such as administrator,monitor."
    )
    TICK_SECONDS: int = Field(default=60, ge=1, description="Pause between two looks at what is due.")
    REAL_DATA: Path | None = Field(default=None, description="Folder of real files for the tests.")
    LOG_LEVEL: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(default="INFO", description="Least level.")
    LOG_FORMAT: Literal["text", "json"] = Field(default="text", description="For people, or for machines.")

    @field_validator("SECRET_KEY_FALLBACKS", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return [key for key in value.split(",") if key] if isinstance(value, str) else value

    @field_validator("MAIL_URL")
    @classmethod
    def _is_mail_url(cls, value: str) -> str:
        if not value.startswith(("folder:", "smtp://")):
            raise ValueError("give folder:[path] or smtp://user:password@host:port?tls=starttls|ssl|none")
        return value

    def engine_url(self) -> str:
        """The database address with the driver this project installs (psycopg 3)."""
        for scheme in ("postgresql://", "postgres://"):
            if self.DATABASE_URL.startswith(scheme):
                return "postgresql+psycopg://" + self.DATABASE_URL.removeprefix(scheme)
        return self.DATABASE_URL
