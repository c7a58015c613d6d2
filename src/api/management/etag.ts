/** `ETag` is the revision of a stream's last event, in quotes. */
export function etagOf(revision: number): string {
  return `"${String(revision)}"`;
}

/** No revision is negative: this one never matches. */
const NEVER = -1;

/** What `If-Match` wants; null for none, or for whatever there is. */
export function expectedRevision(header: string | null): number | null {
  if (header === null || header.trim() === "*") return null;
  const match = /^\s*"?(\d{1,9})"?\s*$/.exec(header);
  return match === null ? NEVER : Number(match[1]);
}
