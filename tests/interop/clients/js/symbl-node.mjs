// symbl-node 1.0.14: a call from `init` to the conversation, as its documentation shows it.
import api from '@symblai/api-client';
import symbl from 'symbl-node';
import { isCompleted, played, pushSpeakers, startOptions, task, tell, until } from './program.mjs';

const { sdk, SpeakerEvent } = symbl;

sdk.oauth2.apiClient.basePath = task.base;
const askForToken = sdk.oauth2.init;
sdk.oauth2.init = (...given) => { tell('token requested'); return askForToken.apply(sdk.oauth2, given); };
await sdk.init({ appId: task.appId, appSecret: task.appSecret, basePath: task.base });

const { connectionId, conversationId, eventUrl, webSocketUrl } = await sdk.startEndpoint(startOptions());
tell('started', { connectionId, conversationId, eventUrl, webSocketUrl });

let completed = false;
await sdk.subscribeToConnection(connectionId, (frame) => {
  tell('frame', frame);
  completed ||= isCompleted(frame);
});
await pushSpeakers(sdk, SpeakerEvent, connectionId);
await played(task.stopAtS);
const stopped = await sdk.stopEndpoint({ connectionId });
tell('stopped', {
  connectionId: stopped.connectionId,
  conversationId: stopped.conversationId,
  summaryInfo: stopped.summaryInfo,
});
await until(() => completed, 'conversation_completed');

const client = new api.ApiClient();
client.basePath = task.base;
client.authentications.jwt.apiKey = sdk.oauth2.activeToken;
const conversations = new api.ConversationsApi(client);
for (const call of task.reads) {
  await new Promise((resolve, reject) => {
    conversations[call](stopped.conversationId, (error, data) => {
      if (error) reject(error);
      else resolve(tell(call, data));
    });
  });
}
process.exit(0); // The SDK's timer for the next token would keep the process.
