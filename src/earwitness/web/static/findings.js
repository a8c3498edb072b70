/* Summary, answers to prompts, action items, follow-ups, questions and topics; each leads to the messages it rests on. */

import { byId, element, reconcile } from "./dom.js";
import { due } from "./format.js";
import { nameOf } from "./people.js";

const NONE = { text: "None so far." };

export class Findings {
  #show;
  #options;

  /** `show(ids)` brings messages into view; `options` are those of the page's address. */
  constructor(show, options) {
    this.#show = show;
    this.#options = options;
  }

  update({ state, messages, summary, actionItems, followUps, questions, customPrompts, reading }) {
    const live = state === "active";
    this.#summary(summary, live, messages.length > 0);
    this.#author(summary, reading);
    this.#answers(customPrompts);
    this.#list("actions", actionItems, live);
    this.#list("follow-ups", followUps, live);
    this.#list("questions", questions, live);
  }

  #summary(items, live, spoken) {
    const list = byId("summary");
    list.parentElement.hidden = !live && !spoken;
    const none = { text: live ? "The summary is written when the call ends." : "Too little was said for a summary." };
    reconcile(list, items.length ? items : [none], {
      make: ({ text, messageRefs }) =>
        messageRefs ? element("p", {}, this.#link(text, messageRefs.map((ref) => ref.id))) : element("p", { class: "quiet" }, text),
    });
  }

  /** Say which language model wrote the summary, or that one is about to, or why none did. */
  #author(items, { state, model, reason }) {
    const by = items.find((item) => item.source !== "embedded")?.source;
    const note = by ? `Written by ${by}.` : state === "pending" ? `${model} is reading the conversation …` : reason && `Not written by ${model}: ${reason}.`;
    byId("author").hidden = !note;
    byId("author").textContent = note || "";
  }

  #answers(prompts) {
    byId("answers").hidden = !prompts.length;
    reconcile(byId("answers"), prompts, {
      make: ({ name, prompt, statements }) =>
        element(
          "section",
          {},
          element("h2", { title: prompt }, name),
          ...(statements.length
            ? statements.map(({ text, messageRefs }) => element("p", {}, this.#link(text, messageRefs.map((ref) => ref.id))))
            : [element("p", { class: "quiet" }, "Nothing was said about it.")]),
        ),
    });
  }

  #list(id, insights, live) {
    const list = byId(id);
    const found = insights.filter((insight) => insight.score >= this.#options.minScore);
    list.parentElement.hidden = !live && !found.length;
    reconcile(list, found.length ? found : [NONE], {
      make: (insight) => (insight === NONE ? element("li", { class: "quiet" }, NONE.text) : this.#item(insight)),
    });
  }

  #item(insight) {
    const notes = [];
    if (insight.type === "question") notes.push(`asked by ${nameOf(insight.from)}`);
    else if (this.#options.assignee) notes.push(insight.assignee?.name ?? "Nobody named yet");
    return element(
      "li",
      { "data-kind": insight.type },
      this.#link(insight.text, insight.messageIds),
      element(
        "p",
        { class: "quiet" },
        notes.join(" · "),
        " ",
        insight.dueBy ? element("span", { class: "due" }, element("time", { datetime: insight.dueBy }, `due ${due(insight.dueBy)}`)) : null,
      ),
    );
  }

  #link(text, ids) {
    const attributes = { type: "button", class: "reference", title: "Show in the transcript" };
    return element("button", { ...attributes, onclick: () => this.#show(ids) }, text);
  }
}

/** Topics as toggles: one at a time is shown in the transcript. */
export class Topics {
  #list = byId("topics");
  #show;
  #options;
  #pressed = null;

  constructor(show, options) {
    this.#show = show;
    this.#options = options;
  }

  update({ topics, messages, state }) {
    const place = new Map(messages.map((message, at) => [message.id, at]));
    const first = (topic) => Math.min(...topic.messageIds.map((id) => place.get(id) ?? Infinity));
    const ordered = this.#options.topicsByPosition ? topics.toSorted((a, b) => first(a) - first(b)) : topics;
    this.#list.parentElement.hidden = !this.#options.topics || (state !== "active" && !topics.length);
    reconcile(this.#list, ordered.length ? ordered : [NONE], {
      make: (topic) => (topic === NONE ? element("li", { class: "quiet" }, NONE.text) : this.#chip(topic)),
    });
    this.#paint();
  }

  clear() {
    this.#pressed = null;
    this.#paint();
  }

  #chip(topic) {
    const toggle = () => {
      this.#pressed = this.#pressed === topic.id ? null : topic.id;
      this.#paint();
      this.#show(this.#pressed ? topic : null);
    };
    return element("li", {}, element("button", { type: "button", "data-id": topic.id, onclick: toggle }, topic.text));
  }

  #paint() {
    for (const chip of this.#list.querySelectorAll("button")) {
      chip.setAttribute("aria-pressed", String(chip.dataset.id === this.#pressed));
    }
  }
}
