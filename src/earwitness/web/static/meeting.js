/* The page of a conversation: live while it goes on, complete afterwards. */

import { updateBookmarks } from "./bookmarks.js";
import { updateCall, sipReason, stateOf } from "./call.js";
import { ConversationClient, Refused, Unreachable } from "./client.js";
import { byId, element, notify, reconcile } from "./dom.js";
import { bindExport } from "./export.js";
import { Findings, Topics } from "./findings.js";
import { clock, count, day, duration, time } from "./format.js";
import { applyLook } from "./look.js";
import { updateMails } from "./mail.js";
import { readAddress } from "./options.js";
import { Colours, updatePeople } from "./people.js";
import { updateScore } from "./score.js";
import { Transcript } from "./transcript.js";

const REFRESH_MS = 1000;
const RETRY_MS = [1000, 2000, 5000, 10_000];
const MAIL_AFTER_MS = [0, 2000, 10_000, 30_000]; // An e-mail is made shortly after the end of its call.
const REVISED_AFTER_MS = [3000, 10_000, 35_000]; // A call is heard again when it is over.
const READ_EVERY_MS = 3000; // While a language model reads it.

class Page {
  #client;
  #transcript = new Transcript();
  #colours = new Colours();
  #findings;
  #topics;
  #content = null;
  #skewMs = 0; // Between the server's clock and ours.
  #failures = 0;
  #timer;
  #over = false;
  #reading = null; // The next look while a language model reads.

  constructor(token, options) {
    this.#client = new ConversationClient(token);
    this.#findings = new Findings((ids) => this.#transcript.show(ids), options);
    this.#topics = new Topics((topic) => this.#transcript.showTopic(topic), options);
    this.#transcript.onTopicCleared = () => this.#topics.clear();
    bindExport(() => this.#client);
    setInterval(() => this.#tick(), 1000);
    document.addEventListener("visibilitychange", () => document.hidden || this.#wake());
    addEventListener("online", () => this.#wake());
  }

  async refresh() {
    clearTimeout(this.#timer);
    try {
      const content = await this.#client.content();
      this.#failures = 0;
      notify(byId("notice"), "");
      if (content) this.#take(content);
      this.#timer = this.#over || document.hidden ? null : setTimeout(() => this.refresh(), REFRESH_MS);
    } catch (error) {
      this.#fail(error);
    }
  }

  #wake() {
    if (!this.#over) this.refresh();
  }

  #take(content) {
    this.#content = content;
    this.#skewMs = Date.parse(content.now) - Date.now();
    applyLook(content.experience);
    updatePeople(content, this.#colours);
    updateHead(content);
    updateCall(content);
    this.#findings.update(content);
    this.#topics.update(content);
    updateBookmarks(content, (ids) => this.#transcript.show(ids));
    updateScore(content);
    byId("loading").hidden = true;
    byId("conversation").hidden = false;
    this.#transcript.update(content, this.#colours);
    if (content.state !== "active" && !this.#over) this.#finish();
    this.#tick();
  }

  #finish() {
    this.#over = true;
    // A page with pictures from elsewhere shows no e-mails: they could fetch from there too.
    if (!location.pathname.startsWith("/meeting/media")) for (const after of MAIL_AFTER_MS) setTimeout(() => this.#fetchMails(), after);
    for (const after of REVISED_AFTER_MS) setTimeout(() => this.#fetchRevised(), after);
  }

  async #fetchRevised() {
    try {
      const content = await this.#client.content();
      if (content) this.#take(content);
      if (this.#content.reading.state === "pending" && !this.#reading) {
        this.#reading = setTimeout(() => {
          this.#reading = null;
          this.#fetchRevised();
        }, READ_EVERY_MS);
      }
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error; // What was heard live stays on the page.
    }
  }

  async #fetchMails() {
    try {
      updateMails(await this.#client.mails());
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error; // The e-mails are an extra; the page is whole without them.
    }
  }

  #tick() {
    const live = this.#content?.state === "active";
    byId("live").hidden = !live;
    if (!live) return;
    const since = this.#content.mediaStartTime ?? this.#content.startTime;
    byId("elapsed").textContent = clock((Date.now() + this.#skewMs - Date.parse(since)) / 1000);
  }

  #fail(error) {
    const notice = byId("notice");
    if (error instanceof Refused) {
      this.#over = true;
      byId("loading").hidden = true;
      byId("live").hidden = true;
      notify(notice, error.message, "error");
      return;
    }
    if (!(error instanceof Unreachable)) throw error;
    const waitMs = RETRY_MS[Math.min(this.#failures++, RETRY_MS.length - 1)];
    const kept = this.#content ? " What you see is what was known until then." : "";
    notify(notice, `The connection to the server is lost: ${error.message}${kept} Trying again.`, "warning");
    this.#timer = setTimeout(() => this.refresh(), waitMs);
  }
}

function updateHead(content) {
  const { title, state, startTime, endTime, mediaStartTime, timeZone, members, call } = content;
  document.title = `${title} · earwitness`;
  byId("title").textContent = title;
  byId("date").textContent = day(startTime, timeZone);
  const until = endTime ? `–${time(endTime, timeZone)}` : "";
  const lasted = endTime && mediaStartTime ? duration((Date.parse(endTime) - Date.parse(mediaStartTime)) / 1000) : null;
  const facts = [
    ["Time", `${time(startTime, timeZone)}${until} ${timeZone}`],
    ["Duration", lasted],
    ["Attendees", members.length ? count(members.length, "attendee", "attendees") : null],
    ["State", state === "failed" && call ? `${stateOf(call)}: ${sipReason(call)}` : call ? stateOf(call) : null],
  ];
  reconcile(byId("facts"), facts.filter(([, value]) => value), {
    make: ([name, value]) =>
      element("li", { "data-fact": name, "data-state": name === "State" ? state : null }, element("span", { class: "unseen" }, `${name}: `), value),
  });
}

function start() {
  const { token, options } = readAddress(location);
  if (token) return new Page(token, options).refresh();
  byId("loading").hidden = true;
  notify(byId("notice"), "This address has no page token. Open the page with the full link that you were given.", "error");
}

// Another token in the fragment is another conversation; the browser does not load the page for it.
addEventListener("hashchange", () => location.reload());
start();
