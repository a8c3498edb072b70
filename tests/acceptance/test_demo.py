"""What a newcomer sees first."""

import asyncio
import json
import re
import sys
from email import message_from_bytes, policy
from pathlib import Path

from earwitness.testing.demo import load_demo
from tests.support.meeting import accuracy

COMMAND = Path(sys.executable).with_name("earwitness")


async def run(*arguments: str) -> str:
    """Run the command away from a terminal; return what it printed."""
    process = await asyncio.create_subprocess_exec(
        COMMAND,
        *arguments,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    printed, errors = await process.communicate()
    assert process.returncode == 0, errors.decode()
    assert errors == b""
    return printed.decode()


async def test_the_demo_shows_a_call_and_what_became_of_it(tmp_path: Path) -> None:
    home = tmp_path / "home"
    printed = await run("demo", "--home", str(home))

    assert "[answered, opus]" in printed
    assert "Anna: I will send the new budget to our finance team by Thursday." in printed
    for line in load_demo().showing("question"):
        assert f"question: {line.text}" in printed
    summary = printed[printed.index("\nSummary\n") :]
    for section in ("Action items", "Follow-ups", "Questions", "Topics", "Where it is"):
        assert f"\n{section}\n" in summary
    assert "Mark will hire two more people by the end of March.  (due 20" in summary

    email = message_from_bytes(
        Path(re.findall(r"e-mail +(\S+)", summary)[0]).read_bytes(), policy=policy.default
    )
    assert email["Subject"] == "Pilot launch status"
    text = email.get_body(("plain",))
    assert text is not None
    assert "Green Valley" in text.get_content()
    assert re.search(r"page +http://127\.0\.0\.1:8080/meeting/#/ey", summary)

    conversation = re.findall(r"earwitness export (\d+)", summary)[0]
    exported = json.loads(await run("export", conversation, "--format", "json", "--home", str(home)))
    messages = [
        {"text": message["text"], "from": {"userId": (message["speaker"] or {}).get("user_id")}}
        for message in exported["messages"]
    ]
    right = accuracy(load_demo(), messages)
    assert right.heard >= 0.95
    assert right.named >= 0.95
