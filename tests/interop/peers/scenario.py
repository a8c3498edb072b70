"""Scenarios for sipp, put together from their steps.

As the callee, sipp starts with `take_invite`, which keeps what the later steps need: who calls, and how to
reply to the INVITE when other messages have come since. As a caller, it starts with `ask`.
"""

from pathlib import Path
from xml.sax.saxutils import escape

_HOST = "127.0.0.1"
_CONTACT = f"<sip:callee@{_HOST}:[local_port];transport=[transport]>"
_TAG = "callee"
_END = 9
"""Label of the scenario's end."""
_INVITATION = (
    # variables of sipp, where in the message they come from, and what of it
    ("contact,target", 'search_in="hdr" header="Contact:"', r"<([^>]*)>"),
    ("from,caller", 'search_in="hdr" header="From:"', r" *(.*)"),
    ("to,called", 'search_in="hdr" header="To:"', r" *(.*)"),
    ("address,callee", 'search_in="hdr" header="To:"', r"<([^>]*)>"),
    ("order,sequence", 'search_in="hdr" header="CSeq:"', r"([0-9]+)"),
    # All of them: behind a proxy there are several.
    ("vias", 'search_in="msg"', r"Via:[^[:cntrl:]]*([[:cntrl:]]+Via:[^[:cntrl:]]*)*"),
)


def scenario(*steps: str) -> str:
    """Return a whole scenario."""
    head = '<?xml version="1.0" encoding="ISO-8859-1"?>\n<!DOCTYPE scenario SYSTEM "sipp.dtd">\n'
    return f'{head}<scenario name="far end">\n{"".join(steps)}<label id="{_END}"/>\n</scenario>\n'


def take_invite() -> str:
    """Wait for an INVITE."""
    return f'<recv request="INVITE"><action>{_keep_invitation()}</action></recv>\n'


def take_invite_of(user: str, password: str) -> str:
    """Wait for an INVITE whose `Authorization` proves who calls; others are refused with 403."""
    check = f'<verifyauth assign_to="proven" username="{user}" password="{password}"/>'
    taken = (
        f'<recv request="INVITE" test="proven" next="1"><action>{_keep_invitation()}{check}</action></recv>\n'
    )
    return taken + refuse(403, "Forbidden") + f'<nop next="{_END}"/><label id="1"/>\n'


def receive(method: str) -> str:
    """Wait for a request."""
    return f'<recv request="{method}"/>\n'


def expect(status: int) -> str:
    """Wait for the final response to a request of sipp's."""
    return f'<recv response="100" optional="true"/><recv response="{status}"/>\n'


def pause(seconds: float) -> str:
    """Do nothing for a while."""
    return f'<pause milliseconds="{round(seconds * 1000)}"/>\n'


def respond(
    status: int, phrase: str, *fields: str, sdp: str = "", tag: str = _TAG, contact: str = _CONTACT
) -> str:
    """Reply to the INVITE, whatever has come since; a final response is repeated until it is acknowledged."""
    lines = [
        f"SIP/2.0 {status} {phrase}",
        "[$vias]",
        "From: [$caller]",
        f"To: [$called];tag={tag}",
        "Call-ID: [call_id]",
        "CSeq: [$sequence] INVITE",
        f"Contact: {contact}",
    ]
    return _send([*lines, *fields], sdp, repeat=status >= 200)


def challenge(nonce: str, *parameters: str) -> str:
    """Ask for credentials, and take the ACK of that."""
    given = ", ".join(['realm="sipp.test"', f'nonce="{nonce}"', *parameters])
    refusal = respond(401, "Unauthorized", f"WWW-Authenticate: Digest {given}", tag="challenge")
    return refusal + receive("ACK")


def refuse(status: int, phrase: str, *fields: str) -> str:
    """Refuse the INVITE, and take the ACK of that."""
    return respond(status, phrase, *fields) + receive("ACK")


def redirect(contacts: str = _CONTACT) -> str:
    """Say where the callee has gone (by default nowhere), and take the ACK of that."""
    return respond(302, "Moved Temporarily", contact=contacts) + receive("ACK")


def accept(*fields: str, sdp: str) -> str:
    """Answer the INVITE, and take the ACK."""
    return respond(200, "OK", *fields, sdp=sdp) + receive("ACK")


def confirm() -> str:
    """Reply 200 to the request that came last."""
    lines = ["SIP/2.0 200 OK", "[last_Via:]", "[last_From:]", "[last_To:]", "[last_Call-ID:]", "[last_CSeq:]"]
    return _send(lines, "", repeat=False)


def take_bye() -> str:
    """Wait for the BYE that ends the call, and reply."""
    return receive("BYE") + confirm()


def request(method: str, sequence: int, *fields: str, sdp: str = "", refused: bool = False) -> str:
    """Send a request inside the dialog; `refused` says that an ACK is that of a refusal."""
    # The ACK of a 2xx is a transaction of its own (RFC 3261 §17.1.1.3).
    branch = f"z9hG4bK[pid]-{sequence}{'-ack' if method == 'ACK' and not refused else ''}"
    lines = [
        f"{method} [$target] SIP/2.0",
        f"Via: SIP/2.0/[transport] {_HOST}:[local_port];branch={branch}",
        f"From: <[$callee]>;tag={_TAG}",
        "To: [$caller]",
        "Call-ID: [call_id]",
        f"CSeq: {sequence} {method}",
        f"Contact: {_CONTACT}",
        "Max-Forwards: 70",
    ]
    return _send([*lines, *fields], sdp, repeat=method != "ACK")


def reinvite(sequence: int, *fields: str, sdp: str = "", answer: str = "") -> str:
    """Send a re-INVITE and acknowledge its 200; without an offer, the ACK carries the answer."""
    return request("INVITE", sequence, *fields, sdp=sdp) + expect(200) + request("ACK", sequence, sdp=answer)


def take_cancel() -> str:
    """Wait for the CANCEL that ends the ringing, reply, and refuse the INVITE as RFC 3261 §9.2 has it."""
    return receive("CANCEL") + confirm() + refuse(487, "Request Terminated")


def hang_up(sequence: int = 900, *fields: str) -> str:
    """End the call from the far end."""
    return request("BYE", sequence, *fields) + expect(200)


def stream(file: Path) -> str:
    """Play a file of raw A-law as RTP, again and again, beside the steps that follow."""
    return f'<nop><action><exec rtp_stream="{file},-1,8"/></action></nop>\n'


def fall_silent() -> str:
    """Pause what `stream` plays."""
    return '<nop><action><exec rtp_stream="pause"/></action></nop>\n'


def speak_again() -> str:
    """Go on with what `fall_silent` has paused."""
    return '<nop><action><exec rtp_stream="resume"/></action></nop>\n'


def pcma(*, direction: str = "sendrecv", version: int = 1, port: int | None = None, host: str = _HOST) -> str:
    """Describe a session with A-law and keys; without a port, media is where `stream` sends from."""
    return describe(
        f"m=audio {port or '[rtpstream_audio_port]'} RTP/AVP 8 101",
        "a=rtpmap:8 PCMA/8000",
        "a=rtpmap:101 telephone-event/8000",
        "a=fmtp:101 0-15",
        "a=ptime:20",
        f"a={direction}",
        version=version,
        host=host,
    )


def describe(*media: str, version: int = 1, host: str = _HOST) -> str:
    """Describe a session with the media lines given."""
    head = ("v=0", f"o=sipp 53655765 {version} IN IP4 {_HOST}", "s=-", f"c=IN IP4 {host}", "t=0 0")
    return "\n".join([*head, *media])


def ask(method: str, *fields: str, sdp: str = "", dialog: bool = False) -> str:
    """Send a request as a caller; `dialog` claims that it is inside one."""
    to = f"To: <sip:earwitness@[remote_ip]:[remote_port]>{';tag=unknown' if dialog else ''}"
    return _send([*_asking(method, to), *fields], sdp, repeat=True)


def acknowledge_refusal() -> str:
    """Send the ACK of a refused `ask`."""
    return _send(_asking("ACK", "[last_To:]"), "", repeat=False)


def _keep_invitation() -> str:
    kept = [
        f'<ereg regexp="{escape(pattern)}" {place} assign_to="{names}"/>'
        for names, place, pattern in _INVITATION
    ]
    # sipp takes a variable that nothing refers to for a mistake.
    names = "".join(f"[${name}]" for group, _, _ in _INVITATION for name in group.split(","))
    return f'{"".join(kept)}<log message="{names}"/>'


def _asking(method: str, to: str) -> list[str]:
    return [
        f"{method} sip:earwitness@[remote_ip]:[remote_port];transport=[transport] SIP/2.0",
        f"Via: SIP/2.0/[transport] {_HOST}:[local_port];branch=z9hG4bK[pid]",
        f"From: <sip:stranger@{_HOST}:[local_port]>;tag=stranger",
        to,
        "Call-ID: [call_id]",
        f"CSeq: 1 {method}",
        f"Contact: <sip:stranger@{_HOST}:[local_port];transport=[transport]>",
        "Max-Forwards: 70",
    ]


def _send(lines: list[str], sdp: str, *, repeat: bool) -> str:
    body = ["Content-Type: application/sdp", "Content-Length: [len]", "", sdp]
    text = "\n".join([*lines, *(body if sdp else ["Content-Length: 0", ""]), ""])
    retransmission = ' retrans="500"' if repeat else ""
    return f"<send{retransmission}><![CDATA[\n{text}]]></send>\n"
