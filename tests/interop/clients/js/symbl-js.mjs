// @symblai/symbl-js 1.4.10: a call with both kinds of subscription and the keep-alive of its sockets.
import api from '@symblai/api-client';
import symbl from '@symblai/symbl-js';
import { isCompleted, played, pushSpeakers, startOptions, task, tell, until } from './program.mjs';

const { sdk, SpeakerEvent } = symbl;

// The SDK pings every 30.5 s and gives up 30 s later: too long for a test, so both pass sooner here.
const [setTimer, setTicker] = [globalThis.setTimeout, globalThis.setInterval];
globalThis.setTimeout = (run, ms, ...rest) => setTimer(run, ms === 30000 ? 2900 : ms, ...rest);
globalThis.setInterval = (run, ms, ...rest) => {
  if (ms !== 30500) return setTicker(run, ms, ...rest);
  return setTicker(() => { tell('ping'); run(); }, 3000);
};

sdk.oauth2.setBasePath(task.base);
await sdk.init({
  appId: task.appId, appSecret: task.appSecret, basePath: task.base, reconnectOnError: true,
});

const { connectionId, conversationId, eventUrl, webSocketUrl } = await sdk.startEndpoint(startOptions());
tell('started', { connectionId, conversationId, eventUrl, webSocketUrl });

const open = new Set();
const completed = new Set();
function subscription(name) {
  return {
    reconnectOnError: true,
    handlers: {
      onSubscribe: () => { open.add(name); tell(`${name} subscribed`); },
      onClose: () => { open.delete(name); tell(`${name} closed`); },
      onReconnectFail: (error) => tell(`${name} lost`, String(error)),
      onMessage: (frame) => {
        tell(`${name} frame`, frame);
        if (isCompleted(frame)) completed.add(name);
      },
    },
  };
}
await sdk.subscribeToConnection(connectionId, subscription('connection'));
await sdk.subscribeToStream(connectionId, subscription('stream'));
await pushSpeakers(sdk, SpeakerEvent, connectionId);
await played(task.stopAtS);
const stopped = await sdk.stopEndpoint({ connectionId });
tell('stopped', {
  connectionId: stopped.connectionId,
  conversationId: stopped.conversationId,
  summaryInfo: stopped.summaryInfo,
});
await until(() => completed.size === 2 && open.size === 0, 'end of both subscriptions');

const messages = new api.MessagesApi(sdk.endpointClient.apiClient);
await new Promise((resolve, reject) => {
  messages.getMessagesByConversationId(stopped.conversationId, (error, data) => {
    if (error) reject(error);
    else resolve(tell('messages', data));
  });
});
process.exit(0); // The SDK's timer for the next token would keep the process.
