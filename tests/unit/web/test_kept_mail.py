"""Reading kept e-mails."""

import logging
from email.message import EmailMessage
from pathlib import Path

import pytest

from earwitness.delivery.maildir import MaildirMailer
from earwitness.delivery.summary_email import CONVERSATION_HEADER
from earwitness.web.kept_mail import mails_of


async def _keep(
    folder: Path, conversation_id: str, subject: str, day: int, html: str | None = None
) -> EmailMessage:
    message = EmailMessage()
    message["From"] = "earwitness <earwitness@localhost>"
    message["To"] = "Jürgen <user@example.com>"
    message["Subject"] = subject
    message["Message-ID"] = f"<{subject}@localhost>"
    message["Date"] = f"{day} Mar 2025 10:00:00 +0000"
    message[CONVERSATION_HEADER] = conversation_id
    message.set_content("Grüße")
    if html is not None:
        message.add_alternative(html, subtype="html")
    await MaildirMailer(folder).send(message, ["user@example.com"])
    return message


async def test_only_the_mails_of_the_conversation_are_given_newest_first(tmp_path: Path) -> None:
    folder = tmp_path / "mail"
    await _keep(folder, "1", "Erste", 5, "<p>Grüße</p>")
    await _keep(folder, "2", "Fremde", 6)
    await _keep(folder, "1", "Zweite", 7)
    newest, oldest = mails_of(folder, "1")
    assert (newest.subject, newest.text, newest.html) == ("Zweite", "Grüße\n", None)
    assert oldest.html == "<p>Grüße</p>\n"
    assert oldest.recipients == "Jürgen <user@example.com>"
    assert oldest.date == "2025-03-05T10:00:00+00:00"


async def test_a_mail_that_was_read_elsewhere_is_still_found(tmp_path: Path) -> None:
    folder = tmp_path / "mail"
    await _keep(folder, "1", "Gelesen", 5)
    [path] = (folder / "new").iterdir()
    path.rename(folder / "cur" / f"{path.name}:2,S")
    assert [mail.subject for mail in mails_of(folder, "1")] == ["Gelesen"]


def test_there_are_no_mails_where_there_is_no_folder(tmp_path: Path) -> None:
    assert mails_of(tmp_path / "none", "1") == []
    assert not (tmp_path / "none").exists()


async def test_other_mails_are_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "mail"
    for number in range(5):
        await _keep(folder, str(number), f"Nr. {number}", 5)
    read: list[Path] = []
    read_bytes = Path.read_bytes

    def reading(path: Path) -> bytes:
        read.append(path)
        return read_bytes(path)

    monkeypatch.setattr(Path, "read_bytes", reading)
    assert [mail.subject for mail in mails_of(folder, "3")] == ["Nr. 3"]
    assert len(read) == 1


async def test_a_mail_that_cannot_be_read_is_left_out(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "mail"
    await _keep(folder, "1", "Erste", 5)
    [first] = (folder / "new").iterdir()
    await _keep(folder, "1", "Zweite", 6)
    first.unlink()
    first.mkdir()
    assert [mail.subject for mail in mails_of(folder, "1")] == ["Zweite"]
    assert [record.levelno for record in caplog.records] == [logging.ERROR]
