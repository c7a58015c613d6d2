import { expect, test } from "vitest";
import { type Journal, openJournal } from "../../src/terminalKit/journal.ts";
import { MOST_REPORTS, nextBatch, type Send, sendReports } from "../../src/terminalKit/reports.ts";
import type { ReportsBody } from "../../src/terminalKit/reportShape.ts";
import { Disk } from "./support/disk.ts";
import { decided, outcomes } from "./support/reports.ts";

/** How a journal gets to the server: in batches, in order, and nothing is forgotten before the server has it. */

const AT = Date.UTC(2027, 4, 10, 12);

async function journalOf(count: number): Promise<Journal> {
  const journal = await openJournal(new Disk());
  for (let index = 0; index < count; index++) {
    await journal.decide(async (number) => ({ decided: decided(number, "a", AT + index), result: null }));
  }
  return journal;
}

/** Answers as told, and keeps the numbers that each call brought. */
function server(answer: (body: ReportsBody, call: number) => Awaited<ReturnType<Send>>): {
  readonly send: Send;
  readonly calls: number[][];
} {
  const calls: number[][] = [];
  return {
    calls,
    send: async (body) => {
      calls.push(body.reports.map(({ number }) => number));
      return answer(body, calls.length);
    },
  };
}

const whole = (body: ReportsBody): Awaited<ReturnType<Send>> => ({
  status: 200,
  body: { reports: outcomes(body), missing: [] },
});

test("goesInBatchesOfAThousand, in order", async () => {
  const journal = await journalOf(2_001);
  expect(nextBatch(journal).map(({ number }) => number)).toEqual(
    Array.from({ length: MOST_REPORTS }, (_, index) => index + 1),
  );
  const { send, calls } = server(whole);
  expect(await sendReports(journal, send)).toEqual({
    accepted: 2_001,
    duplicates: 0,
    accessIds: Array.from({ length: 2_001 }, (_, index) => `a-r-${index + 1}`),
    invalid: [],
    flagged: [],
    missing: [],
    refused: [],
    remaining: 0,
    endedBy: "ALL_TOLD",
  });
  expect(calls.map((numbers) => [numbers[0], numbers.at(-1)])).toEqual([
    [1, 1_000],
    [1_001, 2_000],
    [2_001, 2_001],
  ]);
});

test("nothingToTellIsNoCall", async () => {
  const { send, calls } = server(whole);
  expect(await sendReports(await journalOf(0), send)).toMatchObject({ accepted: 0, endedBy: "ALL_TOLD" });
  expect(calls).toEqual([]);
});

test.each<[string, Awaited<ReturnType<Send>>, number | null]>([
  ["no line", null, null],
  ["not authenticated", { status: 401, body: {} }, 401],
  ["not allowed", { status: 403, body: {} }, 403],
  ["too many calls", { status: 429, body: {} }, 429],
  ["a part is down", { status: 503, body: {} }, 503],
  ["what is no answer", { status: 200, body: { reports: "all" } }, 200],
])("after %s everything is kept, and comes again as it was", async (_what, answer, endedBy) => {
  const journal = await journalOf(3);
  const { send, calls } = server(() => answer);
  expect(await sendReports(journal, send)).toMatchObject({ remaining: 3, endedBy });
  expect(calls).toHaveLength(1);
  const later = server(whole);
  await sendReports(journal, later.send);
  expect(later.calls).toEqual(calls);
});

test("whatIsAnsweredBeforeTheLineGoesIsNotToldAgain", async () => {
  const journal = await journalOf(1_500);
  const { send } = server((body, call) => (call === 1 ? whole(body) : null));
  expect(await sendReports(journal, send)).toMatchObject({ accepted: 1_000, remaining: 500, endedBy: null });
  expect(nextBatch(journal)[0]?.number).toBe(1_001);
});

test.each([413, 422])(
  "aCallThatIsRefusedAsAWholeWith %i goes in halves; what is refused alone is kept, and stops nobody",
  async (status) => {
    const journal = await journalOf(5);
    const { send, calls } = server((body) =>
      body.reports.some(({ number }) => number === 2) ? { status, body: {} } : whole(body),
    );
    expect(await sendReports(journal, send)).toMatchObject({
      accepted: 4,
      refused: [{ number: 2, status }],
      remaining: 1,
      endedBy: "ALL_TOLD",
    });
    expect(calls).toEqual([[1, 2, 3, 4, 5], [1, 2, 3], [1, 2], [1], [2, 3, 4, 5], [2, 3], [2], [3, 4, 5]]);
    expect(journal.pending().map(({ number }) => number)).toEqual([2]);
  },
);

test("anOutcomeWithoutNames is about the report in its place; what is about no report of the call is nobody's", async () => {
  const journal = await journalOf(3);
  const { send } = server((body) => {
    const [one, two, three] = outcomes(body);
    if (one === undefined || two === undefined || three === undefined) throw new Error("there are three");
    const unread = {
      ...two,
      reportId: null,
      number: null,
      outcome: "INVALID",
      accessId: null,
      why: "unread",
    };
    const other = { ...three, reportId: "another" };
    return { status: 200, body: { reports: [one, unread, other], missing: [] } };
  });
  expect(await sendReports(journal, send)).toMatchObject({
    accepted: 1,
    invalid: [{ reportId: "r-2", number: 2, why: "unread" }],
    remaining: 1,
  });
  expect(journal.invalid).toEqual([{ reportId: "r-2", number: 2, why: "unread" }]);
  expect(journal.pending().map(({ number }) => number)).toEqual([3]);
});

test("everyOutcomeMeansThatTheServerHasIt; what it did not name stays", async () => {
  const journal = await journalOf(4);
  const { send, calls } = server((body) => {
    const [one, two, three] = outcomes(body);
    if (one === undefined || two === undefined || three === undefined) throw new Error("there are four");
    return {
      status: 200,
      body: {
        reports: [
          { ...one, flags: ["OVER_LIMIT"] },
          { ...two, outcome: "DUPLICATE" },
          { ...three, outcome: "INVALID", accessId: null, why: "the card can't be opened" },
        ],
        missing: [{ from: 7, to: 9 }],
        more: "that is not known here",
      },
    };
  });
  expect(await sendReports(journal, send)).toEqual({
    accepted: 1,
    duplicates: 1,
    accessIds: ["a-r-1", "a-r-2"],
    invalid: [{ reportId: "r-3", number: 3, why: "the card can't be opened" }],
    flagged: [{ number: 1, flags: ["OVER_LIMIT"] }],
    missing: [{ from: 7, to: 9 }],
    refused: [],
    remaining: 1,
    endedBy: "ALL_TOLD",
  });
  expect(calls).toHaveLength(1);
  expect(journal.pending().map(({ number }) => number)).toEqual([4]);
});
