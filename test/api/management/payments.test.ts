import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { EVERYTHING } from "../../../src/domain/user/access.ts";
import type { Client } from "../../../src/client.ts";
import type { Terminal } from "../../../src/cli/pos/terminal.ts";
import { KEY, startAcquirer, type Told } from "../../outside/support.ts";
import {
  check,
  confirm,
  createLocation,
  outcome,
  simpleProgramme,
  testPan,
} from "../../support/programme.ts";
import { startTestServer, type TestServer } from "../../support/server.ts";
import { clientFor, codeOf } from "./support.ts";

/** Payments over HTTP: found by filter and scope, asked for again, and resolved by hand. */

const MANY = 10_000;
const one = z.looseObject({
  id: z.string(),
  state: z.string(),
  isOpen: z.boolean(),
  waitsForPerson: z.boolean(),
  amount: z.object({ amount: z.string() }),
  refunded: z.object({ amount: z.string() }),
});
const list = z.object({ items: z.array(one), total: z.number(), nextCursor: z.string().nullable() });
const details = one.extend({
  steps: z.array(z.looseObject({ what: z.string(), outcome: z.string().nullable(), by: z.unknown() })),
  asked: z.array(z.looseObject({ asked: z.string(), answer: z.string() })),
  actions: z.object({ resolve: z.array(z.string()), inquire: z.boolean() }),
});

let acquirer: Told;
let server: TestServer;
let admin: Client;
let terminal: Terminal;
let locationId: string;
let cards = 0;

beforeAll(async () => {
  acquirer = await startAcquirer();
  server = await startTestServer({
    testClock: true,
    settings: { ACQUIRER_URL: acquirer.url, ACQUIRER_KEY: KEY },
  });
  ({ admin } = server);
  ({ terminal, locationId } = await simpleProgramme(admin, server.url, {
    cardholder: { paid: "UNLIMITED", fee: { amount: "25.00", currency: "EUR" } },
    verification: { mode: "ASI", chargesFees: true },
  }));
  await acquirer.faultsOn("/account-status-inquiries", "none");
});
afterAll(async () => {
  await server.stop();
  await acquirer.close();
});

async function enter(): Promise<string> {
  const { accessId } = outcome(await check(terminal, testPan(++cards)));
  await confirm(terminal, accessId);
  return accessId;
}

async function get(id: string, client = admin): Promise<z.output<typeof details>> {
  return details.parse((await client.send("GET", `/api/payments/${id}`)).body);
}

async function listed(query: string, client = admin): Promise<readonly string[]> {
  return list.parse((await client.send("GET", `/api/payments?${query}`)).body).items.map(({ id }) => id);
}

async function acquirerIsGone(isGone: boolean): Promise<void> {
  const faults = isGone ? Array.from({ length: MANY }, () => "status:503") : ["none"];
  for (const path of ["/charges", "/refunds", "/void"]) await acquirer.faultsOn(path, ...faults);
  await acquirer.faults(...faults);
}

async function isOver(id: string, ...states: readonly string[]): Promise<void> {
  const found = async (): Promise<string | null> => {
    const answer = await admin.request("GET", `/api/payments/${id}`);
    return answer.status === 200 ? details.parse(answer.body).state : null;
  };
  await expect.poll(found, { timeout: 60_000 }).toBeOneOf([...states]);
}

describe("payments", () => {
  let paid: string;
  let lost: string;

  it("are listed by state, time and place, and shown with what was asked and answered", async () => {
    paid = await enter();
    await isOver(paid, "PAID");
    await acquirerIsGone(true);
    lost = await enter();
    await isOver(lost, "UNKNOWN");
    expect(await listed("toReconcile=true")).toEqual([lost]);
    expect(await listed("toReconcile=false")).toEqual([paid]);
    expect(await listed("state=PAID&state=REFUNDED")).toEqual([paid]);
    expect(await listed(`locationId=${locationId}`)).toEqual([lost, paid]);
    expect(await listed(`locationId=${await createLocation(admin)}`)).toEqual([]);
    expect(await listed("to=2020-01-01T00:00:00Z")).toEqual([]);
    const { body } = await admin.send("GET", "/api/payments?limit=1");
    const first = list.parse(body);
    expect(await listed(`limit=1&cursor=${String(first.nextCursor)}`)).toEqual([paid]);
    const shown = await get(paid);
    expect(shown).toMatchObject({ amount: { amount: "25.00" }, refunded: { amount: "0.00" } });
    expect(shown.steps).toMatchObject([
      { what: "ChargeRequested" },
      { what: "ChargeSettled", outcome: "APPROVED", responseCode: "00", responseMeaning: "Approved" },
    ]);
    expect(shown.asked).toMatchObject([{ asked: "CHARGE", answer: "APPROVED", responseCode: "00" }]);
    expect(shown.actions).toEqual({ resolve: [], inquire: false });
    expect(JSON.stringify(shown)).not.toContain("ref_");
    expect((await get(lost)).actions).toEqual({ resolve: ["PAID", "NOT_PAID", "REFUNDED"], inquire: true });
  });

  it("are asked for now, also when they were given up after three days", async () => {
    await admin.send("POST", "/api/test-clock", { advance: "P4D" });
    const waits = async (): Promise<boolean> => (await get(lost)).waitsForPerson;
    await expect.poll(waits, { timeout: 120_000 }).toBe(true);
    expect(await get(lost)).toMatchObject({ isOpen: false, state: "UNKNOWN" });
    await acquirerIsGone(false);
    const asksUntilPaid = async (): Promise<string> => {
      // The circuit may be open for a while.
      await admin.send("POST", `/api/payments/${lost}/inquiry`, {});
      return (await get(lost)).state;
    };
    await expect.poll(asksUntilPaid, { timeout: 60_000, interval: 1_000 }).toBe("PAID");
    expect(await get(lost)).toMatchObject({ waitsForPerson: false, isOpen: false });
    const { charges } = await acquirer.books();
    expect(charges.filter(({ key }) => key.startsWith(lost))).toHaveLength(1);
  });

  it("are resolved by whoever may, once, with a reason; a refund is made or not, and never unpaid", async () => {
    await acquirerIsGone(true);
    const open = await enter();
    await isOver(open, "UNKNOWN", "PENDING");
    const resolve = async (id: string, body: object, client = admin) =>
      await client.request("POST", `/api/payments/${id}/resolution`, body);
    expect((await resolve(open, { outcome: "PAID" })).status).toBe(422);
    const reason = "Seen in the acquirer's portal.";
    const auditor = await clientFor(server, "AUDITOR");
    expect(codeOf(await resolve(open, { outcome: "PAID", reason }, auditor))).toBe("FORBIDDEN");
    const user = await clientFor(server, "USER");
    expect((await resolve(open, { outcome: "PAID", reason }, user)).status).toBe(200);
    // Another client has written it: this one does not know which position to wait for.
    await expect.poll(async () => await get(open)).toMatchObject({ state: "PAID", isOpen: false });
    expect((await get(open)).steps.at(-1)).toMatchObject({
      ...{ what: "PaymentResolved", outcome: "PAID", why: reason, by: { role: "USER" } },
    });
    expect(codeOf(await resolve(open, { outcome: "PAID", reason }))).toBe("NOTHING_TO_RESOLVE");
    await admin.send("POST", `/api/operations/${open}/reversal`, {});
    await isOver(open, "REFUND_PENDING", "REFUND_UNKNOWN");
    expect((await resolve(open, { outcome: "NOT_PAID", reason })).status).toBe(422);
    expect((await resolve(open, { outcome: "REFUNDED", reason })).status).toBe(200);
    await expect
      .poll(async () => await get(open))
      .toMatchObject({ state: "REFUNDED", refunded: { amount: "25.00" } });
    await expect
      .poll(async () => (await admin.send("GET", `/api/operations/${open}`)).body)
      .toMatchObject({ paymentStatus: "REFUNDED", collectedBy: "ACQUIRER" });
    await acquirerIsGone(false);
  });

  it("are seen by a Service Provider of the place, and by nobody of another", async () => {
    const here = await clientFor(server, "SERVICE_PROVIDER", { ...EVERYTHING, locationIds: [locationId] });
    expect(await listed("state=PAID", here)).toContain(paid);
    expect((await get(paid, here)).actions.resolve).toEqual([]);
    const elsewhere = [await createLocation(admin)];
    const there = await clientFor(server, "SERVICE_PROVIDER", { ...EVERYTHING, locationIds: elsewhere });
    expect(await listed("", there)).toEqual([]);
    expect(codeOf(await there.request("GET", `/api/payments/${paid}`))).toBe("NOT_FOUND");
    expect(codeOf(await admin.request("GET", "/api/payments/01JNONE0000000000000000000"))).toBe("NOT_FOUND");
  });
});
