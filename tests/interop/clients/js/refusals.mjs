// What users of symbl-node and symbl-js see when the server refuses.
import { task, tell } from './program.mjs';

const { sdk } = (await import(task.sdk)).default;
const refused = (what) => (error) => {
  tell(what, { message: error.message, inner: error.internalError?.message ?? null });
};
const granted = (what) => () => tell(what, null);

sdk.oauth2.apiClient.basePath = task.base;
const { appId, appSecret, base: basePath } = task;
await sdk.init({ appId, appSecret: `${appSecret}x`, basePath }).then(granted('init'), refused('init'));
await sdk.init({ appId, appSecret, basePath });
const endpoint = { type: 'sip', uri: 'sip:' };
await sdk.startEndpoint({ endpoint }).then(granted('start'), refused('start'));
const connectionId = '00000000-0000-4000-8000-000000000000';
await sdk.stopEndpoint({ connectionId }).then(granted('stop'), refused('stop'));
process.exit(0); // The SDK's timer for the next token would keep the process.
