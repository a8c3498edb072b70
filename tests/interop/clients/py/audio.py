"""PyPI `symbl` 2.0.6: recordings, from files and from a URL, each until its job has ended."""

import sys
from typing import Any

from tests.interop.clients.py.program import credentials, plain, symbl_at, task, tell

symbl = symbl_at(task["base"])
# The package sleeps for 30 s before it asks for the first time.
sys.modules["symbl.Conversations"].Conversation._Conversation__INTERVAL_TIME_IN_SECONDS = 0.2


def done(name: str, conversation: Any) -> str:
    """Tell what became of a job, and what the package reads of its conversation."""
    conversation_id = str(conversation.get_conversation_id())
    tell(
        name,
        {
            "conversationId": conversation_id,
            "status": conversation.get_job_status(),
            "messages": [
                plain(one) for one in conversation.get_messages({"verbose": True, "sentiment": True}).messages
            ],
            "members": [plain(one) for one in conversation.get_members().members],
            "actionItems": plain(conversation.get_action_items()),
        },
    )
    return conversation_id


parameters: dict[str, Any] = {
    "name": "From a file",
    "detectPhrases": True,
    "customVocabulary": ["acme", "widget"],
    "enableSeparateRecognitionPerChannel": True,
    "channelMetadata": [
        {"channel": 1, "speaker": {"name": "Anna", "email": "anna@example.com"}},
        {"channel": 2, "speaker": {"name": "Mark", "email": "mark@example.com"}},
    ],
}
first = done(
    "process_file",
    symbl.Audio.process_file(task["stereo"], credentials=credentials(), parameters=parameters),
)
done("append_file", symbl.Audio.append_file(task["mono"], first, content_type="audio/wav"))
payload = {"url": task["url"], "name": "From a URL", "confidenceThreshold": 0.6, "languageCode": "en-US"}
diarization = {"enableSpeakerDiarization": True, "diarizationSpeakerCount": 2}
done("process_url", symbl.Audio.process_url(payload, parameters=diarization))
done("process_video", symbl.Video.process_file(task["video"]))
broken = symbl.Audio.process_url({"url": f"{task['url']}-that-is-not-there"})
tell("broken", broken.get_job_status())
