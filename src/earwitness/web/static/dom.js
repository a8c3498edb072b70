/* Making and updating elements. Text is only ever set as text: nothing here, or anywhere, parses markup. */

export const byId = (id) => document.getElementById(id);

/** Make an element. Attributes that are null or false are left out; `on…` ones are listeners; children are
 *  nodes or strings. */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (value !== null && value !== undefined && value !== false) made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

const keys = new WeakMap();

/** Make the children of `parent` stand for `items`. A child whose key is still there stays the same node, so
 *  focus, selection and screen readers are not disturbed; `update` may refresh it. */
export function reconcile(parent, items, { key = JSON.stringify, make, update = () => {} }) {
  const before = new Map([...parent.children].map((child) => [keys.get(child), child]));
  const kept = new Set();
  let next = parent.firstElementChild;
  for (const item of items) {
    const wanted = key(item);
    let child = before.get(wanted);
    before.delete(wanted);
    if (!child) {
      child = make(item);
      keys.set(child, wanted);
    }
    update(child, item);
    if (child === next) next = next.nextElementSibling;
    else parent.insertBefore(child, next);
    kept.add(child);
  }
  for (const child of [...parent.children]) if (!kept.has(child)) child.remove();
}

/** Show a text in a notice, or hide the notice. */
export function notify(notice, text, kind = "info") {
  notice.hidden = !text;
  notice.dataset.kind = kind;
  if (notice.textContent !== text) notice.textContent = text ?? "";
}

/** The skip link of every page. It is a button, as a link would replace the fragment that holds the token. */
byId("skip").addEventListener("click", () => byId("main").focus());
