/* Times and numbers for people. */

const LOCALE = "en-GB";

const pad = (number) => String(number).padStart(2, "0");

/** 75.2 → "1:15"; 3675 → "1:01:15". */
export function clock(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return hours ? `${hours}:${pad(minutes)}:${pad(rest)}` : `${minutes}:${pad(rest)}`;
}

/** 75.2 → "1 min 15 s". */
export function duration(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return whole % 60 ? `${Math.floor(whole / 60)} min ${whole % 60} s` : `${whole / 60} min`;
  const minutes = Math.round(whole / 60);
  return minutes % 60 ? `${Math.floor(minutes / 60)} h ${minutes % 60} min` : `${minutes / 60} h`;
}

/** "Wednesday 5 March 2025", in a time zone. */
export const day = (iso, zone) =>
  formatter({ weekday: "long", day: "numeric", month: "long", year: "numeric" }, zone).format(new Date(iso));

/** "14:05", in a time zone. */
export const time = (iso, zone) => formatter({ hour: "2-digit", minute: "2-digit" }, zone).format(new Date(iso));

/** "5 Mar 2025, 14:05", in the reader's time zone. */
export const moment = (iso) => formatter({ dateStyle: "medium", timeStyle: "short" }).format(new Date(iso));

/** The day (and the time, unless it is midnight) that an ISO time names in its own zone: "Thu 6 Mar, 17:00".
 *  Its year is told where it is not this year. */
export function due(iso) {
  const [, date, at] = /^(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d))?/.exec(iso) ?? [];
  if (!date) return iso;
  const when = new Date(date);
  const year = when.getUTCFullYear() === new Date().getFullYear() ? undefined : "numeric";
  const named = formatter({ weekday: "short", day: "numeric", month: "short", year }, "UTC").format(when);
  return at && at !== "00:00" ? `${named}, ${at}` : named;
}

export const percent = (number) => `${Math.round(number)} %`;

/** 0.287 → "0.3 %". */
export const finePercent = (number) => `${Number(number.toFixed(1))} %`;

export const count = (number, one, many) => `${number} ${number === 1 ? one : many}`;

function formatter(options, timeZone) {
  try {
    return new Intl.DateTimeFormat(LOCALE, { ...options, timeZone });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return new Intl.DateTimeFormat(LOCALE, { ...options, timeZone: "UTC" }); // A zone this browser does not know.
  }
}
