/* Who takes part, and how long each one spoke. */

import { byId, element, reconcile } from "./dom.js";
import { duration, percent } from "./format.js";

const COLOURS = 8; // As many as the style sheet has.

export const nameOf = (person) => person?.name ?? "Unknown speaker";

/** Gives each person a colour number by order of appearance; people nobody named have none. */
export class Colours {
  #numbers = new Map();

  of(person) {
    if (!person?.id) return "none";
    if (!this.#numbers.has(person.id)) this.#numbers.set(person.id, this.#numbers.size % COLOURS);
    return String(this.#numbers.get(person.id));
  }
}

export function updatePeople({ members, analytics }, colours) {
  const known = new Map(members.map((member) => [member.id, member]));
  for (const { talk, wpm, ...person } of analytics.members) known.set(person.id, { ...person, talk, wpm });
  const people = [...known.values()].map((person) => ({ ...person, colour: colours.of(person) }));
  reconcile(byId("people"), people.length ? people : [{ none: true }], { make: makePerson });
  byId("talk").textContent = shares(analytics);
}

function makePerson(person) {
  if (person.none) return element("li", { class: "quiet" }, "Nobody has been named.");
  const { name, email, role, talk, wpm, colour } = person;
  const about = [email !== name && email, role].filter(Boolean).join(" · ");
  return element(
    "li",
    { "data-colour": colour },
    element("span", { class: "initial", "aria-hidden": "true" }, [...name][0]?.toUpperCase() ?? "?"),
    element(
      "div",
      {},
      element("p", {}, element("span", { class: "name" }, name), " ", element("span", { class: "quiet" }, about)),
      talk ? bar(talk.percent) : null,
      element(
        "p",
        { class: "quiet figures" },
        talk ? `${percent(talk.percent)} of the talk · ${duration(talk.seconds)} · ${Math.round(wpm)} words a minute` : "Not heard",
      ),
    ),
  );
}

function bar(share) {
  const filled = element("span");
  filled.style.width = `${Math.min(100, share)}%`;
  return element("div", { class: "bar", "aria-hidden": "true" }, filled);
}

function shares({ talk, silence, overlap }) {
  if (!talk.seconds) return "";
  const parts = [`Talk ${percent(talk.percent)}`, `silence ${percent(silence.percent)}`];
  if (overlap.seconds) parts.push(`two or more at once for ${duration(overlap.seconds)}`);
  return parts.join(" · ");
}
