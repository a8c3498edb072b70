"""Named templates of summaries: how e-mails are arranged, and how a language model is to word them.

A template is up to three files: `NAME.txt.j2` and `NAME.html.j2` for the parts of the e-mail, in Jinja, and
`NAME.guidance.txt`, a few sentences to the language model. Some are built in; own ones lie in a folder and
may include the built-in parts (`parts/summary.txt.j2` …). All run in a sandbox: they see the words of the
summary and change nothing.
"""

import logging
import re
import unicodedata
from collections.abc import Mapping
from functools import cached_property
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import jinja2

_log = logging.getLogger(__name__)

DEFAULT = "default"
BUILT_IN = (DEFAULT, "minutes", "sales")
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,49}\Z")
_LONGEST_GUIDANCE = 4_000
_TEXT, _HTML, _GUIDANCE = ".txt.j2", ".html.j2", ".guidance.txt"


class TemplateProblemError(ValueError):
    """There is no such template, or it is broken; the message says which and why."""


class SummaryTemplates:
    """The built-in templates and those of a folder; of two with the same name, the folder's counts."""

    def __init__(self, folder: Path | None = None) -> None:
        """Look into the folder when a template is asked for; it need not exist."""
        self._folder = folder

    @property
    def names(self) -> list[str]:
        """All templates there are."""
        own: set[str] = set()
        if self._folder is not None and self._folder.is_dir():
            own = {path.name.removesuffix(_TEXT) for path in self._folder.glob(f"*{_TEXT}")}
        return sorted({*BUILT_IN, *(name for name in own if _NAME.match(name))})

    def render(self, name: str, variables: Mapping[str, Any]) -> tuple[str, str | None]:
        """Return the text and the HTML of an e-mail; a template of text alone gives no HTML.

        A summary goes out whatever happens to its template: where one is missing or broken, the default takes
        its place, and the log says so.
        """
        try:
            return self._rendered(name, variables)
        except Exception as error:
            if name == DEFAULT and self._folder is None:
                raise
            _log.error("The summary template %r failed, the default takes its place: %s", name, error)
        return SummaryTemplates()._rendered(DEFAULT, variables)

    def guidance(self, name: str) -> str:
        """Return what a language model is told about the wording; nothing where the template says nothing."""
        if not _NAME.match(name):
            return ""
        if self._folder is not None and (path := self._folder / f"{name}{_GUIDANCE}").is_file():
            return path.read_text("utf-8", errors="replace")[:_LONGEST_GUIDANCE].strip()
        if name not in BUILT_IN:
            return ""
        shipped = resources.files(__package__) / "templates" / f"{name}{_GUIDANCE}"
        return shipped.read_text("utf-8").strip() if shipped.is_file() else ""

    def check(self, name: str) -> None:
        """Check that there is a template of a name, and that it can be read.

        Raises:
            TemplateProblemError: there is none, or it is broken.
        """
        import jinja2

        if name not in self.names:
            raise TemplateProblemError(
                f"there is no summary template {name!r}; there is {', '.join(self.names)}"
            )
        try:
            self._environment.get_template(name + _TEXT)
            if self._has_html(name):
                self._environment.get_template(name + _HTML)
        except jinja2.TemplateSyntaxError as error:
            where = f"{error.name}, line {error.lineno}"
            raise TemplateProblemError(
                f"the summary template {name!r} is broken: {error.message} ({where})"
            ) from error
        except jinja2.TemplateError as error:
            raise TemplateProblemError(f"the summary template {name!r} is broken: {error}") from error

    def _rendered(self, name: str, variables: Mapping[str, Any]) -> tuple[str, str | None]:
        if not _NAME.match(name):
            raise TemplateProblemError(f"{name!r} is no name of a template")
        text = self._environment.get_template(name + _TEXT).render(variables)
        html = (
            self._environment.get_template(name + _HTML).render(variables) if self._has_html(name) else None
        )
        return text, html

    def _has_html(self, name: str) -> bool:
        if self._folder is not None and (self._folder / f"{name}{_TEXT}").is_file():
            return (self._folder / f"{name}{_HTML}").is_file()
        return name in BUILT_IN

    @cached_property
    def _environment(self) -> "jinja2.Environment":
        import jinja2
        from jinja2.sandbox import ImmutableSandboxedEnvironment

        loaders: list[jinja2.BaseLoader] = [jinja2.PackageLoader("earwitness.delivery")]
        if self._folder is not None:
            loaders.insert(0, jinja2.FileSystemLoader(self._folder))
        return ImmutableSandboxedEnvironment(
            loader=jinja2.ChoiceLoader(loaders),
            autoescape=jinja2.select_autoescape(("html.j2",)),
            finalize=_printable,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )


def _printable(value: Any) -> Any:
    """Replace control characters in text by spaces; leave other values and finished markup alone."""
    if not isinstance(value, str) or hasattr(value, "__html__"):
        return value
    return printable(value)


def printable(text: str) -> str:
    """Return a text with spaces for its control characters, line ends among them."""
    if text.isprintable():
        return text
    return "".join(
        " " if unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") else character
        for character in text
    )
