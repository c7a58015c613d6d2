import { z } from "zod";
import { ulid } from "../../domain/codes.ts";
import type { RecordLife } from "../../domain/record.ts";
import type { Position } from "../../eventlog/log.ts";
import { etagOf } from "../http/etag.ts";
import { type Answer, type Reply, reply } from "../http/answer.ts";
import { type Sign, signaturesShape } from "./signatures.ts";

/** How merchants, locations, users and keys are answered. */

export const idParams = z.strictObject({ id: ulid });

/** What every record is answered with. */
export const recordShape = {
  id: z.string(),
  /** What `If-Match` takes, in quotes. */
  revision: z.int(),
  ...signaturesShape,
};

/** The answer of a kind of record, by its stored body. */
export function recordedShape<Shape extends z.ZodRawShape>(stored: z.ZodObject<Shape>) {
  return stored.extend(recordShape);
}

/** A record as it is answered. */
export type Recorded<Body> = Body & Answer<z.ZodObject<typeof recordShape>>;

/** The body of a record with what is known of its life. */
export async function recordView<Body extends object>(
  life: RecordLife<Body>,
  sign: Sign,
): Promise<Recorded<Body>> {
  return { ...life.body, ...(await sign(life)), id: life.id, revision: life.revision };
}

/** Where a write's events stand, for `Wait-For`; none where nothing had to be written. */
export function positionHeader(position: Position | null): Readonly<Record<string, string>> {
  return position === null ? {} : { Position: position };
}

export function created<const Body extends object>(
  path: string,
  id: string,
  body: Body,
  revision: number,
  position: Position | null,
): Reply<201, Body> {
  return reply(201, body, {
    Location: `${path}/${encodeURIComponent(id)}`,
    ETag: etagOf(revision),
    ...positionHeader(position),
  });
}

export function shown<const Body extends object>(
  body: Body,
  revision: number,
  position: Position | null = null,
): Reply<200, Body> {
  return reply(200, body, { ETag: etagOf(revision), ...positionHeader(position) });
}

/** 204: it is gone. */
export function gone(position: Position | null): Reply<204, null> {
  return reply(204, null, positionHeader(position));
}
