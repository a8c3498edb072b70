/* Summary, action items, follow-ups, questions and topics; each leads to the messages it rests on. */

import { byId, element, reconcile } from "./dom.js";
import { due } from "./format.js";
import { nameOf } from "./people.js";

export class Findings {
  #show;
  #options;

  /** `show(ids)` brings messages into view; `options` are those of the page's address. */
  constructor(show, options) {
    this.#show = show;
    this.#options = options;
  }

  update(content) {
    const live = content.state === "active";
    this.#summary(content.summary, live);
    const found = (list) => list.filter((insight) => insight.score >= this.#options.minScore);
    this.#list("actions", found(content.actionItems), live ? "None so far." : "No action items.");
    this.#list("follow-ups", found(content.followUps), live ? "None so far." : "No follow-ups.");
    this.#list("questions", found(content.questions), live ? "None so far." : "No questions.");
  }

  #summary(items, live) {
    const none = { text: live ? "The summary is written when the call ends." : "There is no summary: too little was said." };
    reconcile(byId("summary"), items.length ? items : [none], {
      make: ({ text, messageRefs }) =>
        messageRefs ? element("p", {}, this.#link(text, messageRefs.map((ref) => ref.id))) : element("p", { class: "quiet" }, text),
    });
  }

  #list(id, insights, none) {
    reconcile(byId(id), insights.length ? insights : [{ none }], {
      make: (insight) => (insight.none ? element("li", { class: "quiet" }, none) : this.#item(insight)),
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
        insight.dueBy ? element("span", { class: "due" }, element("time", { datetime: insight.dueBy }, `due ${due(insight.dueBy)}`)) : null,
      ),
    );
  }

  #link(text, ids) {
    return element("button", { type: "button", class: "reference", onclick: () => this.#show(ids) }, text);
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
    byId("topics-section").hidden = !options.topics;
  }

  update({ topics, messages, state }) {
    const place = new Map(messages.map((message, at) => [message.id, at]));
    const first = (topic) => Math.min(...topic.messageIds.map((id) => place.get(id) ?? Infinity));
    const ordered = this.#options.topicsByPosition ? topics.toSorted((a, b) => first(a) - first(b)) : topics;
    const none = { none: state === "active" ? "None so far." : "No topics." };
    reconcile(this.#list, ordered.length ? ordered : [none], {
      make: (topic) => (topic.none ? element("li", { class: "quiet" }, topic.none) : this.#chip(topic)),
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
