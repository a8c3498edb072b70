"""PyPI `symbl` 2.0.6: recordings, from files and from a URL, each until its job has ended."""

from typing import Any

from tests.interop.clients.py.program import credentials, job_done, symbl_at, task, tell

symbl = symbl_at(task["base"])

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
first = job_done(
    "process_file",
    symbl.Audio.process_file(task["stereo"], credentials=credentials(), parameters=parameters),
)
job_done("append_file", symbl.Audio.append_file(task["mono"], first, content_type="audio/wav"))
payload = {"url": task["url"], "name": "From a URL", "confidenceThreshold": 0.6, "languageCode": "en-US"}
diarization = {"enableSpeakerDiarization": True, "diarizationSpeakerCount": 2}
job_done("process_url", symbl.Audio.process_url(payload, parameters=diarization))
job_done("process_video", symbl.Video.process_file(task["video"]))
broken = symbl.Audio.process_url({"url": f"{task['url']}-that-is-not-there"})
tell("broken", broken.get_job_status())
