"""`earwitness export ID`."""

import json
from pathlib import Path

from earwitness.cli.client import Client, remote_client
from earwitness.cli.errors import CliError
from earwitness.cli.local import open_store, settings_for
from earwitness.conversation.transcript import as_markdown, as_srt, as_vtt

_TYPES = {"md": "text/markdown", "srt": "text/srt", "vtt": "text/vtt"}
_PARTS = ("messages", "members", "questions", "action-items", "follow-ups", "topics", "summary", "analytics")


async def export(
    conversation_id: str,
    form: str,
    home: Path | None,
    server: str | None,
    token: str | None,
    config: Path | None,
) -> None:
    """Print a conversation."""
    if form not in (*_TYPES, "json"):
        raise CliError(f"--format: there is no {form!r}; there is md, srt, vtt and json")
    if server is not None:
        print(await _remote(remote_client(server, token), conversation_id, form))
        return
    print(await _local(conversation_id, form, home, config))


async def _remote(client: Client, conversation_id: str, form: str) -> str:
    base = f"/v1/conversations/{conversation_id}"
    if form == "json":
        whole = {"conversation": await client.get(base)}
        for part in _PARTS:
            whole |= await client.get(f"{base}/{part}")
        return json.dumps(whole, indent=2, ensure_ascii=False)
    wanted = {"contentType": _TYPES[form], "showSpeakerSeparation": True, "createParagraphs": True}
    payload = (await client.post(f"{base}/transcript", wanted))["transcript"]["payload"]
    return (
        str(payload).replace("<br/><br/>", "\n\n").replace("&lt;", "<")
        if form == "md"
        else str(payload["content"])
    )


async def _local(conversation_id: str, form: str, home: Path | None, config: Path | None) -> str:
    import msgspec

    async with open_store(settings_for(home, config)) as store:
        content = await store.conversations.content(conversation_id)
    if content is None:
        raise CliError(f"there is no conversation {conversation_id} in this home folder")
    if form == "json":
        return msgspec.json.format(msgspec.json.encode(content)).decode()
    if form == "md":
        return as_markdown(content.messages, paragraphs=True, speakers=True)
    return (as_srt if form == "srt" else as_vtt)(content.messages, speakers=True)
