/* How well the call went: a number, what it is made of, and what could be better. */

import { byId, element, reconcile } from "./dom.js";

export function updateScore({ callScore }) {
  byId("score-section").hidden = !callScore;
  if (!callScore) return;
  byId("score").textContent = Math.round(callScore.score);
  byId("score-summary").textContent = callScore.criteria.length ? callScore.summary : "Too little was said to judge the call.";
  reconcile(byId("criteria"), callScore.criteria, { make: makeCriterion });
}

function makeCriterion({ name, score, summary, feedback }) {
  const filled = element("span");
  filled.style.width = `${Math.max(0, Math.min(100, score))}%`;
  return element(
    "li",
    {},
    element("p", { class: "criterion" }, element("span", { class: "name" }, name), " ", element("span", { class: "figures" }, Math.round(score))),
    element("div", { class: "bar", "aria-hidden": "true" }, filled),
    element("p", { class: "quiet" }, [summary, feedback.negative.summary].filter(Boolean).join(" ")),
  );
}
