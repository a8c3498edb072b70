"""Reading kept e-mails."""

import mailbox
from email.message import EmailMessage
from pathlib import Path

from earwitness.delivery.summary_email import CONVERSATION_HEADER
from earwitness.web.kept_mail import mails_of


def _keep(folder: Path, conversation_id: str, subject: str, day: int, html: str | None = None) -> str:
    message = EmailMessage()
    message["From"] = "earwitness <earwitness@localhost>"
    message["To"] = "Jürgen <user@example.com>"
    message["Subject"] = subject
    message["Date"] = f"{day} Mar 2025 10:00:00 +0000"
    message[CONVERSATION_HEADER] = conversation_id
    message.set_content("Grüße")
    if html is not None:
        message.add_alternative(html, subtype="html")
    return mailbox.Maildir(folder, create=True).add(message)


def test_only_the_mails_of_the_conversation_are_given_newest_first(tmp_path: Path) -> None:
    folder = tmp_path / "mail"
    _keep(folder, "1", "Erste", 5, "<p>Grüße</p>")
    _keep(folder, "2", "Fremde", 6)
    _keep(folder, "1", "Zweite", 7)
    newest, oldest = mails_of(folder, "1")
    assert (newest.subject, newest.text, newest.html) == ("Zweite", "Grüße\n", None)
    assert oldest.html == "<p>Grüße</p>\n"
    assert oldest.recipients == "Jürgen <user@example.com>"
    assert oldest.date == "2025-03-05T10:00:00+00:00"


def test_a_mail_that_was_read_elsewhere_is_still_found(tmp_path: Path) -> None:
    folder = tmp_path / "mail"
    key = _keep(folder, "1", "Gelesen", 5)
    (folder / "new" / key).rename(folder / "cur" / f"{key}:2,S")
    assert [mail.subject for mail in mails_of(folder, "1")] == ["Gelesen"]


def test_there_are_no_mails_where_there_is_no_folder(tmp_path: Path) -> None:
    assert mails_of(tmp_path / "none", "1") == []
    assert not (tmp_path / "none").exists()
