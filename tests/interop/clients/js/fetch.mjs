// The browser form: `fetch` from a page of another origin, and the preflight that browsers send before it.
import { task, tell } from './program.mjs';

const origin = { Origin: 'https://meetings.example.com' };
const shown = async (reply) => ({
  status: reply.status,
  headers: Object.fromEntries(reply.headers),
  body: await reply.text(),
});

for (const path of task.preflights) {
  const reply = await fetch(task.base + path, {
    method: 'OPTIONS',
    headers: {
      ...origin,
      'Access-Control-Request-Method': 'POST',
      'Access-Control-Request-Headers': 'content-type,x-api-key',
    },
  });
  tell(path, await shown(reply));
}
for (const { name, method, path, token, body } of task.requests) {
  const reply = await fetch(task.base + path, {
    method,
    headers: { ...origin, 'Content-Type': 'application/json', ...(token && { 'X-API-KEY': token }) },
    body: body && JSON.stringify(body),
  });
  tell(name, await shown(reply));
}
