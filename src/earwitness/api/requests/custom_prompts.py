"""Custom prompts of a request: what a language model is to answer from the conversation.

Symbl has no such field.
"""

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from earwitness.conversation.reading import LONGEST_PROMPT, LONGEST_PROMPT_NAME, MOST_PROMPTS


def _one_line(value: Any) -> Any:
    return " ".join(value.split()) if isinstance(value, str) else value


class CustomPrompt(BaseModel):
    """A prompt and what its answer is called."""

    model_config = ConfigDict(extra="ignore")

    name: Annotated[str, BeforeValidator(_one_line), Field(min_length=1, max_length=LONGEST_PROMPT_NAME)]
    prompt: Annotated[str, BeforeValidator(_one_line), Field(min_length=1, max_length=LONGEST_PROMPT)]


def _differ(prompts: list[CustomPrompt]) -> list[CustomPrompt]:
    if len({prompt.name for prompt in prompts}) < len(prompts):
        raise ValueError("each prompt needs a name of its own")
    return prompts


CustomPrompts = Annotated[list[CustomPrompt], Field(max_length=MOST_PROMPTS), AfterValidator(_differ)]
