from earwitness.conversation.member import Member
from earwitness.conversation.message import Message
from earwitness.conversation.transcript import as_markdown, as_srt, as_vtt

ANNA = Member("a", "Anna <A>")
MESSAGES = [
    Message("1", "Good morning.", 0.0, 4.1, speaker=ANNA),
    Message("2", "Shall we start?", 4.5, 5.25, speaker=ANNA),
    Message("3", "Yes & no.", 3599.9996, 3601.0),
]


def test_markdown_has_a_line_for_each_sentence_or_turn() -> None:
    assert as_markdown(MESSAGES[:2], break_="|") == "Good morning.|Shall we start?|"
    assert (
        as_markdown(MESSAGES, paragraphs=True, speakers=True, break_="|")
        == "Anna <A>: Good morning. Shall we start?|Unknown speaker: Yes & no.|"
    )


def test_srt_is_numbered_with_comma_times() -> None:
    assert as_srt(MESSAGES) == (
        "1\n00:00:00,000 --> 00:00:04,100\nGood morning.\n\n"
        "2\n00:00:04,500 --> 00:00:05,250\nShall we start?\n\n"
        "3\n01:00:00,000 --> 01:00:01,000\nYes & no.\n"
    )


def test_vtt_escapes_markup() -> None:
    text = as_vtt(MESSAGES, speakers=True)
    assert text.startswith("WEBVTT\n\n00:00:00.000 --> 00:00:04.100\nAnna &lt;A&gt;: Good morning.\n")
    assert "Yes &amp; no." in text


def test_empty() -> None:
    assert (as_markdown([]), as_srt([]), as_vtt([])) == ("", "", "WEBVTT\n")
