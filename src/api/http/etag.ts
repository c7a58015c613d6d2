/** `ETag` is the revision of a stream's last event, in quotes. */
export function etagOf(revision: number): string {
  return `"${String(revision)}"`;
}

const ONE = String.raw`(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"`;
const LIST = new RegExp(String.raw`^[\s,]*${ONE}(?:\s*,[\s,]*${ONE})*[\s,]*$`);

/**
 * The revisions that `If-Match` wants one of (RFC 9110, 13.1.1); null for none, or for whatever there is. A weak tag
 * matches nothing, and neither does what is no tag.
 */
export function expectedRevisions(header: string | null): readonly number[] | null {
  if (header === null || header.trim() === "*") return null;
  const bare = /^\s*(\d{1,9})\s*$/.exec(header)?.[1];
  if (bare !== undefined) return [Number(bare)];
  return tagsIn(header).flatMap((tag) => {
    const revision = /^"(\d{1,9})"$/.exec(tag)?.[1];
    return revision === undefined ? [] : [Number(revision)];
  });
}

/** Whether `If-None-Match` names the tag (RFC 9110, 13.1.2): compared weakly. */
export function isKnownTag(header: string | null, tag: string): boolean {
  if (header === null) return false;
  if (header.trim() === "*") return true;
  const bare = (one: string): string => one.replace(/^W\//, "");
  return tagsIn(header).some((one) => bare(one) === bare(tag));
}

/** The tags of a list; none of what is no list of tags. */
function tagsIn(header: string): readonly string[] {
  return LIST.test(header) ? (header.match(new RegExp(ONE, "g")) ?? []) : [];
}
