"""Settings: `EARWITNESS_*` environment variables over a TOML file over defaults."""

import difflib
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

PREFIX = "EARWITNESS_"
CONFIG_VARIABLE = "EARWITNESS_CONFIG"
TOKEN_VARIABLE = "EARWITNESS_TOKEN"
"""What `earwitness call` and `export` send to a server; no setting."""


_DAY_S, _YEAR_S = 86_400, 31_536_000
_LOG_LEVELS = ("debug", "info", "warning", "error")


class SettingsError(ValueError):
    """A setting is unknown or wrong; the message says which and what to do."""


def default_home() -> Path:
    """Return the folder for all data: `earwitness` in the XDG data folder."""
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "earwitness"


class Settings(BaseModel):
    """Everything that can be set. The environment variable of `sip_port` is `EARWITNESS_SIP_PORT`."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, hide_input_in_errors=True)

    home: Path = Field(default_factory=default_home, description="Folder for the database, mail and caches.")
    host: str = Field("127.0.0.1", min_length=1, description="Address that the HTTP server listens on.")
    port: int = Field(8080, ge=0, le=65535, description="Port of the HTTP server; 0 takes a free one.")
    public_url: str | None = Field(
        None,
        description="Base URL that clients see, such as https://calls.example; else taken from each request.",
    )
    cors_origins: str = Field("*", description="Allowed browser origins, separated by commas.")
    max_body_bytes: int = Field(64 * 1024, ge=1024, description="Largest accepted JSON body, in bytes.")
    max_text_bytes: int = Field(
        4 << 20, ge=1024, description="Largest accepted body with a text to process, in bytes."
    )
    token_ttl_s: int = Field(
        86_400, ge=60, le=2_000_000, description="Lifetime of access tokens, in seconds."
    )
    max_upload_bytes: int = Field(
        1 << 30, ge=1024, description="Largest accepted recording, in bytes, sent or fetched."
    )
    max_audio_s: float = Field(
        4 * 3600.0, gt=0, le=_YEAR_S, description="No more of a recording is heard, in seconds."
    )
    max_jobs: int = Field(50, ge=1, description="Most jobs of an app that have not ended.")
    jobs_at_once: int = Field(
        2, ge=1, description="Jobs of a kind (audio, text) that are done at the same time."
    )
    url_allow: str = Field(
        "",
        description="Networks (CIDR, separated by commas) that webhooks and URLs of recordings may lead to "
        "although they are private.",
    )
    webhook_secret: str | None = Field(
        None,
        min_length=16,
        repr=False,
        description="Signs webhooks (HMAC-SHA-256); without it they carry no signature.",
    )
    app_id: str | None = Field(None, min_length=1, description="Presets the first app's id.")
    app_secret: str | None = Field(
        None, repr=False, description="Presets the first app's secret (at least 32 characters)."
    )

    sip_host: str = Field("0.0.0.0", min_length=1, description="Address that SIP listens on.")
    sip_port: int = Field(0, ge=0, le=65535, description="SIP port for UDP and TCP; 0 takes a free one.")
    sip_advertised_host: str | None = Field(
        None, description="Address that peers see in SIP and SDP (NAT); else the one that routes to the peer."
    )
    sip_user: str | None = Field(None, description="User name for digest authentication and the From header.")
    sip_password: str | None = Field(
        None,
        repr=False,
        description="Password for digest authentication: of the proxy or, without one, the trunk; "
        "where there is neither, of whoever is called.",
    )
    sip_proxy: str | None = Field(None, description="SIP URI of an outbound proxy that all calls go through.")
    rtp_ports: str = Field("16384-32766", description="Range of UDP ports for media, A-B.")
    trunk: str | None = Field(
        None, description="SIP URI for phone numbers, such as sip:{number}@trunk.example;user=phone"
    )
    dial_allow: str = Field(
        "*",
        description="Patterns of SIP hosts and phone numbers that may be called, separated by commas; "
        "redirections are held to them too.",
    )

    max_calls: int | None = Field(
        None, ge=1, description="Most calls and streams at once; else what a measurement at the start allows."
    )
    answer_timeout_s: float = Field(
        60.0, gt=0, le=_DAY_S, description="A call not answered by then is cancelled."
    )
    media_timeout_s: float = Field(
        30.0,
        gt=0,
        le=_YEAR_S,
        description="A call without media or a report on them (RTCP) for so long, outside hold, is ended.",
    )
    idle_timeout_s: float = Field(
        1800.0, ge=-1, le=_YEAR_S, description="A call without speech for so long is ended; -1 = never."
    )
    max_call_s: float = Field(4 * 3600.0, gt=0, le=_YEAR_S, description="No call lasts longer.")

    recognizer: str = Field(
        "engines", description="engines chooses among the models; else the entry point of a recogniser."
    )
    models_dir: Path | None = Field(
        None, description="Folder of models, one folder each; else models in the home folder."
    )
    models_url: str = Field(
        "https://github.com/k2-fsa/sherpa-onnx/releases/download/asr-models",
        description="Where models pull fetches archives and their checksum.txt: the release or a mirror.",
    )
    live_model: str | None = Field(
        None, description="Model for live calls: NAME, or en=NAME,de=NAME; else the best that fits."
    )
    refine_model: str | None = Field(
        None, description="Model that hears a call again when it is over; written like the live one."
    )
    refine: bool = Field(True, description="Hear a call again when it is over, and revise its messages.")
    refine_email_wait_s: float = Field(
        30.0, ge=0, le=_DAY_S, description="How long a summary e-mail waits for that, in seconds."
    )
    refine_audio_mb: int = Field(
        2048, ge=1, description="Most disk space for the audio of calls until then, in MB."
    )
    hot_words: str = Field(
        "", description="Names and terms to listen for, separated by commas; for models that can."
    )
    endpoint_url: str | None = Field(
        None, description="Base URL of an OpenAI-compatible transcription API, which is sent audio."
    )
    endpoint_key: str | None = Field(None, repr=False, description="Its access key.")
    endpoint_model: str = Field("whisper-1", description="The model to ask it for.")
    endpoint_languages: str = Field("*", description="The languages it knows, separated by commas.")
    endpoint_timeout_s: float = Field(
        15.0, gt=0, le=_DAY_S, description="It fails when a segment takes longer, retries included."
    )
    llm_url: str | None = Field(
        None,
        description="Base URL of an OpenAI-compatible server that reads conversations when they are over.",
    )
    llm_key: str | None = Field(None, repr=False, description="Its access key.")
    llm_model: str | None = Field(None, description="The model to ask it for.")
    llm_timeout_s: float = Field(120.0, gt=0, le=_DAY_S, description="One answer of it may take so long.")
    llm_time_limit_s: float = Field(
        300.0, gt=0, le=_DAY_S, description="Reading one conversation may take so long."
    )
    llm_tokens: int = Field(
        200_000, ge=1_000, description="Reading one conversation may cost so many tokens."
    )
    llm_answer_tokens: int = Field(2_000, ge=100, description="Most tokens of one answer.")
    llm_at_once: int = Field(2, ge=1, description="Requests to it at the same time, and conversations.")
    llm_email_wait_s: float = Field(
        60.0, ge=0, le=_DAY_S, description="How long a summary e-mail waits for it, in seconds."
    )
    templates_dir: Path | None = Field(
        None, description="Folder of own summary templates; else templates in the home folder."
    )
    decoding_threads: int = Field(
        0, ge=0, le=1024, description="Threads that decode speech; 0 = one for each core."
    )
    partial_interval_s: float = Field(
        1.0, gt=0.1, le=_DAY_S, description="Seconds of open speech between partials."
    )

    database_url: str | None = Field(
        None,
        repr=False,
        description="postgresql://… or sqlite:///…; else a SQLite file in the home folder. "
        "One server at a time uses a database.",
    )
    smtp_url: str | None = Field(
        None,
        repr=False,
        description="smtp://user:password@host:port or smtps://…; else mail is kept in a Maildir.",
    )
    mail_from: str = Field("earwitness <earwitness@localhost>", description="Sender of summary e-mails.")
    redact: bool = Field(
        False,
        description="Hide personal data in every conversation, before anything is stored, and in log lines.",
    )
    redact_exclude: str = Field(
        "",
        description="Kinds of personal data that are not hidden, such as PERSON_NAME, separated by commas.",
    )
    log_level: str = Field("info", description="debug, info, warning or error.")
    log_json: bool = Field(False, description="Log lines as JSON.")

    @field_validator("rtp_ports")
    @classmethod
    def _ports(cls, value: str) -> str:
        parse_ports(value)
        return value

    @field_validator("trunk")
    @classmethod
    def _trunk(cls, value: str | None) -> str | None:
        if value is not None and not (value.startswith(("sip:", "sips:")) and "{number}" in value):
            raise ValueError(
                "must be a SIP URI with {number} in it, such as sip:{number}@trunk.example;user=phone"
            )
        return value

    @field_validator("public_url", "endpoint_url", "llm_url", "smtp_url", mode="before")
    @classmethod
    def _unset(cls, value: Any) -> Any:
        """An empty address is none: so do compose files write what is not set."""
        return value or None

    @field_validator("public_url", "endpoint_url", "models_url", "llm_url")
    @classmethod
    def _url(cls, value: str | None) -> str | None:
        if value is None:
            return None
        try:
            parts = urlsplit(value)
            is_one = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        except ValueError:  # of its port or of an IPv6 address
            is_one = False
        if not is_one:
            raise ValueError("must be an address that begins with http:// or https:// and names a host")
        return value

    @field_validator("idle_timeout_s")
    @classmethod
    def _idle(cls, value: float) -> float:
        if value <= 0 and value != -1:
            raise ValueError("must be more than 0, or -1 for never")
        return value

    @field_validator("log_level")
    @classmethod
    def _level(cls, value: str) -> str:
        if value.lower() not in _LOG_LEVELS:
            raise ValueError(f"there is no level {value!r}; there is {', '.join(_LOG_LEVELS)}")
        return value.lower()

    @model_validator(mode="after")
    def _model_named(self) -> Self:
        if self.llm_url is not None and not self.llm_model:
            raise ValueError(
                "EARWITNESS_LLM_URL needs EARWITNESS_LLM_MODEL, the name of the model to ask for"
            )
        return self

    @model_validator(mode="after")
    def _user_named(self) -> Self:
        if self.sip_password and not self.sip_user:
            raise ValueError("EARWITNESS_SIP_PASSWORD needs EARWITNESS_SIP_USER, the name that it belongs to")
        return self

    @property
    def without_effect(self) -> tuple[str, ...]:
        """The variables that are set and have no effect, as another one is not; what each needs."""
        needed = {
            "redact_exclude": "redact",
            "endpoint_key": "endpoint_url",
            "endpoint_model": "endpoint_url",
            "endpoint_languages": "endpoint_url",
            "endpoint_timeout_s": "endpoint_url",
            "llm_key": "llm_url",
            "llm_model": "llm_url",
            "llm_timeout_s": "llm_url",
            "llm_time_limit_s": "llm_url",
            "llm_tokens": "llm_url",
            "llm_answer_tokens": "llm_url",
            "llm_at_once": "llm_url",
            "llm_email_wait_s": "llm_url",
            "refine_model": "refine",
            "refine_email_wait_s": "refine",
            "refine_audio_mb": "refine",
        }
        return tuple(
            f"{PREFIX}{name.upper()} has no effect without {PREFIX}{other.upper()}"
            for name, other in needed.items()
            if name in self.model_fields_set and getattr(self, name) and not getattr(self, other)
        )

    @property
    def templates_folder(self) -> Path:
        """Where own summary templates lie."""
        return self.templates_dir or self.home / "templates"

    @property
    def models_folder(self) -> Path:
        """Where models lie, one folder each."""
        return self.models_dir or self.home / "models"

    @property
    def hot_word_list(self) -> tuple[str, ...]:
        """The hot words."""
        return _listed(self.hot_words)

    @property
    def redact_exclude_list(self) -> tuple[str, ...]:
        """The kinds of personal data that are not hidden."""
        return _listed(self.redact_exclude)

    @property
    def endpoint_language_list(self) -> tuple[str, ...]:
        """The languages of the transcription endpoint."""
        return _listed(self.endpoint_languages)

    @property
    def media_ports(self) -> range:
        """The UDP ports for media."""
        return parse_ports(self.rtp_ports)


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def parse_ports(text: str) -> range:
    """Read `A-B`, both inclusive.

    Raises:
        ValueError: the text is not a range of at least four ports.
    """
    first, _, last = text.partition("-")
    try:
        ports = range(int(first), int(last) + 1)
    except ValueError:
        raise ValueError(f"{text!r} is not a port range; write it as 16384-32766") from None
    if len(ports) < 4 or not 1024 <= ports[0] <= ports[-1] <= 65535:
        raise ValueError(f"{text!r} must hold at least four ports between 1024 and 65535")
    return ports


def load_settings(
    overrides: Mapping[str, Any] | None = None,
    *,
    environ: Mapping[str, str] | None = None,
    config: Path | None = None,
) -> Settings:
    """Read the settings: `overrides` (None values are ignored) over environment over TOML over defaults.

    Raises:
        SettingsError: a key is unknown or a value is wrong.
    """
    environ = os.environ if environ is None else environ
    if config is None and environ.get(CONFIG_VARIABLE):
        config = Path(environ[CONFIG_VARIABLE])
    values: dict[str, Any] = {}
    origins: dict[str, str] = {}

    def take(key: str, value: Any, origin: str) -> None:
        if key not in Settings.model_fields:
            close = difflib.get_close_matches(key, Settings.model_fields, n=1)
            hint = f"; did you mean {_spelled_like(origin, close[0])}?" if close else ""
            raise SettingsError(f"{origin} is not a setting{hint}")
        values[key] = value
        origins[key] = origin

    if config is not None:
        try:
            table = tomllib.loads(config.read_text("utf-8"))
        except OSError as error:
            raise SettingsError(f"cannot read the settings file {config}: {error.strerror}") from error
        except tomllib.TOMLDecodeError as error:
            raise SettingsError(f"{config} is not valid TOML: {error}") from error
        for key, value in table.items():
            take(key, value, f"{key} in {config}")
    for name, text in environ.items():
        if name.startswith(PREFIX) and name not in (CONFIG_VARIABLE, TOKEN_VARIABLE):
            take(name.removeprefix(PREFIX).lower(), text, name)
    for key, value in (overrides or {}).items():
        if value is not None:
            take(key, value, f"--{key.replace('_', '-')}")
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        told = first["msg"].removeprefix("Value error, ")
        if not first["loc"]:  # several settings together
            raise SettingsError(told) from error
        key = str(first["loc"][0])
        raise SettingsError(f"{origins.get(key, key)}: {told}") from error


def _spelled_like(origin: str, key: str) -> str:
    return PREFIX + key.upper() if origin.startswith(PREFIX) else key
