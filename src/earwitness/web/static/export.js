/* Copying and downloading the transcript. */

import { byId, element } from "./dom.js";

const SHOWN_MS = 2500;

/** Bind the buttons; `client()` is the conversation now shown. */
export function bindExport(client) {
  const bind = (id, done, act) => {
    const button = byId(id);
    const label = button.textContent;
    button.addEventListener("click", async () => {
      button.disabled = true;
      try {
        await act(await client().transcript(byId("format").value));
        say(button, label, done);
      } catch (error) {
        say(button, label, "Failed", error.message);
      } finally {
        button.disabled = false;
      }
    });
  };
  bind("copy", "Copied", ({ text }) => copy(text));
  bind("download", "Saved", ({ text, name }) => save(text, name));
}

function say(button, label, short, long = short) {
  button.textContent = short;
  byId("export-status").textContent = long;
  setTimeout(() => (button.textContent = label), SHOWN_MS);
}

async function copy(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  // Browsers have no clipboard on plain HTTP from another machine; the old way still works there.
  const area = element("textarea", { class: "unseen", "aria-hidden": "true" });
  area.value = text;
  document.body.append(area);
  area.select();
  const copied = document.execCommand("copy");
  area.remove();
  if (!copied) throw new Error("This browser does not allow copying here; download the transcript instead.");
}

function save(text, name) {
  const url = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
  element("a", { href: url, download: name }).click();
  URL.revokeObjectURL(url);
}
