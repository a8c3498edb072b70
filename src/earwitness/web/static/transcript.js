/* The transcript: turns of speakers, each a paragraph of sentences that insights and topics point to. */

import { byId, element, reconcile } from "./dom.js";
import { clock, count } from "./format.js";
import { nameOf } from "./people.js";

const LONGEST_TURN_S = 45; // A longer one is cut, so that the reader sees where in time it is.
const NEAR_END_PX = 60;

export class Transcript {
  #pane = byId("pane");
  #turns = byId("turns");
  #latest = byId("latest");
  #live = false;
  #following = true; // The reader is at the end, and new words keep them there.
  #marked = new Set();
  #topic = null;
  onTopicCleared = () => {};

  constructor() {
    this.#pane.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    this.#latest.addEventListener("click", () => this.#toEnd());
    byId("filter-only").addEventListener("change", () => this.#paint());
    byId("filter-clear").addEventListener("click", () => this.clear());
    document.addEventListener("keydown", (event) => event.key === "Escape" && this.clear());
  }

  update(content, colours) {
    this.#live = content.state === "active";
    this.#pane.classList.toggle("growing", this.#live);
    const before = this.#turns.querySelectorAll(".message").length;
    reconcile(this.#turns, turnsOf(content.messages), {
      key: (turn) => `${turn.speaker}/${turn.messages[0].id}`,
      make: (turn) => makeTurn(turn, colours),
      update: (node, turn) =>
        reconcile(node.querySelector("p"), turn.messages, {
          key: (message) => `${message.id}/${message.text}`,
          make: makeMessage,
        }),
    });
    this.#paint();
    const empty = byId("no-messages");
    empty.hidden = content.messages.length > 0;
    byId("export").hidden = !empty.hidden;
    empty.textContent = this.#live ? "Listening. The words appear here as they are spoken." : "Nothing was said.";
    if (this.#live && content.messages.length > before) this.#following ? this.#toEnd() : (this.#latest.hidden = false);
    if (!this.#live) this.#latest.hidden = true;
    // Only what comes from now on is read out, not the whole transcript on loading.
    this.#pane.setAttribute("aria-live", this.#live ? "polite" : "off");
  }

  /** Highlight messages and bring the first one into view. */
  show(ids) {
    const first = ids.map((id) => byId(`message-${id}`)).find(Boolean);
    if (!first) return;
    if (this.#topic) this.#forgetTopic();
    this.#marked = new Set(ids);
    this.#paint();
    this.#reveal(first);
  }

  /** Highlight the messages of a topic; null for none. */
  showTopic(topic) {
    this.#marked = new Set(topic?.messageIds ?? []);
    this.#topic = topic;
    byId("filter-only").checked = false;
    this.#paint();
    const first = topic && this.#turns.querySelector(".message.marked");
    if (first) this.#reveal(first, false);
  }

  clear() {
    if (this.#topic) this.#forgetTopic();
    this.#marked.clear();
    this.#paint();
  }

  #forgetTopic() {
    this.#topic = null;
    byId("filter-only").checked = false;
    this.onTopicCleared();
  }

  #paint() {
    const only = this.#topic !== null && byId("filter-only").checked;
    for (const turn of this.#turns.children) {
      let shown = false;
      for (const message of turn.querySelectorAll(".message")) {
        const marked = this.#marked.has(message.dataset.id);
        message.classList.toggle("marked", marked);
        message.hidden = only && !marked;
        shown ||= !message.hidden;
      }
      turn.hidden = !shown;
    }
    byId("filter").hidden = this.#topic === null;
    if (this.#topic) {
      const said = count(this.#marked.size, "sentence", "sentences");
      byId("filter-name").textContent = `${this.#topic.text}: ${said}`;
    }
  }

  #reveal(message, focus = true) {
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    message.scrollIntoView({ block: "center", behavior: still ? "auto" : "smooth" });
    if (focus) message.focus({ preventScroll: true });
  }

  #scrolled() {
    const { scrollHeight, scrollTop, clientHeight } = this.#pane;
    this.#following = scrollHeight - scrollTop - clientHeight < NEAR_END_PX;
    if (this.#following) this.#latest.hidden = true;
  }

  #toEnd() {
    this.#latest.hidden = true;
    this.#pane.scrollTop = this.#pane.scrollHeight;
  }
}

function turnsOf(messages) {
  const turns = [];
  for (const message of messages) {
    const speaker = nameOf(message.from);
    const last = turns.at(-1);
    if (last?.speaker === speaker && message.timeOffset - last.startS < LONGEST_TURN_S) last.messages.push(message);
    else turns.push({ speaker, from: message.from, startS: message.timeOffset, messages: [message] });
  }
  return turns;
}

function makeTurn(turn, colours) {
  return element(
    "li",
    { class: "turn", "data-colour": colours.of(turn.from) },
    element(
      "h3",
      {},
      element("span", { class: "speaker" }, turn.speaker),
      " ",
      element("time", { datetime: `PT${Math.max(0, turn.startS).toFixed(2)}S` }, clock(turn.startS)),
    ),
    element("p"),
  );
}

function makeMessage(message) {
  const attributes = {
    class: "message",
    id: `message-${message.id}`,
    "data-id": message.id,
    "data-at": Math.max(0, message.timeOffset),
    tabindex: "-1",
    title: clock(message.timeOffset),
  };
  return element("span", attributes, element("span", {}, message.text), " ");
}
