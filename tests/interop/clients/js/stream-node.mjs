// symbl-node 1.0.14: audio streamed by `startRealtimeRequest`, as its documentation shows it.
import { readFileSync } from 'node:fs';
import symbl from 'symbl-node';
import { pieces, streamOptions, task, tell } from './program.mjs';

const { sdk } = symbl;

sdk.oauth2.apiClient.basePath = task.base;
await sdk.init({ appId: task.appId, appSecret: task.appSecret, basePath: task.base });

const connection = await sdk.startRealtimeRequest(streamOptions(task.id));
tell('started', { conversationId: connection.conversationId });
for await (const piece of pieces(readFileSync(task.audio))) connection.sendAudio(piece);
tell('stopped', await connection.stop());
process.exit(0); // The SDK's timer for the next token would keep the process.
