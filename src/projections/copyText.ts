/** Rows in the text format of PostgreSQL's COPY, and rows as one JSON text: the two ways into a read model. */

// PostgreSQL keeps neither U+0000 nor a lone surrogate in text; an event that holds one must not stop a projection for
// ever. JSON spells both as escapes, so that a look at the whole text tells whether there is any.
const MAYBE_UNSTORABLE = /\\u(0000|d[89a-f])/;
const UNSTORABLE = /[\0\p{Surrogate}]/gu;
const SPECIAL = /[\\\n\r\t]/g;
const SPELLED: Readonly<Record<string, string>> = { "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t" };
const NULL = "\\N";

/** @param json the columns that hold JSON: an array in any other is one of texts */
export function copyText(
  rows: readonly object[],
  columns: readonly string[],
  json: ReadonlySet<string>,
): string {
  let text = "";
  for (const row of rows) {
    const members = new Map<string, unknown>(Object.entries(row));
    text += `${columns.map((column) => field(members.get(column), json.has(column))).join("\t")}\n`;
  }
  return text;
}

function field(value: unknown, isJson: boolean): string {
  if (value === null || value === undefined) return NULL;
  if (isJson) return spelled(jsonText(value));
  if (typeof value === "string") return spelled(value.replace(UNSTORABLE, "\uFFFD"));
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return spelled(arrayText(value));
  if (typeof value === "number" || typeof value === "boolean" || typeof value === "bigint")
    return String(value);
  throw new Error(`a column can't hold a value of the type ${typeof value}`);
}

function spelled(text: string): string {
  return text.replace(SPECIAL, (sign) => SPELLED[sign] ?? sign);
}

function arrayText(items: readonly unknown[]): string {
  const texts = items.map((item) => String(item).replace(UNSTORABLE, "\uFFFD").replace(/["\\]/g, "\\$&"));
  return `{${texts.map((text) => `"${text}"`).join(",")}}`;
}

/** As JSON, without what PostgreSQL can't keep. */
export function jsonText(value: unknown): string {
  const text = JSON.stringify(value);
  if (!MAYBE_UNSTORABLE.test(text)) return text;
  return JSON.stringify(value, (_key, member: unknown) =>
    typeof member === "string" ? member.replace(UNSTORABLE, "\uFFFD") : member,
  );
}
