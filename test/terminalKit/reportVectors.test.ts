import { readFileSync } from "node:fs";
import { compactDecrypt, importJWK } from "jose";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { cardCounter } from "../../src/terminalKit/cards.ts";
import { keptTime, timeBy } from "../../src/terminalKit/clock.ts";
import { type Journal, openJournal } from "../../src/terminalKit/journal.ts";
import { takeAccountRangeList } from "../../src/terminalKit/lists.ts";
import { OfflineTerminal, type Tapped } from "../../src/terminalKit/offlineTerminal.ts";
import { type ReportsBody, report } from "../../src/terminalKit/reportShape.ts";
import { nextBatch, sendReports } from "../../src/terminalKit/reports.ts";
import { Disk } from "./support/disk.ts";

/** The published vectors of journal and reports: what is decided, what is sent of it, and what stays after each answer. */

const text = z.string();
const jwk = z.looseObject({ kty: text });
const counts = z.strictObject({ adults: z.int(), children: z.int(), freeChildren: z.int() });
const card = z.strictObject({ pan: text, expiry: text, entryMode: z.enum(["CONTACTLESS"]) });
const clocks = z.strictObject({ monotonic: z.number(), run: text, own: z.number() });
function published(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`../../docs/terminals/${name}`, import.meta.url), "utf8"));
}
const lists = z
  .looseObject({
    terminal: text,
    keys: z.object({ keys: z.array(jwk) }),
    list: text,
    validity: text,
  })
  .parse(published("account-ranges.json"));
const vectors = z
  .strictObject({
    terminal: text,
    serverKeys: z.strictObject({ keys: z.array(jwk) }),
    serverPrivateKey: jwk,
    countingSecret: text,
    counted: z.array(z.strictObject({ pan: text, hash: text })),
    heard: z.strictObject({ businessTime: z.iso.datetime(), took: z.number() }),
    taps: z.array(
      z.strictObject({
        what: text,
        at: z.iso.datetime(),
        card,
        guests: counts,
        collected: text.nullable(),
        expected: z.strictObject({
          kind: z.enum(["admitted", "refused", "tooManyGuests"]),
          why: text.optional(),
          due: z.strictObject({ amount: text, currency: text }).nullable(),
          number: z.int().nullable(),
        }),
      }),
    ),
    journal: z.array(text),
    request: z.strictObject({ reports: z.array(report) }),
    answers: z.array(
      z.strictObject({
        what: text,
        status: z.int().nullable(),
        body: z.unknown(),
        remaining: z.array(z.int()),
        next: z.enum(["DONE", "LATER", "HALVES"]),
      }),
    ),
    times: z.strictObject({
      heard: keptTime,
      cases: z.array(
        z.strictObject({
          what: text,
          clocks,
          lastDecisionAt: z.iso.datetime().nullable(),
          expected: z.strictObject({ now: text, uncertaintySeconds: z.int() }),
        }),
      ),
    }),
  })
  .parse(published("reports.json"));

async function journalOf(lines: readonly string[]): Promise<Journal> {
  const disk = new Disk();
  disk.text = lines.map((line) => `${line}\n`).join("");
  return await openJournal(disk);
}

describe("the published taps", () => {
  test("areDecidedAsTheVectorsSay, and make the published request", async () => {
    const started = Date.parse(vectors.heard.businessTime);
    const list = await takeAccountRangeList(lists, {
      keys: lists.keys,
      serialNumber: vectors.terminal,
      newestIssuedAt: null,
      now: started,
    });
    if (list.kind !== "list") throw new Error(`the published list is refused: ${list.why}`);
    const journal = await journalOf([]);
    const device = { monotonic: 5_000, run: "boot-1", own: 0 };
    const terminal = new OfflineTerminal({
      journal,
      clocks: () => device,
      random: (bytes) => new Uint8Array(bytes).fill(journal.nextNumber),
      countCard: await cardCounter(Buffer.from(vectors.countingSecret, "base64url")),
    });
    await terminal.hear(started, vectors.heard.took);
    terminal.use({ keys: vectors.serverKeys, accountRanges: list });
    for (const { what, at, expected, collected, ...tap } of vectors.taps) {
      device.monotonic = 5_000 + Date.parse(at) - started - vectors.heard.took / 2;
      const collect = async () => (collected === null ? null : { reference: collected });
      expect(shown(await terminal.tap({ ...tap, collect })), what).toEqual(expected);
    }
    // Encryption is another each time.
    const bare = ({ reports }: ReportsBody) => reports.map((one) => ({ ...one, card: null }));
    expect(bare({ reports: nextBatch(journal) })).toEqual(bare(vectors.request));
  });

  test("leaveTheCardToWhoHasTheServersKeyAlone", async () => {
    const key = await importJWK(vectors.serverPrivateKey, "RSA-OAEP-256");
    for (const { card: sealed, number } of vectors.request.reports) {
      if (!("jwe" in sealed)) throw new Error("each card is encrypted");
      const { plaintext } = await compactDecrypt(sealed.jwe, key);
      const tap = vectors.taps.find(({ expected }) => expected.number === number);
      expect(JSON.parse(new TextDecoder().decode(plaintext))).toEqual(tap?.card);
    }
  });

  test("areCountedByTheHashesOfTheVectors", async () => {
    const count = await cardCounter(Buffer.from(vectors.countingSecret, "base64url"));
    for (const { pan, hash } of vectors.counted) expect(await count(pan)).toBe(hash);
  });
});

function shown(tapped: Tapped): unknown {
  switch (tapped.kind) {
    case "admitted":
      return { kind: tapped.kind, due: tapped.due, number: tapped.report.number };
    case "refused":
      return { kind: tapped.kind, why: tapped.why, due: null, number: tapped.report?.number ?? null };
    case "tooManyGuests":
    case "notPaid":
      return { kind: tapped.kind, due: null, number: null };
  }
}

describe("the published journal", () => {
  test("isReadAsTheRequest", async () => {
    expect({ reports: nextBatch(await journalOf(vectors.journal)) }).toEqual(vectors.request);
  });

  test.each(vectors.answers)(
    "after $what what is to stay stays",
    async ({ status, body, remaining, next }) => {
      const journal = await journalOf(vectors.journal);
      const calls: ReportsBody[] = [];
      const sent = await sendReports(journal, async (request) => {
        calls.push(request);
        // The rest of a call that goes in halves finds no line.
        return status === null || calls.length > 1 ? null : { status, body };
      });
      expect(calls[0]).toEqual(vectors.request);
      expect(journal.pending().map(({ number }) => number)).toEqual(remaining);
      const half = Math.ceil(vectors.request.reports.length / 2);
      expect(calls.slice(1)).toEqual(
        next === "HALVES" ? [{ reports: vectors.request.reports.slice(0, half) }] : [],
      );
      expect(sent.endedBy === "ALL_TOLD").toBe(next === "DONE");
    },
  );
});

test.each(vectors.times.cases)("the time $what", ({ clocks: said, lastDecisionAt, expected }) => {
  const last = lastDecisionAt === null ? null : Date.parse(lastDecisionAt);
  const { now, uncertaintySeconds } = timeBy(vectors.times.heard, said, last);
  expect({ now: new Date(now).toISOString(), uncertaintySeconds }).toEqual(expected);
});
