from pathlib import Path

import pytest

from earwitness.settings import Settings, SettingsError, load_settings, parse_ports


def test_environment_wins_over_file_and_options_over_both(tmp_path: Path) -> None:
    file = tmp_path / "earwitness.toml"
    file.write_text('port = 1000\nhost = "10.0.0.1"\nmax_calls = 3\n')
    settings = load_settings(
        {"port": 3000, "host": None},
        environ={"EARWITNESS_PORT": "2000", "EARWITNESS_MAX_CALLS": "4"},
        config=file,
    )
    assert (settings.port, settings.host, settings.max_calls) == (3000, "10.0.0.1", 4)


def test_a_token_in_the_environment_is_no_setting() -> None:
    load_settings(environ={"EARWITNESS_TOKEN": "x"})


def test_the_file_may_be_named_in_the_environment(tmp_path: Path) -> None:
    file = tmp_path / "earwitness.toml"
    file.write_text("sip_port = 5099\n")
    assert load_settings(environ={"EARWITNESS_CONFIG": str(file)}).sip_port == 5099


@pytest.mark.parametrize(
    ("environ", "message"),
    [
        ({"EARWITNESS_SIP_PROT": "1"}, "did you mean EARWITNESS_SIP_PORT?"),
        ({"EARWITNESS_PORT": "many"}, "EARWITNESS_PORT: "),
        ({"EARWITNESS_RTP_PORTS": "9-8"}, "EARWITNESS_RTP_PORTS: "),
        ({"EARWITNESS_TRUNK": "trunk.example"}, "must be a SIP URI with {number}"),
        ({"EARWITNESS_LLM_URL": "127.0.0.1"}, "EARWITNESS_LLM_URL: must be an address"),
        ({"EARWITNESS_LLM_URL": "http://127.0.0.1"}, "EARWITNESS_LLM_URL needs EARWITNESS_LLM_MODEL"),
        (
            {"EARWITNESS_REFINE_EMAIL_WAIT_S": "inf"},
            "EARWITNESS_REFINE_EMAIL_WAIT_S: Input should be a finite",
        ),
        ({"EARWITNESS_LLM_EMAIL_WAIT_S": "1e12"}, "EARWITNESS_LLM_EMAIL_WAIT_S: Input should be less than"),
        ({"EARWITNESS_IDLE_TIMEOUT_S": "nan"}, "EARWITNESS_IDLE_TIMEOUT_S: Input should be a finite"),
        ({"EARWITNESS_IDLE_TIMEOUT_S": "-0.5"}, "EARWITNESS_IDLE_TIMEOUT_S: must be more than 0, or -1"),
        ({"EARWITNESS_HOST": ""}, "EARWITNESS_HOST: String should have at least 1 character"),
        ({"EARWITNESS_PUBLIC_URL": "calls.example"}, "EARWITNESS_PUBLIC_URL: must be an address that"),
        ({"EARWITNESS_PUBLIC_URL": "https://"}, "EARWITNESS_PUBLIC_URL: must be an address that"),
        ({"EARWITNESS_LLM_URL": "http://[::1"}, "EARWITNESS_LLM_URL: must be an address that"),
        ({"EARWITNESS_SIP_PASSWORD": "x"}, "EARWITNESS_SIP_PASSWORD needs EARWITNESS_SIP_USER"),
        (
            {"EARWITNESS_LOG_LEVEL": "verbose"},
            "EARWITNESS_LOG_LEVEL: there is no level 'verbose'; there is debug",
        ),
        ({"EARWITNESS_CONFIG": "/nowhere/at/all.toml"}, "cannot read the settings file"),
    ],
)
def test_wrong_settings_are_named(environ: dict[str, str], message: str) -> None:
    with pytest.raises(SettingsError) as raised:
        load_settings(environ=environ)
    assert message in str(raised.value)


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    file = tmp_path / "earwitness.toml"
    file.write_text("port = \n")
    with pytest.raises(SettingsError, match="not valid TOML"):
        load_settings(environ={}, config=file)


def test_an_unknown_key_of_the_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "earwitness.toml"
    file.write_text("smtp_ulr = 'smtp://x'\n")
    with pytest.raises(SettingsError, match="did you mean smtp_url"):
        load_settings(environ={}, config=file)


def test_port_ranges_include_both_ends() -> None:
    assert parse_ports("20000-20009") == range(20000, 20010)


def test_every_setting_says_what_it_is() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


def test_no_number_may_be_endless() -> None:
    """What is added to a time, or given to a timer, has to be one that these take."""
    for name, field in Settings.model_fields.items():
        if field.annotation is float:
            for value in ("inf", "nan", "1e12"):
                with pytest.raises(SettingsError, match=name.upper()):
                    load_settings(environ={f"EARWITNESS_{name.upper()}": value})


def test_what_is_set_in_vain_is_told() -> None:
    environ = {
        "EARWITNESS_LLM_KEY": "x",
        "EARWITNESS_REDACT_EXCLUDE": "PERSON_NAME",
        "EARWITNESS_REFINE": "false",
        "EARWITNESS_REFINE_MODEL": "",
        "EARWITNESS_PUBLIC_URL": "",
    }
    assert load_settings(environ=environ).without_effect == (
        "EARWITNESS_REDACT_EXCLUDE has no effect without EARWITNESS_REDACT",
        "EARWITNESS_LLM_KEY has no effect without EARWITNESS_LLM_URL",
    )
    url = {"EARWITNESS_LLM_URL": "http://127.0.0.1:9/v1", "EARWITNESS_LLM_MODEL": "m"}
    used = load_settings(environ={**environ, **url, "EARWITNESS_REDACT": "true"})
    assert used.without_effect == ()
    assert load_settings(environ={}).without_effect == ()


@pytest.mark.parametrize("name", ["PUBLIC_URL", "ENDPOINT_URL", "LLM_URL", "SMTP_URL"])
def test_an_empty_address_is_none(name: str) -> None:
    settings = load_settings(environ={f"EARWITNESS_{name}": ""})
    assert getattr(settings, name.lower()) is getattr(load_settings(environ={}), name.lower()) is None


def test_secrets_are_in_no_representation() -> None:
    values = {
        "webhook_secret": "sesame-sesame-sesame",
        "app_secret": "sesame" * 8,
        "sip_user": "ann",
        "sip_password": "sesame",
        "endpoint_key": "sesame",
        "llm_key": "sesame",
        "smtp_url": "smtp://ann:sesame@mail.example",
        "database_url": "postgresql://ann:sesame@db.example/x",
    }
    assert "sesame" not in repr(load_settings(values, environ={}))
