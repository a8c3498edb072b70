/* Asking the server. */

const TIMEOUT_MS = 10_000;

/** The server answered and said no; asking again is of no use. */
export class Refused extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/** The server did not answer, or cannot answer now; asking again may help. */
export class Unreachable extends Error {}

/** Fetch, and turn every failure into `Refused` or `Unreachable`. */
export async function request(path, options = {}) {
  let response;
  try {
    response = await fetch(path, { ...options, signal: AbortSignal.timeout(TIMEOUT_MS), cache: "no-store" });
  } catch (error) {
    throw new Unreachable("The server does not answer.", { cause: error });
  }
  if (response.ok || response.status === 304) return response;
  const message = await messageOf(response);
  throw response.status >= 500 ? new Unreachable(message) : new Refused(response.status, message);
}

async function messageOf(response) {
  const fallback = `The server answered with status ${response.status}.`;
  try {
    return (await response.json()).message ?? fallback;
  } catch {
    return fallback; // What a proxy in between sends need not be JSON.
  }
}

/** The conversation that a page token opens. */
export class ConversationClient {
  #headers;
  #tag = null;

  constructor(token) {
    this.#headers = { "X-Page-Token": token };
  }

  /** Return the conversation, or null if nothing has changed since the last time. */
  async content() {
    const headers = this.#tag ? { ...this.#headers, "If-None-Match": this.#tag } : this.#headers;
    const response = await request("/meeting/data", { headers });
    if (response.status === 304) return null;
    const content = await response.json();
    this.#tag = response.headers.get("ETag");
    return content;
  }

  /** Return the transcript in a format (md, srt or vtt) and its file name. */
  async transcript(format) {
    const response = await request(`/meeting/transcript?format=${format}`, { headers: this.#headers });
    const [, name] = /filename="([^"]+)"/.exec(response.headers.get("Content-Disposition")) ?? [];
    return { text: await response.text(), name: name ?? `transcript.${format}` };
  }

  /** Return the e-mails that were kept. */
  async mails() {
    return (await request("/meeting/mail", { headers: this.#headers })).json();
  }
}
