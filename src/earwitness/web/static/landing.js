/* The landing page: whether calls can be placed, and the conversations of an app. */

import { stateOf } from "./call.js";
import { Refused, Unreachable, request } from "./client.js";
import { byId, element, notify, reconcile } from "./dom.js";
import { duration, moment } from "./format.js";

const KEPT_AS = "earwitness access token";
const PAGE_SIZE = 50;
const REFRESH_MS = 3000;

class Browser {
  #token = sessionStorage.getItem(KEPT_AS);
  #limit = PAGE_SIZE;
  #conversations = [];
  #calls = [];
  #timer;

  constructor() {
    byId("token-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#token = byId("token").value.trim();
      this.refresh();
    });
    byId("forget").addEventListener("click", () => this.#forget());
    byId("search").addEventListener("input", () => this.#draw());
    byId("more").addEventListener("click", () => {
      this.#limit += PAGE_SIZE;
      this.refresh();
    });
    document.addEventListener("visibilitychange", () => document.hidden || this.refresh());
  }

  async refresh() {
    clearTimeout(this.#timer);
    if (!this.#token) return;
    try {
      // One more than is shown tells whether there are more.
      const [listed, live] = await Promise.all([
        this.#get(`/v1/conversations?order=desc&startTime=1970-01-01T00:00:00Z&limit=${this.#limit + 1}`),
        this.#get("/v1/calls"),
      ]);
      [this.#conversations, this.#calls] = [listed.conversations, live.calls];
      sessionStorage.setItem(KEPT_AS, this.#token);
      notify(byId("notice"), "");
      this.#draw();
    } catch (error) {
      if (error instanceof Refused) return this.#forget(error.message);
      if (!(error instanceof Unreachable)) throw error;
      notify(byId("notice"), `${error.message} Trying again.`, "warning");
    }
    if (!document.hidden) this.#timer = setTimeout(() => this.refresh(), REFRESH_MS);
  }

  async #get(path) {
    return (await request(path, { headers: { "X-API-KEY": this.#token } })).json();
  }

  #forget(message = "") {
    clearTimeout(this.#timer);
    this.#token = null;
    sessionStorage.removeItem(KEPT_AS);
    byId("browser").hidden = true;
    byId("token-form").hidden = false;
    byId("token").value = "";
    byId("token").focus();
    notify(byId("notice"), message, "error");
  }

  #draw() {
    byId("token-form").hidden = true;
    byId("browser").hidden = false;
    const words = byId("search").value.trim().toLocaleLowerCase();
    const found = this.#conversations.slice(0, this.#limit).filter((one) => titleOf(one).toLocaleLowerCase().includes(words));
    const live = new Map(this.#calls.filter((call) => !call.endedAt).map((call) => [call.conversationId, call]));
    const [going, past] = [found.filter((one) => live.has(one.id)), found.filter((one) => !live.has(one.id))];
    byId("live-section").hidden = going.length === 0;
    byId("past-heading").classList.toggle("unseen", going.length === 0);
    const make = (one) => this.#row(one);
    reconcile(byId("live-calls"), going.map((one) => ({ ...one, call: live.get(one.id) })), { key: rowKey, make });
    reconcile(byId("conversations"), past, { key: rowKey, make });
    byId("none").hidden = found.length > 0;
    byId("none").textContent = words ? `No name contains “${words}”.` : "There are no conversations yet. Place a call to make the first one.";
    byId("more").hidden = this.#conversations.length <= this.#limit;
  }

  #row(one) {
    const about = [moment(one.startTime)];
    if (one.endTime && one.state !== "failed") about.push(duration((Date.parse(one.endTime) - Date.parse(one.startTime)) / 1000));
    if (one.call) about.push(one.call.endpoint);
    return element(
      "li",
      {},
      element("button", { type: "button", class: "open", onclick: () => this.#open(one.id) }, titleOf(one)),
      element("span", { class: "quiet" }, about.join(" · ")),
      element("span", { class: "state", "data-state": one.state }, one.call ? stateOf(one.call) : STATES[one.state] ?? one.state),
    );
  }

  /** The address of a page is its key, so it is made only when it is wanted. */
  async #open(id) {
    try {
      const page = `/v1/conversations/experiences/insights/details/${encodeURIComponent(id)}?includeCallScore=true`;
      const response = await request(page, { headers: { "X-API-KEY": this.#token } });
      location.assign((await response.json()).url);
    } catch (error) {
      if (!(error instanceof Refused || error instanceof Unreachable)) throw error;
      notify(byId("notice"), error.message, "error");
    }
  }
}

const STATES = { active: "Going on", completed: "Complete", failed: "Failed", interrupted: "Interrupted" };

const titleOf = ({ name, id }) => (name && name !== id ? name : "Conversation without a name");

const rowKey = ({ id, name, state, call }) => JSON.stringify([id, name, state, call?.state]);

async function showReadiness() {
  const { dataset } = byId("status");
  try {
    await request("/readyz");
    dataset.state = "ready";
    byId("status-text").textContent = "Running, and ready to place calls";
  } catch (error) {
    dataset.state = "waiting";
    byId("status-text").textContent = `Running, but no call can be placed now: ${error.message}`;
    setTimeout(showReadiness, REFRESH_MS);
  }
}

showReadiness();
new Browser().refresh();
