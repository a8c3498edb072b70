/* The e-mails of a conversation, where the server keeps them instead of sending them. */

import { byId, element, reconcile } from "./dom.js";
import { moment } from "./format.js";

export function updateMails({ kept, mails }) {
  byId("mail-section").hidden = !kept || !mails.length;
  reconcile(byId("mails"), mails, { make: makeMail });
}

function makeMail(mail) {
  const details = element(
    "details",
    { class: "mail" },
    element(
      "summary",
      {},
      element("span", { class: "subject" }, mail.subject || "Without a subject"),
      element("span", { class: "quiet" }, `to ${mail.recipients}${mail.date ? ` · ${moment(mail.date)}` : ""}`),
    ),
  );
  details.addEventListener("toggle", () => details.append(...bodies(mail)), { once: true });
  return details;
}

function bodies(mail) {
  const text = mail.text === null ? null : element("pre", { class: "mail-text", tabindex: "0" }, mail.text);
  if (mail.html === null) return [text ?? element("p", { class: "quiet" }, "The e-mail is empty.")];
  // An empty sandbox: no scripts, no forms, no links out, an origin of its own.
  const frame = element("iframe", { sandbox: "", srcdoc: inert(mail.html), title: `E-mail: ${mail.subject}` });
  if (!text) return [frame];
  text.hidden = true;
  const toggle = element("button", { type: "button" }, "Show as plain text");
  toggle.addEventListener("click", () => {
    text.hidden = !text.hidden;
    frame.hidden = !text.hidden;
    toggle.textContent = text.hidden ? "Show as plain text" : "Show as sent";
  });
  return [toggle, frame, text];
}

/** Have links open nowhere: without this they would load their page inside the frame. */
function inert(html) {
  return html.replace(/<head[^>]*>/i, (head) => `${head}<base target="_blank">`);
}
