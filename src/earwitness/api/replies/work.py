"""Replies to what starts something: a call, a recording, a text."""

from typing import Any, Literal

from pydantic import Field

from earwitness.api.replies.common import Id, Reply


class BegunReply(Reply):
    """A conversation that a job makes, or adds to."""

    conversation_id: Id = Field(alias="conversationId")
    job_id: str = Field(alias="jobId")


class JobReply(Reply):
    """How a job stands."""

    id: str
    status: Literal["scheduled", "in_progress", "completed", "failed"]
    conversation_id: Id = Field(alias="conversationId")
    message: str | None = Field(None, description="Why it failed.")


class ConnectedReply(Reply):
    """A call that was begun or stopped."""

    connection_id: str = Field(alias="connectionId")
    conversation_id: Id = Field(alias="conversationId")
    event_url: str = Field(alias="eventUrl", description="Takes speaker events.")
    result_web_socket_url: str = Field(
        alias="resultWebSocketUrl", description="Sends what is heard and understood as it comes."
    )


class StoppedReply(ConnectedReply):
    """A call that was stopped."""

    summary_info: list[dict[str, Any]] = Field(
        alias="summaryInfo", description="Each recipient of the summary, and the page that it links to."
    )


BEGUN: dict[int | str, dict[str, Any]] = {201: {"model": BegunReply}}
CONNECTED: dict[int | str, dict[str, Any]] = {200: {"model": StoppedReply}, 201: {"model": ConnectedReply}}
