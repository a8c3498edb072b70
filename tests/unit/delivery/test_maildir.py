"""Mail kept in a folder."""

import mailbox
from email.message import EmailMessage
from pathlib import Path

import pytest

from earwitness.delivery.errors import MailError
from earwitness.delivery.maildir import MaildirMailer, kept_about
from earwitness.delivery.summary_email import CONVERSATION_HEADER


def _message(number: int, text: str = "Hello", about: str = "1") -> EmailMessage:
    message = EmailMessage()
    message[CONVERSATION_HEADER] = about
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


async def test_only_the_messages_of_a_conversation_are_forgotten(tmp_path: Path) -> None:
    mailer = MaildirMailer(tmp_path / "mail")
    await mailer.send(_message(1, about="1"), ["ann@example.com"])
    await mailer.send(_message(2, about="11"), ["ann@example.com"])
    await mailer.send(_message(3, about="1"), ["ann@example.com"])
    [seen, _] = kept_about(tmp_path / "mail", "1")
    for part, name in (("tmp", f"{seen.name}2"), ("cur", f"{seen.name}:2,S")):
        (tmp_path / "mail" / part / name).write_bytes(seen.read_bytes())
    seen.unlink()
    await mailer.forget("1")
    assert len([path for path in (tmp_path / "mail").rglob("*") if path.is_file()]) == 1
    assert [message["Subject"] for message in await mailer.messages()] == ["Call 2 — done"]
    await mailer.forget("none")


async def test_messages_that_older_versions_kept_are_found_and_named_anew(tmp_path: Path) -> None:
    folder = tmp_path / "mail"
    mailer = MaildirMailer(folder)
    for number, about in enumerate("12"):
        await mailer.send(_message(number, about=about), ["ann@example.com"])
    for path in list((folder / "new").iterdir()):
        path.rename(folder / "cur" / f"{path.name.partition('.')[2]}:2,S")
    [found] = kept_about(folder, "2")
    assert found.parent.name == "cur"
    assert found.name.endswith(".earwitness:2,S")
    await mailer.forget("2")
    assert [message["Subject"] for message in await mailer.messages()] == ["Call 0 — done"]


async def test_an_empty_folder_has_no_messages(tmp_path: Path) -> None:
    assert await MaildirMailer(tmp_path / "mail").messages() == []


async def test_a_folder_that_cannot_be_written_is_tried_again(tmp_path: Path) -> None:
    (tmp_path / "mail").write_text("in the way")
    with pytest.raises(MailError, match="cannot be written") as caught:
        await MaildirMailer(tmp_path / "mail").send(_message(1), ["ann@example.com"])
    assert caught.value.retryable
