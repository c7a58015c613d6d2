import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { JSONWebKeySet } from "jose";
import { z } from "zod";
import type { Answer } from "../../client.ts";
import { type AccountRangeList, type ListRefusal, takeAccountRangeList } from "../../terminalKit/lists.ts";
import { takeWhitelist, type Whitelist } from "../../terminalKit/whitelist.ts";
import { replaceFile } from "./ownedDirectory.ts";
import type { Terminal } from "./terminal.ts";

/** What a simulated terminal has fetched to decide by, as it keeps it: checked when it came, and again each time it is read. */

const fetched = z.object({
  keys: z.object({ keys: z.array(z.looseObject({ kty: z.string() })) }),
  etag: z.string(),
  list: z.string(),
  validity: z.string(),
  /** Of the newest list that was taken. */
  newestIssuedAt: z.number(),
  /** As it came, encrypted; absent: none was got. */
  whitelist: z.object({ etag: z.string(), list: z.string(), validity: z.string() }).optional(),
});
export type KeptLists = z.infer<typeof fetched>;

export interface Taken {
  readonly keys: JSONWebKeySet;
  readonly accountRanges: AccountRangeList | null;
  /** Why the list that was kept does not count. */
  readonly refused: ListRefusal | null;
  readonly whitelist: Whitelist | null;
}

const FILE = "lists.json";

/** Null: nothing was fetched yet, or it can't be read. */
export async function keptLists(directory: string): Promise<KeptLists | null> {
  try {
    return fetched.parse(JSON.parse(await readFile(join(directory, FILE), "utf8")));
  } catch {
    return null;
  }
}

export async function keepLists(directory: string, lists: KeptLists): Promise<void> {
  await replaceFile(join(directory, FILE), JSON.stringify(lists));
}

/** @param now milliseconds, by the server's time */
export async function taken(
  kept: KeptLists,
  { serialNumber, encryptionKey }: Pick<Terminal, "serialNumber" | "encryptionKey">,
  now: number,
): Promise<Taken> {
  const { keys, newestIssuedAt } = kept;
  const checks = { keys, serialNumber, newestIssuedAt, now };
  const list = await takeAccountRangeList(kept, checks);
  const named =
    kept.whitelist === undefined || encryptionKey === null
      ? null
      : await takeWhitelist(kept.whitelist, { ...checks, newestIssuedAt: null, encryptionKey });
  const whitelist = named?.kind === "whitelist" ? named : null;
  return list.kind === "list"
    ? { keys, accountRanges: list, refused: null, whitelist }
    : { keys, accountRanges: null, refused: list.why, whitelist };
}

const jwks = fetched.shape.keys;
const delivered = z.object({ list: z.string(), validity: z.string() });

/** With the whitelist that the server answers; as it was where it answers none. */
export function withWhitelist(lists: KeptLists, answer: Answer | null, kept: KeptLists | null): KeptLists {
  const before = kept?.whitelist;
  const validity = answer?.headers.get("list-validity") ?? null;
  const etag = answer?.headers.get("etag") ?? "";
  if (answer?.status === 304 && before !== undefined && validity !== null)
    return { ...lists, whitelist: { ...before, etag, validity } };
  const body = answer?.status === 200 ? delivered.safeParse(answer.body) : null;
  if (body?.success === true) return { ...lists, whitelist: { etag, ...body.data } };
  return before === undefined ? lists : { ...lists, whitelist: before };
}

/** What the server's answers come to; null where they are not what a terminal can keep. */
export function deliveredBy(keys: Answer, answer: Answer, kept: KeptLists | null): KeptLists | null {
  const parsed = jwks.safeParse(keys.body);
  if (keys.status !== 200 || !parsed.success) return null;
  const etag = answer.headers.get("etag") ?? "";
  const newestIssuedAt = kept?.newestIssuedAt ?? 0;
  const validity = answer.headers.get("list-validity");
  if (answer.status === 304 && kept !== null && validity !== null) {
    return { keys: parsed.data, etag, list: kept.list, validity, newestIssuedAt };
  }
  const body = answer.status === 200 ? delivered.safeParse(answer.body) : null;
  return body?.success === true ? { keys: parsed.data, etag, ...body.data, newestIssuedAt } : null;
}
