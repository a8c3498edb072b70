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
