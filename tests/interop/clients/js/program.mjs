// What every program here shares: its task, telling what it sees, and the far end's clock.
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

export const task = JSON.parse(process.argv.at(-1));

export function tell(name, value = null) {
  process.stdout.write(`${JSON.stringify({ name, value })}\n`);
}

let playing;

// Waits until the far end has played for so many seconds.
export async function played(seconds) {
  playing ??= new Promise((resolve) => {
    createInterface({ input: process.stdin }).once('line', () => resolve(Date.now()));
  });
  await sleep(Math.max((await playing) + seconds * 1000 - Date.now(), 0));
}

// Pushes each speaker event when it is due. A push is never awaited: it does not resolve.
export async function pushSpeakers(sdk, SpeakerEvent, connectionId) {
  for (const { at_s: at, type, user } of task.speakerEvents) {
    await played(at);
    const event = new SpeakerEvent({ type, user, timestamp: new Date().toISOString() });
    sdk.pushEventOnConnection(connectionId, event.toJSON()).catch((reason) => tell('push failed', String(reason)));
  }
}

// Resolves when `condition` holds; throws after so many seconds.
export async function until(condition, what, seconds = 5) {
  const end = Date.now() + seconds * 1000;
  while (!condition()) {
    if (Date.now() > end) throw new Error(`no ${what} within ${seconds} s`);
    await sleep(20);
  }
}

export function isCompleted(frame) {
  return frame.type === 'message' && frame.message.type === 'conversation_completed';
}

// The options of the page "Use a SIP connection to get conversation intelligence", and the rest of them.
export function startOptions() {
  return {
    endpoint: {
      type: 'sip',
      uri: task.uri,
      audioConfig: { sampleRate: 48000, encoding: 'OPUS', sampleSize: '16' },
    },
    actions: [{ invokeOn: 'stop', name: 'sendSummaryEmail', parameters: { emails: task.emails } }],
    data: { session: { name: task.meeting } },
    intents: [{ intent: 'answering_machine' }],
    languages: ['en-US'],
    timezone: 'Asia/Tokyo',
    pushSpeakerEvents: true,
  };
}

// The options of the page "Streaming API", with handlers that tell what they get.
export function streamOptions(id) {
  return {
    id,
    insightTypes: ['action_item', 'question'],
    config: {
      meetingTitle: task.meeting,
      confidenceThreshold: 0.5,
      timezoneOffset: 480,
      languageCode: 'en-US',
      sampleRateHertz: 16000,
    },
    speaker: task.speaker,
    handlers: {
      onSpeechDetected: (data) => tell('speech', data),
      onMessageResponse: (data) => tell('messages', data),
      onInsightResponse: (data) => tell('insights', data),
      onTopicResponse: (data) => tell('topics', data),
      onRequestError: (data) => tell('error', data),
    },
  };
}

// Audio (16-bit, 16 kHz) in pieces of 100 ms, ten times as fast as it is spoken.
export async function* pieces(audio) {
  for (let at = 0; at < audio.length; at += 3200) {
    yield audio.subarray(at, at + 3200);
    await sleep(10);
  }
}
