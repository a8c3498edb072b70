/* What became of the call: its state, the SIP answer and the quality of its media. */

import { byId, element, reconcile } from "./dom.js";
import { finePercent } from "./format.js";

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

function quality({ packetsReceived = 0, packetsLost = 0, jitterS, roundTripS }) {
  const parts = [`${packetsReceived.toLocaleString("en-GB")} packets`];
  const expected = packetsReceived + packetsLost;
  if (expected > 0) parts.push(`${finePercent((100 * packetsLost) / expected)} lost`);
  if (jitterS !== undefined) parts.push(`jitter ${Math.round(1000 * jitterS)} ms`);
  if (roundTripS) parts.push(`round trip ${Math.round(1000 * roundTripS)} ms`);
  return parts.join(" · ");
}
