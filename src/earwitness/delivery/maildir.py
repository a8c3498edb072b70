"""Mail kept in a folder, for servers without an SMTP server: a Maildir that any mail reader opens."""

import asyncio
import hashlib
import os
import re
from collections.abc import Iterator, Sequence
from email import policy
from email.message import EmailMessage
from email.parser import BytesHeaderParser, BytesParser
from pathlib import Path

from earwitness.delivery.errors import MailError
from earwitness.delivery.mailer import needs_utf8
from earwitness.delivery.summary_email import CONVERSATION_HEADER

_OLD_NAME = re.compile(r"[0-9a-f]{32}\.earwitness")
"""What a file was called before the conversation was in its name."""


def kept_about(folder: Path, conversation_id: str) -> list[Path]:
    """Return the files of the messages about a conversation; none is read. Blocks.

    Raises:
        OSError: the folder cannot be read.
    """
    begin = f"{_digest(conversation_id)}."
    return [path for path in _kept(folder) if path.name.startswith(begin)]


def _kept(folder: Path) -> Iterator[Path]:
    """Give the files of all messages; those with an old name get their present one."""
    for part in ("new", "cur"):
        try:
            paths = list((folder / part).iterdir())
        except FileNotFoundError:
            continue
        for path in paths:
            if _OLD_NAME.match(path.name):
                try:
                    yield _renamed(path)
                except FileNotFoundError:
                    continue  # A mail reader moved it meanwhile.
            elif ".earwitness" in path.name:
                yield path


def _renamed(path: Path) -> Path:
    head = BytesHeaderParser(policy=policy.default).parsebytes(path.read_bytes())
    return path.rename(path.with_name(f"{_digest(head.get(CONVERSATION_HEADER, '').strip())}.{path.name}"))


def _has_utf8_address(message: EmailMessage) -> bool:
    to = message["To"]
    return to is not None and any(needs_utf8(address.addr_spec) for address in to.addresses)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]


class MaildirMailer:
    """A `Mailer` that keeps each message once, whoever its recipients are.

    The file is named after the conversation, so that its messages are found, and after the Message-ID, so
    that a repeated one is recognised. It is written in `tmp` and moved to `new` when it has reached the disk,
    as the format asks.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def send(self, message: EmailMessage, recipients: Sequence[str]) -> None:
        """Keep a message; see `Mailer.send`."""
        try:
            await asyncio.to_thread(self._keep, message)
        except OSError as error:
            raise MailError(
                f"The mail folder {self._folder} cannot be written: {error}", unsent=recipients
            ) from error

    async def messages(self) -> list[EmailMessage]:
        """Return all kept messages, newest first."""
        return await asyncio.to_thread(self._read)

    async def forget(self, conversation_id: str) -> None:
        """Remove the messages about a conversation, and drafts that a stop of the server left.

        Those that a mail reader moved elsewhere stay there.

        Raises:
            OSError: some could not be removed.
        """
        await asyncio.to_thread(self._forget, conversation_id)

    def _forget(self, conversation_id: str) -> None:
        drafts = (self._folder / "tmp").glob(f"{_digest(conversation_id)}.*")
        for path in (*kept_about(self._folder, conversation_id), *drafts):
            path.unlink(missing_ok=True)

    def _keep(self, message: EmailMessage) -> None:
        # Not by `mailbox`, which fails where two messages come first at the same time.
        for part in ("tmp", "new", "cur"):
            (self._folder / part).mkdir(mode=0o700, parents=True, exist_ok=True)
        about = _digest(str(message.get(CONVERSATION_HEADER, "")).strip())
        name = f"{about}.{_digest(str(message['Message-ID']))}.earwitness"
        # A mail reader moves what was seen to `cur` and adds flags to the name.
        if (self._folder / "new" / name).exists() or any((self._folder / "cur").glob(f"{name}*")):
            return
        draft = self._folder / "tmp" / name
        with draft.open("wb") as file:
            file.write(message.as_bytes(policy=policy.default.clone(utf8=_has_utf8_address(message))))
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self._folder / "new" / name)

    def _read(self) -> list[EmailMessage]:
        paths = sorted(_kept(self._folder), key=lambda path: path.stat().st_mtime_ns, reverse=True)
        parser = BytesParser(EmailMessage, policy=policy.default)
        return [parser.parsebytes(path.read_bytes()) for path in paths]
