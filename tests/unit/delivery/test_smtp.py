"""Reading SMTP URLs."""

import pytest

from earwitness.delivery.smtp import SmtpServer


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail.example.com", SmtpServer("mail.example.com", 25)),
        ("smtp://ann:pw@mail.example.com", SmtpServer("mail.example.com", 587, "ann", "pw")),
        ("smtp://127.0.0.1:2525", SmtpServer("127.0.0.1", 2525)),
        ("smtps://mail.example.com", SmtpServer("mail.example.com", 465, implicit_tls=True)),
        (
            "smtps://ann%40example.com:p%3Aw%2F@[::1]:4650",
            SmtpServer("::1", 4650, "ann@example.com", "p:w/", implicit_tls=True),
        ),
    ],
)
def test_urls(url: str, server: SmtpServer) -> None:
    assert SmtpServer.parse(url) == server


@pytest.mark.parametrize(
    "url", ["mail.example.com:25", "http://a:secret@b", "smtp://", "smtp://a:secret@b:port"]
)
def test_other_urls_are_refused_without_showing_the_password(url: str) -> None:
    with pytest.raises(ValueError, match="Write it as smtp://") as caught:
        SmtpServer.parse(url)
    assert "secret" not in str(caught.value)


def test_the_password_is_not_shown() -> None:
    assert "secret" not in repr(SmtpServer.parse("smtp://ann:secret@mail.example.com"))


def test_certificates_are_checked_where_trust_was_asked_for() -> None:
    assert not SmtpServer.parse("smtp://mail.example.com").verifies
    assert SmtpServer.parse("smtp://ann:pw@mail.example.com").verifies
    assert SmtpServer.parse("smtps://mail.example.com").verifies
