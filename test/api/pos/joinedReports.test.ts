import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import type { Terminal } from "../../../src/cli/pos/terminal.ts";
import { createTerminal, outcome, simpleProgramme, testPan } from "../../support/programme.ts";
import { startTestServer, type TestServer } from "../../support/server.ts";

/** What terminals tell of phone and plastic comes to the same, whenever the two turn out to be one account. */

const FEE = { amount: "25.00", currency: "EUR" };

let product: TestServer;
let programme: Awaited<ReturnType<typeof simpleProgramme>>;
let told = 0;
let pans = 90_000;

beforeAll(async () => {
  product = await startTestServer({ testClock: true });
  programme = await simpleProgramme(
    product.admin,
    product.url,
    {
      criteria: { productCodes: ["WLE"] },
      cardholder: { window: { kind: "ROLLING", days: 30 }, perLocation: null, free: 1, paid: 1, fee: FEE },
      offline: {
        accountRanges: true,
        whitelist: false,
        maxGuests: 0,
        perCardAndDay: null,
        perTerminalAndDay: null,
      },
    },
    { offlineAllowed: true },
  );
  await product.admin.send("POST", "/api/test-clock", { advance: "P1D" });
});
afterAll(async () => {
  await product.stop();
});

interface Account {
  readonly plastic: string;
  readonly phone: string;
}
const newAccount = (): Account => ({ plastic: testPan(++pans), phone: testPan(++pans) });

/** Of the time when the line was down: by whose number, and how many hours ago. */
const VISITS = [
  { by: "phone", hoursAgo: 9 },
  { by: "plastic", hoursAgo: 7 },
  { by: "phone", hoursAgo: 5 },
] as const;

async function reportsOf(account: Account) {
  const { body } = await product.admin.send("GET", "/api/test-clock");
  const now = Date.parse(z.object({ now: z.string() }).parse(body).now);
  return VISITS.map(({ by, hoursAgo }) => ({
    reportId: `joined-${String(++told)}`,
    number: told,
    occurredAt: new Date(now - hoursAgo * 3_600_000).toISOString(),
    mode: "BIN_RANGE",
    card: { pan: account[by], entryMode: "CONTACTLESS" },
    guests: 0,
    outcome: "ADMITTED",
  }));
}

const answered = z.object({
  reports: z.array(z.object({ outcome: z.string(), accessId: z.string(), flags: z.array(z.string()) })),
});

async function tell(reports: readonly unknown[], by: Terminal = programme.terminal) {
  const sent = await by.client.send("POST", "/pos/offline_reports", { reports });
  return answered.parse(sent.body).reports;
}

/** A tap of the phone that names its plastic. */
async function join({ phone, plastic }: Account): Promise<void> {
  const card = { pan: phone, tokenOf: plastic, entryMode: "CONTACTLESS" };
  const { accessId, decision } = outcome(
    await programme.terminal.client.request("POST", "/pos/check_entry", { card }),
  );
  if (decision === "GRANTED")
    await programme.terminal.client.request("POST", "/pos/cancel_entry", { accessId });
}

const shown = z.object({
  status: z.string(),
  cost: z.string().nullable(),
  paymentStatus: z.string(),
  flags: z.array(z.string()),
  cardId: z.string(),
});

async function becameOf(accessIds: readonly string[]) {
  return await Promise.all(
    accessIds.map(async (accessId) =>
      shown.parse((await product.admin.send("GET", `/api/operations/${accessId}`)).body),
    ),
  );
}

const common = ["LIST_NEVER_SENT"];
const EXPECTED = [
  { status: "COMPLETED", cost: "FREE", paymentStatus: "NONE", flags: common },
  { status: "COMPLETED", cost: "PAID", paymentStatus: "PENDING", flags: common },
  { status: "COMPLETED", cost: "PAID", paymentStatus: "PENDING", flags: ["OVER_LIMIT", ...common] },
];

async function expectBecame(accessIds: readonly string[], expected: readonly object[] = EXPECTED) {
  await expect.poll(async () => await becameOf(accessIds), { timeout: 20_000 }).toMatchObject(expected);
}

describe("three visits of one account without a line", () => {
  test("joined before they are told", async () => {
    const account = newAccount();
    await join(account);
    const reports = await tell(await reportsOf(account));
    await expectBecame(reports.map(({ accessId }) => accessId));
  });

  test("joined in between", async () => {
    const account = newAccount();
    const [first, ...others] = await reportsOf(account);
    const before = await tell([first]);
    await join(account);
    const reports = [...before, ...(await tell(others))];
    await expectBecame(reports.map(({ accessId }) => accessId));
    // The answer says what the panel will.
    expect(reports.at(-1)?.flags).toEqual(["OVER_LIMIT", "LIST_NEVER_SENT"]);
  });

  test("joined afterwards: shown in the history of both cards", async () => {
    const account = newAccount();
    const reports = await tell([...(await reportsOf(account))].reverse());
    const accessIds = reports.map(({ accessId }) => accessId).reverse();
    const [none] = EXPECTED;
    await expectBecame(accessIds, [none ?? {}, none ?? {}, EXPECTED[1] ?? {}]);
    await join(account);
    await expectBecame(accessIds);
    const cards = new Set((await becameOf(accessIds)).map(({ cardId }) => cardId));
    expect(cards.size).toBe(2);
    for (const cardId of cards) {
      const { body } = await product.admin.send("GET", `/api/cards/${cardId}`);
      expect(body).toMatchObject({ visits: 3, limits: [{ used: { free: 1, paid: 2 } }] });
    }
  });

  test("one that is reversed gives its place to the other card's", async () => {
    const account = newAccount();
    const accessIds = (await tell(await reportsOf(account))).map(({ accessId }) => accessId);
    await join(account);
    await expectBecame(accessIds);
    expect(
      (await product.admin.request("POST", `/api/operations/${accessIds[0] ?? ""}/reversal`, {})).status,
    ).toBe(200);
    const [free, paid] = EXPECTED;
    await expectBecame(accessIds, [{ status: "REVERSED" }, free ?? {}, paid ?? {}]);
  });

  test("the same journal from another terminal, after they were joined, is the same entries", async () => {
    const account = newAccount();
    const journal = await reportsOf(account);
    const first = await tell(journal);
    await join(account);
    const other = await createTerminal(product.admin, product.url, programme.locationId);
    const again = await tell(journal, other);
    expect(again.map(({ outcome: became }) => became)).toEqual(["DUPLICATE", "DUPLICATE", "DUPLICATE"]);
    expect(again.map(({ accessId }) => accessId)).toEqual(first.map(({ accessId }) => accessId));
    await expectBecame(first.map(({ accessId }) => accessId));
  });
});
