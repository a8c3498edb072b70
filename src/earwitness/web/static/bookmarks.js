/* Bookmarks: what somebody marked, each leading to the messages that it is about. */

import { byId, element, reconcile } from "./dom.js";
import { clock, duration } from "./format.js";

/** `show(ids)` brings messages into view. */
export function updateBookmarks({ bookmarks }, show) {
  byId("bookmarks").parentElement.hidden = !bookmarks.length;
  const inOrder = bookmarks.toSorted((a, b) => a.beginTimeOffset - b.beginTimeOffset);
  reconcile(byId("bookmarks"), inOrder, { make: (bookmark) => makeBookmark(bookmark, show) });
}

function makeBookmark({ label, description, user, beginTimeOffset, duration: lasts, messageRefs }, show) {
  const ids = messageRefs.map((ref) => ref.id);
  const attributes = { type: "button", class: "reference", title: "Show in the transcript", onclick: () => show(ids) };
  const about = [clock(beginTimeOffset), lasts && duration(lasts), user.name ?? user.email ?? user.userId];
  return element(
    "li",
    { "data-kind": "bookmark" },
    ids.length ? element("button", attributes, label) : label,
    description ? element("p", { class: "description" }, description) : null,
    element("p", { class: "quiet figures" }, about.filter(Boolean).join(" · ")),
  );
}
