"""The documents keep up with the code."""

import re
from pathlib import Path

import pytest

from earwitness.settings import PREFIX, Settings

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").glob("*.md")])


def settings_table() -> str:
    """The rows of docs/settings.md."""
    rows = []
    for name, field in Settings.model_fields.items():
        default = field.default
        shown = (
            "–"
            if default in (None, "")
            else f"`{str(default).lower() if isinstance(default, bool) else default}`"
        )
        if field.default_factory:
            shown = "`~/.local/share/earwitness`"
        description = str(field.description).replace("|", "\\|")
        rows.append(f"| `{PREFIX}{name.upper()}` | {shown} | {description} |")
    return "\n".join(rows)


def test_every_setting_is_documented() -> None:
    assert settings_table() in (ROOT / "docs" / "settings.md").read_text("utf-8")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_between_documents_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\((?!https?://)([^)#]+)", page.read_text("utf-8"))
    assert [target for target in targets if not (page.parent / target).exists()] == []
