import { z } from "zod";
import { ulid } from "../../domain/codes.ts";
import type { RecordLife } from "../../domain/record.ts";
import type { Position } from "../../eventlog/log.ts";
import { etagOf } from "../http/etag.ts";
import { type Reply, reply } from "../http/route.ts";
import type { Sign, Signatures } from "./signatures.ts";

/** How merchants, locations, users and keys are answered. */

export const idParams = z.strictObject({ id: ulid });

/** What every record is answered with. */
export const recordShape = {
  id: z.string(),
  /** What `If-Match` takes, in quotes. */
  revision: z.int(),
  createdAt: z.string(),
  createdBy: z.string(),
  modifiedAt: z.string(),
  modifiedBy: z.string(),
};

/** The body of a record with what is known of its life. */
export async function recordView<Body extends object>(
  life: RecordLife<Body>,
  sign: Sign,
): Promise<Body & Signatures & { readonly id: string; readonly revision: number }> {
  return { ...life.body, ...(await sign(life)), id: life.id, revision: life.revision };
}

/** Where a write's events stand, for `Wait-For`; none where nothing had to be written. */
export function positionHeader(position: Position | null): Readonly<Record<string, string>> {
  return position === null ? {} : { Position: position };
}

export function created(
  path: string,
  id: string,
  body: object,
  revision: number,
  position: Position | null,
): Reply {
  return reply(201, body, {
    Location: `${path}/${encodeURIComponent(id)}`,
    ETag: etagOf(revision),
    ...positionHeader(position),
  });
}

export function shown(body: object, revision: number, position: Position | null = null): Reply {
  return reply(200, body, { ETag: etagOf(revision), ...positionHeader(position) });
}

/** 204: it is gone. */
export function gone(position: Position | null): Reply {
  return reply(204, null, positionHeader(position));
}
