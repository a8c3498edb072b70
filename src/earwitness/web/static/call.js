/* What became of the call: its state, the SIP answer and the quality of its media. */

import { byId, element, reconcile } from "./dom.js";
import { percent } from "./format.js";

const STATES = {
  dialing: "Dialling",
  ringing: "Ringing",
  early_media: "Ringing, with sound",
  answered: "Connected",
  held: "On hold",
  resumed: "Connected",
  busy: "Busy",
  declined: "Declined",
  no_answer: "No answer",
  failed: "Failed",
  ended: "Ended",
  interrupted: "Interrupted",
};

export const stateOf = (call) => STATES[call.state] ?? call.state;

/** "486 Busy Here", or as much of it as is known. */
export const sipReason = (call) => [call.sipStatus, call.reason].filter(Boolean).join(" ");

export function updateCall({ call, endpoint, language }) {
  byId("call-section").hidden = !call && !endpoint;
  const rows = [
    ["State", call && stateOf(call)],
    ["SIP reason", call && sipReason(call)],
    ["Called", endpoint],
    ["Codec", call?.codec],
    ["Language", language],
    ["Media", call?.media && quality(call.media)],
  ];
  reconcile(byId("call"), rows.filter(([, value]) => value), {
    make: ([name, value]) => element("div", {}, element("dt", {}, name), element("dd", {}, value)),
  });
}

function quality(media) {
  const received = media.packets_received ?? 0;
  const lost = media.packets_lost ?? 0;
  const parts = [`${received.toLocaleString("en-GB")} packets`];
  if (received + lost > 0) parts.push(`${percent((100 * lost) / (received + lost))} lost`);
  if (media.jitter_s !== undefined) parts.push(`jitter ${Math.round(1000 * media.jitter_s)} ms`);
  return parts.join(" · ");
}
