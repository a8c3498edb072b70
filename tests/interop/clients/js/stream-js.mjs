// @symblai/symbl-js 1.4.10: audio streamed by `startRealtimeRequest` or by `createStream`, and one who listens.
import { readFileSync } from 'node:fs';
import symbl from '@symblai/symbl-js';
import { isCompleted, pieces, streamOptions, task, tell, until } from './program.mjs';

const { sdk } = symbl;

sdk.oauth2.setBasePath(task.base);
await sdk.init({
  appId: task.appId, appSecret: task.appSecret, basePath: task.base, reconnectOnError: true,
});

const audio = readFileSync(task.audio);
let stop;
if (task.call === 'startRealtimeRequest') {
  const connection = await sdk.startRealtimeRequest(streamOptions(task.id));
  tell('started', { conversationId: connection.conversationId, connectionId: connection.connectionId });
  for await (const piece of pieces(audio)) connection.sendAudio(piece);
  ({ stop } = connection);
} else {
  const stream = await sdk.createStream(streamOptions(task.id));
  await stream.start();
  tell('started', { conversationId: await stream.conversationId, connectionId: stream.connectionId });
  let completed = false;
  await sdk.subscribeToStream(task.id, {
    handlers: {
      onMessage: (frame) => { tell('watched', frame); completed ||= isCompleted(frame); },
    },
  });
  for await (const piece of pieces(audio)) stream.sendAudio(piece);
  stop = async () => {
    const answer = await stream.stop();
    await until(() => completed, 'end of the subscription');
    return answer;
  };
}
tell('stopped', await stop());
process.exit(0); // The SDK's timer for the next token would keep the process.
