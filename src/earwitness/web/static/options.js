/* What the address of a page says: the token in the fragment, and options before or after it. */

/** Read e.g. `/meeting/?topics.orderBy=position#/TOKEN` or `/meeting/#/TOKEN?insights.minScore=0.8`. */
export function readAddress({ hash, search }) {
  const [path, after] = hash.slice(1).split("?");
  const given = new URLSearchParams(`${search.slice(1)}&${after ?? ""}`);
  const minScore = Number(given.get("insights.minScore"));
  return {
    token: path.replace(/^\/+|\/+$/g, ""),
    options: {
      minScore: Number.isFinite(minScore) ? minScore : 0,
      assignee: given.get("insights.enableAssignee") !== "false",
      topics: given.get("topics.enabled") !== "false",
      topicsByPosition: given.get("topics.orderBy") === "position",
    },
  };
}
