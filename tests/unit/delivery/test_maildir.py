"""Mail kept in a folder."""

import mailbox
from email.message import EmailMessage
from pathlib import Path

import pytest

from earwitness.delivery.errors import MailError
from earwitness.delivery.maildir import MaildirMailer


def _message(number: int, text: str = "Hello") -> EmailMessage:
    message = EmailMessage()
    message["Subject"] = f"Call {number} — done"
    message["Message-ID"] = f"<{number}@example.com>"
    message.set_content(text)
    return message


async def test_a_message_is_kept_once(tmp_path: Path) -> None:
    mailer = MaildirMailer(tmp_path / "mail")
    await mailer.send(_message(1), ["ann@example.com"])
    await mailer.send(_message(1, "again"), ["ann@example.com"])
    await mailer.send(_message(2), ["ann@example.com"])

    kept = await mailer.messages()
    assert sorted(message["Subject"] for message in kept) == ["Call 1 — done", "Call 2 — done"]
    assert {message.get_content() for message in kept} == {"Hello\n"}


async def test_a_message_that_a_mail_reader_moved_is_still_known(tmp_path: Path) -> None:
    mailer = MaildirMailer(tmp_path / "mail")
    await mailer.send(_message(1), ["ann@example.com"])
    box = mailbox.Maildir(tmp_path / "mail", create=False)
    [key] = box.keys()
    read = box[key]
    read.set_subdir("cur")
    read.set_flags("S")
    box[key] = read
    await mailer.send(_message(1), ["ann@example.com"])

    assert len(box) == 1
    assert len(await mailer.messages()) == 1


async def test_an_empty_folder_has_no_messages(tmp_path: Path) -> None:
    assert await MaildirMailer(tmp_path / "mail").messages() == []


async def test_a_folder_that_cannot_be_written_is_tried_again(tmp_path: Path) -> None:
    (tmp_path / "mail").write_text("in the way")
    with pytest.raises(MailError, match="cannot be written") as caught:
        await MaildirMailer(tmp_path / "mail").send(_message(1), ["ann@example.com"])
    assert caught.value.retryable
