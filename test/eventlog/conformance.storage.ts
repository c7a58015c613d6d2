import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";

import {
  type EventData,
  type ExpectedRevision,
  InvalidEventError,
  MAX_APPEND_BYTES,
  MAX_APPEND_EVENTS,
  MAX_BODY_BYTES,
  MAX_NAME_BYTES,
} from "../../src/eventlog/log.ts";
import type { Subject } from "./subject.ts";
import { event, events } from "./support.ts";

const newStream = (): string => `card-${randomUUID()}`;

/** What is stored and what is refused, and what `read` promises. */
export function storagePromises(subject: () => Subject): void {
  describe("what no log stores", () => {
    const twice = event();
    const big = "x".repeat(MAX_BODY_BYTES);
    const invalid: [string, string, readonly EventData[], ExpectedRevision][] = [
      ["an empty batch", "card-1", [], "any"],
      ["an id twice in a batch", "card-1", [twice, event(), twice], "any"],
      ["a body that is too large", "card-1", [event(`${big}x`)], "any"],
      [
        "a body too large in bytes, not in characters",
        "card-1",
        [event("ä".repeat(MAX_BODY_BYTES / 2 + 1))],
        "any",
      ],
      ["bodies too large together", "card-1", Array.from({ length: 4 }, () => event(big)), "any"],
      ["too many events", "card-1", events(MAX_APPEND_EVENTS + 1), "any"],
      ["U+0000", "card-1", [event('"\0"')], "any"],
      ["a lone surrogate", "card-1", [event('"\ud800"')], "any"],
      ["an id that is no UUID", "card-1", [event("{}", "1")], "any"],
      ["an id in upper case", "card-1", [event("{}", randomUUID().toUpperCase())], "any"],
      ["a malformed hash", "card-1", [{ ...event(), hash: "abc" }], "any"],
      ["an empty type", "card-1", [{ ...event(), type: "" }], "any"],
      ["a stream without a name", "", [event()], "any"],
      ["a reserved stream", "$all", [event()], "any"],
      ["a name that is too long", "x".repeat(MAX_NAME_BYTES + 1), [event()], "any"],
      ["a negative expected revision", "card-1", [event()], -1],
      ["a fractional expected revision", "card-1", [event()], 0.5],
    ];
    it.each(invalid)("invalidIsRefused: %s", async (_, stream, batch, expected) => {
      const { log } = subject();
      const before = await log.head();
      await expect(log.append(stream, batch, { expected })).rejects.toBeInstanceOf(InvalidEventError);
      expect(await log.head()).toBe(before);
    });

    it("aBadEventFailsNoOther", async () => {
      const { log } = subject();
      const stream = newStream();
      const [bad, good] = await Promise.allSettled([
        log.append(newStream(), [event('"\0"')], { expected: "any" }),
        log.append(stream, [event()], { expected: "any" }),
      ]);
      expect([bad.status, good.status]).toEqual(["rejected", "fulfilled"]);
      expect(await log.read(stream)).toHaveLength(1);
    });

    it("theLargestIsStored", async () => {
      const { log } = subject();
      const stream = newStream();
      const three = Array.from({ length: MAX_APPEND_BYTES / MAX_BODY_BYTES }, () => event(big));
      await log.append(stream, three, { expected: "noStream" });
      expect((await log.read(stream)).map(({ body }) => body.length)).toEqual(
        three.map(() => MAX_BODY_BYTES),
      );
    });
  });

  describe("read", () => {
    it("bodiesComeBackByteForByte", async () => {
      const { log } = subject();
      const stream = `card-ä☂-${randomUUID()}`;
      const bodies = [
        '{"a":"ä☂𝄞\\u0000\\n\\""}',
        " {} ",
        "\u0001\u007f\ufeff\uffff",
        '\\x41 {a,"b",NULL} \'',
        "",
        "null",
      ];
      const batch = bodies.map((body) => ({ ...event(body), type: "Größe, {NULL}" }));
      await log.append(stream, batch, { expected: "noStream" });
      const read = await log.read(stream);
      expect(read.map(({ id, type, body, hash }) => ({ id, type, body, hash }))).toEqual(batch);
      expect(read.map((recorded) => recorded.stream)).toEqual(batch.map(() => stream));
    });

    it("aRangeIsAsAsked", async () => {
      const { log } = subject();
      const stream = newStream();
      await log.append(stream, events(10), { expected: "noStream" });
      const revisions = async (options: { from?: number; limit?: number }): Promise<number[]> =>
        (await log.read(stream, options)).map(({ revision }) => revision);
      expect(await revisions({ from: 7 })).toEqual([7, 8, 9]);
      expect(await revisions({ limit: 2 })).toEqual([0, 1]);
      expect(await revisions({ from: 3, limit: 3 })).toEqual([3, 4, 5]);
      expect(await revisions({ from: 10 })).toEqual([]);
      expect(await revisions({ limit: 0 })).toEqual([]);
    });

    it("anUnknownStreamIsEmpty", async () => {
      expect(await subject().log.read(newStream())).toEqual([]);
    });

    it("ownAppendsAreReadAtOnce: from every instance", async () => {
      const { log, other } = subject();
      const stream = newStream();
      for (let count = 1; count <= 20; count += 1) {
        await log.append(stream, events(1), { expected: "any" });
        expect(await other.read(stream)).toHaveLength(count);
      }
    });
  });
}
