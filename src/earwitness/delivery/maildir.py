"""Mail kept in a folder, for servers without an SMTP server: a Maildir that any mail reader opens."""

import asyncio
import hashlib
import os
from collections.abc import Sequence
from email import policy
from email.message import EmailMessage
from email.parser import BytesHeaderParser, BytesParser
from pathlib import Path

from earwitness.delivery.errors import MailError
from earwitness.delivery.summary_email import CONVERSATION_HEADER


class MaildirMailer:
    """A `Mailer` that keeps each message once, whoever its recipients are.

    The file is named after the Message-ID, so that a repeated message is recognised. It is written in `tmp`
    and moved to `new` when it has reached the disk, as the format asks.
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
        """Remove the messages about a conversation; those that a mail reader moved elsewhere stay there."""
        await asyncio.to_thread(self._forget, conversation_id)

    def _forget(self, conversation_id: str) -> None:
        parser = BytesHeaderParser(policy=policy.default)
        for path in self._paths():
            try:
                head = parser.parsebytes(path.read_bytes())
            except FileNotFoundError:
                continue  # A mail reader moved it meanwhile.
            if head.get(CONVERSATION_HEADER, "").strip() == conversation_id:
                path.unlink(missing_ok=True)

    def _keep(self, message: EmailMessage) -> None:
        # Not by `mailbox`, which fails where two messages come first at the same time.
        for part in ("tmp", "new", "cur"):
            (self._folder / part).mkdir(mode=0o700, parents=True, exist_ok=True)
        name = f"{hashlib.sha256(str(message['Message-ID']).encode()).hexdigest()[:32]}.earwitness"
        # A mail reader moves what was seen to `cur` and adds flags to the name.
        if (self._folder / "new" / name).exists() or any((self._folder / "cur").glob(f"{name}*")):
            return
        draft = self._folder / "tmp" / name
        with draft.open("wb") as file:
            file.write(message.as_bytes(policy=policy.default))
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self._folder / "new" / name)

    def _paths(self) -> list[Path]:
        return [path for part in ("new", "cur") for path in (self._folder / part).glob("*.earwitness*")]

    def _read(self) -> list[EmailMessage]:
        paths = self._paths()
        paths.sort(key=lambda path: path.stat().st_mtime_ns, reverse=True)
        parser = BytesParser(EmailMessage, policy=policy.default)
        return [parser.parsebytes(path.read_bytes()) for path in paths]
