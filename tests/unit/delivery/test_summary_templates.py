"""How summaries are arranged: built-in templates, and those of a folder."""

from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pytest

from earwitness.conversation.insight import SummaryItem
from earwitness.conversation.reading import Prompt, PromptAnswer, Reading
from earwitness.delivery.summary_email import compose
from earwitness.delivery.summary_templates import BUILT_IN, SummaryTemplates, TemplateProblemError
from earwitness.store.seams import Content


def _read(content: Content) -> Content:
    """The conversation after a language model read it."""
    risk = SummaryItem("9", "The rounding of refunds is a risk.", ("1",), "rules-1")
    answers = (PromptAnswer(Prompt("Risks", "Which?"), (risk,)), PromptAnswer(Prompt("Budget", "Which?")))
    summary = (SummaryItem("8", "The migration ran through.", ("1",), "rules-1"),)
    return replace(content, reading=Reading("completed", "rules-1", answers=answers), summary=summary)


def _parts(
    content: Content, template: str, templates: SummaryTemplates | None = None
) -> tuple[str, str | None]:
    message = compose(
        content,
        sender="calls@example.com",
        recipients=["ann@example.com"],
        page_url="https://calls.example.com/meeting/#/t",
        message_id="<1@example.com>",
        date=datetime(2026, 11, 23, 18, 5, tzinfo=UTC),
        template=template,
        templates=templates,
    )
    whole = message_from_bytes(message.as_bytes(), EmailMessage, policy=SMTP)
    text, html = whole.get_body(("plain",)), whole.get_body(("html",))
    assert text is not None
    return text.get_content().replace("\r\n", "\n"), None if html is None else html.get_content()


@pytest.mark.parametrize("name", BUILT_IN)
def test_built_in_templates_say_it_all(content: Content, name: str) -> None:
    text, html = _parts(_read(content), name)
    assert html is not None
    for words in (
        "Billing launch: weekly check",
        "The migration ran through.",
        "Bob Okafor will send the fix for review by Wednesday.",
        "The rounding of refunds is a risk.",
        "Nothing was said about it.",
        "with the language model rules-1",
    ):
        assert words in text
        assert words in html
    assert "\n\n\n" not in text
    SummaryTemplates().check(name)


def test_minutes_have_no_transcript_and_sales_begin_with_next_steps(content: Content) -> None:
    minutes, _ = _parts(content, "minutes")
    assert minutes.startswith("MINUTES: Billing launch")
    assert "TRANSCRIPT" not in minutes
    assert "Owner: Bob Okafor; due: Wed 25 Nov 2026" in minutes
    sales, _ = _parts(content, "sales")
    assert sales.index("NEXT STEPS") < sales.index("SUMMARY") < sales.index("TRANSCRIPT")


def test_guidance_is_told_to_the_model_where_there_is_any() -> None:
    templates = SummaryTemplates()
    assert templates.guidance("default") == ""
    assert "minutes" in templates.guidance("minutes")
    assert "customer" in templates.guidance("sales")
    assert templates.guidance("nothing") == ""
    assert templates.guidance("../../etc/passwd") == ""


@pytest.fixture
def own(tmp_path: Path) -> Path:
    folder = tmp_path / "templates"
    folder.mkdir()
    return folder


def test_an_own_template_may_include_parts(content: Content, own: Path) -> None:
    (own / "short.txt.j2").write_text('{{ view.title }}!\n{% include "parts/summary.txt.j2" %}\n')
    (own / "short.guidance.txt").write_text("Two sentences.\n")
    templates = SummaryTemplates(own)
    assert templates.names == ["default", "minutes", "sales", "short"]
    templates.check("short")
    assert templates.guidance("short") == "Two sentences."
    text, html = _parts(content, "short", templates)
    assert text.startswith("Billing launch: weekly check!\n\nSUMMARY")
    assert html is None


def test_one_in_the_folder_takes_the_place_of_a_built_in_one(content: Content, own: Path) -> None:
    (own / "minutes.txt.j2").write_text("Ours: {{ view.title }}\n")
    text, html = _parts(content, "minutes", SummaryTemplates(own))
    assert text.startswith("Ours: Billing launch")
    assert html is None


@pytest.mark.parametrize(
    "source",
    [
        "{{ view.titel }}",
        "{{ 1 / 0 }}",
        "{% for",
        "{{ view.__class__.__mro__ }}",
        "{{ ''.__class__.__base__.__subclasses__() }}",
        "{{ view.summary.append('x') }}",
        "{% include '../../secret.txt' %}",
        "{{ range(10 ** 9) | list }}",
        '{% include "broken.txt.j2" %}',
    ],
)
def test_a_template_that_fails_gives_way_to_the_default(
    content: Content, own: Path, caplog: pytest.LogCaptureFixture, source: str
) -> None:
    (own.parent / "secret.txt").write_text("secret")
    (own / "broken.txt.j2").write_text(source)
    text, html = _parts(content, "broken", SummaryTemplates(own))
    assert "TRANSCRIPT" in text
    assert "secret" not in text
    assert html is not None
    assert "summary template 'broken' failed" in caplog.text


def test_a_missing_template_gives_way_to_the_default(content: Content) -> None:
    assert _parts(content, "gone")[0] == _parts(content, "default")[0]


def test_a_broken_template_is_named(own: Path) -> None:
    (own / "broken.txt.j2").write_text("a\n{% for %}")
    templates = SummaryTemplates(own)
    with pytest.raises(TemplateProblemError, match=r"'broken' is broken: .* line 2"):
        templates.check("broken")
    with pytest.raises(TemplateProblemError, match=r"no summary template 'x'; there is broken, default"):
        templates.check("x")
