import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { EVENT_TYPES, STREAM_KINDS, STREAMS } from "../../src/domain/streams.ts";

/**
 * `test/golden/events.json` holds one stored example of every version of every event. Entries are only
 * ever added: an example that no longer reads is an event in somebody's log that no longer reads.
 */

const stored = z.array(z.strictObject({ type: z.string(), version: z.int().min(1), data: z.json() }));
const text = readFileSync(new URL("../golden/events.json", import.meta.url), "utf8");
const examples = stored.parse(JSON.parse(text));

const schemaOf = new Map(
  STREAM_KINDS.flatMap((kind) => STREAMS[kind].types.map((type) => [type, STREAMS[kind].event] as const)),
);

describe("the golden file", () => {
  test("has every version of every event type once, and no other", () => {
    const wanted = Object.entries(EVENT_TYPES).flatMap(([type, upcasters]) =>
      Array.from({ length: upcasters.length + 1 }, (_, index) => `${type} ${String(index + 1)}`),
    );
    expect([...schemaOf.keys()].sort()).toEqual(Object.keys(EVENT_TYPES).sort());
    expect(examples.map(({ type, version }) => `${type} ${String(version)}`).sort()).toEqual(wanted.sort());
  });

  test("holds no card number", () => {
    const digits = text.match(/\d{12,19}/g) ?? [];
    // Ids, hashes and account ranges filled up with 0 or 9 are all that is so long.
    expect(digits.filter((run) => !/^0+\d{0,3}$/.test(run) && !/(0{9}|9{9})$/.test(run))).toEqual([]);
  });
});

test.each(examples)(
  "$type $version reads as it was stored, or as the steps since make of it",
  ({ type, version, data }) => {
    const latest = (EVENT_TYPES[type] ?? [])
      .slice(version - 1)
      .reduce<unknown>((before, next) => next(before), data);
    expect(schemaOf.get(type)?.parse({ type, data: latest })).toStrictEqual({ type, data: latest });
  },
);
