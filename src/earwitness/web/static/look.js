/* How a client wants the page to look, and the recording that it wants to go with it. */

import { byId, element } from "./dom.js";

let player = null;

/** Apply the look of an experience; null for the plain page. */
export function applyLook(look) {
  if (!look) return;
  if (look.logo) {
    const brand = document.querySelector(".brand");
    brand.replaceChildren(element("img", { src: look.logo, alt: "", height: 32 }));
  }
  if (look.favicon) document.querySelector("link[rel=icon]").href = look.favicon;
  const root = document.documentElement.style;
  if (look.color?.background) paint(root, look.color.background);
  if (look.color?.topicsFilter) byId("topics").style.setProperty("--accent", look.color.topicsFilter);
  if (look.color?.insightsFilter) {
    for (const id of ["actions", "follow-ups", "questions"]) byId(id).style.setProperty("--accent", look.color.insightsFilter);
  }
  if (look.font?.family) root.setProperty("--sans", `"${look.font.family}", system-ui, sans-serif`);
  showMedia(look);
}

/** Letters are dark on a light ground and light on a dark one, whatever the reader's theme is. */
function paint(root, background) {
  const dark = luminance(background) < 0.4;
  root.setProperty("color-scheme", dark ? "dark" : "light");
  root.setProperty("--ground", background);
  root.setProperty("--surface", `color-mix(in srgb, ${background} 94%, ${dark ? "white" : "black"})`);
  root.setProperty("--line", `color-mix(in srgb, ${background} 80%, ${dark ? "white" : "black"})`);
  root.setProperty("--ink", dark ? "#f2f0ea" : "#1c1f22");
  root.setProperty("--quiet", dark ? "#b9bec3" : "#4f555c");
}

/** Relative luminance, without the gamma that would only matter for colours in between. */
function luminance(hex) {
  const digits = hex.length < 7 ? [...hex.slice(1)].map((digit) => digit + digit).join("") : hex.slice(1);
  const [red, green, blue] = [0, 2, 4].map((at) => parseInt(digits.slice(at, at + 2), 16) / 255);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function showMedia({ videoUrl, audioUrl }) {
  const source = videoUrl ?? audioUrl;
  if (!source || player?.getAttribute("src") === source) return;
  const next = element(videoUrl ? "video" : "audio", { id: "media", class: "media", controls: true, preload: "metadata", src: source });
  player ? player.replaceWith(next) : byId("conversation").querySelector(".title").append(next);
  player = next;
}

/** Play the recording from where a sentence is spoken, as media time counts. */
byId("turns").addEventListener("click", (event) => {
  const said = event.target.closest("[data-at]");
  if (player && said) player.currentTime = Number(said.dataset.at);
});
