/* The page of all conversations of an app, the latest first; each leads to its own page. */

import { request, Unreachable } from "./client.js";
import { byId, element, notify, reconcile } from "./dom.js";
import { count, day, duration, time } from "./format.js";
import { readAddress } from "./options.js";

const STATES = { active: "Going on", completed: null, failed: "Not answered", interrupted: "Interrupted" };

let conversations = [];

function factsOf({ startTime, endTime, mediaStartTime, timeZone, members, state }) {
  const lasted = endTime && mediaStartTime ? duration((Date.parse(endTime) - Date.parse(mediaStartTime)) / 1000) : null;
  return [
    `${day(startTime, timeZone)}, ${time(startTime, timeZone)}`,
    lasted,
    members.map(({ name }) => name).join(", ") || null,
    STATES[state],
  ].filter(Boolean);
}

function makeRow(conversation) {
  return element(
    "li",
    { "data-state": conversation.state },
    element("a", { class: "open", href: conversation.page }, conversation.title),
    element("p", { class: "quiet" }, factsOf(conversation).join(" · ")),
  );
}

function matches(conversation, wanted) {
  const { title, endpoint, members, metadata } = conversation;
  const said = [title, endpoint, ...members.flatMap(({ name, email }) => [name, email]), ...Object.values(metadata)];
  return said.join("\n").toLowerCase().includes(wanted);
}

function show() {
  const wanted = byId("search").value.trim().toLowerCase();
  const found = conversations.filter((one) => matches(one, wanted));
  reconcile(byId("conversations"), found, { key: (one) => JSON.stringify(one), make: makeRow });
  byId("found").textContent = found.length ? count(found.length, "conversation", "conversations") : "None.";
}

async function start() {
  const { token } = readAddress(location);
  const notice = byId("notice");
  if (!token) {
    notify(notice, "This address has no page token. Open the page with the full link that you were given.", "error");
    return;
  }
  try {
    const response = await request("/meeting/list/data", { headers: { "X-Page-Token": token } });
    ({ conversations } = await response.json());
  } catch (error) {
    notify(notice, error instanceof Unreachable ? `${error.message} Load the page again.` : error.message, "error");
    return;
  }
  byId("listing").hidden = false;
  byId("search").addEventListener("input", show);
  show();
}

addEventListener("hashchange", () => location.reload());
start();
