import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { PROJECTIONS } from "../../src/projections/index.ts";
import { Random } from "../support/domain/random.ts";
import {
  differences,
  expectedTables,
  shown,
  storedTables,
  type Tables,
  wholeLog,
} from "../support/readModels/rows.ts";
import { testPan } from "../support/programme.ts";
import { startTestServer, type TestServer } from "../support/server.ts";
import { ApiTraffic } from "./apiTraffic.ts";
import { enrollDevices, replaceKeys } from "./enrolledTraffic.ts";
import { certifyDevices } from "./certificateTraffic.ts";
import { KEY, startAcquirer, startRewards, type Told } from "../outside/support.ts";
import { askDevices } from "./deviceTraffic.ts";
import { chargeFees } from "./paymentTraffic.ts";
import { claimDevices } from "./claimTraffic.ts";
import { tellOffline } from "./offlineTraffic.ts";
import { randomTraffic } from "./random.ts";
import { openWorld } from "./support.ts";

/**
 * The read models against a reader that shares nothing with them (`test/support/readModels`): every row, every column.
 * A column that the reader does not know is a difference, and so is a column of it that the table does not have.
 */

const SEED = Number(process.env["SEED"] ?? "1");
const PATIENCE = 50_000;

/** What the reward system says of a card, and what partners know it by: both are kept. */
async function askAboutACard({ admin }: TestServer): Promise<void> {
  const enrolled = await admin.send("POST", "/api/cards/enrolments", {
    ...{ pan: testPan(39_000_001), aref: "AREF-ASKED" },
  });
  const { cardId } = z.object({ cardId: z.string() }).parse(enrolled.body);
  await admin.send("POST", `/api/cards/${cardId}/enrolment/verification`, {});
  await admin.send("POST", `/api/cards/${cardId}/hash`, {});
}

describe("after random traffic over HTTP", () => {
  let acquirer: Told;
  let rewards: Told;
  let product: TestServer;
  let compared: { readonly expected: Tables; readonly stored: Tables };

  beforeAll(async () => {
    [acquirer, rewards] = await Promise.all([startAcquirer(), startRewards()]);
    product = await startTestServer({
      testClock: true,
      settings: {
        ...{ MTLS_PORT: "0", ACQUIRER_URL: acquirer.url, ACQUIRER_KEY: KEY },
        ...{ REWARDS_URL: rewards.url, REWARDS_KEY: KEY },
      },
    });
    const traffic = new ApiTraffic(product, new Random(SEED));
    await traffic.prepare();
    await changeScreens(product);
    await traffic.run(250);
    await traffic.carryOver();
    await traffic.run(250);
    await tellOffline(product);
    await enrollDevices(product);
    await replaceKeys(product);
    await claimDevices(product);
    await certifyDevices(product);
    await askDevices(product);
    await chargeFees(product, acquirer);
    await askAboutACard(product);
    await traffic.finish();
    await traffic.verifications();
    compared = await compare(product);
  });
  afterAll(async () => {
    await product.stop();
    await Promise.all([acquirer.close(), rewards.close()]);
  });

  test("everyColumnOfEveryReadModelIsWhatTheLogSays", () => {
    expect(differences(compared.expected, compared.stored)).toEqual([]);
  });

  test("noReadModelIsUnknownToTheReader", () => {
    expect([...compared.stored.keys()].sort()).toEqual(
      PROJECTIONS.flatMap(({ tables }) => tables).toSorted(),
    );
  });

  test("theTrafficFillsEveryColumnWithMoreThanOneValue", () => {
    const same = [...compared.stored].flatMap(([table, rows]) =>
      Object.keys(rows[0] ?? { row: "" })
        .filter((column) => new Set(rows.map((row) => shown(row[column]))).size < 2)
        .map((column) => `${table}.${column}`),
    );
    expect(same).toEqual([]);
  });

  test("theTrafficReachesEveryEventThatARouteCanWrite", async () => {
    const types = new Set((await wholeLog(product.server.services.log)).map(({ type }) => type));
    for (const type of WANTED) expect(types).toContain(type);
    const seen = (column: string): ReadonlySet<unknown> =>
      new Set(compared.stored.get("operations")?.map((row) => row[column]));
    expect(seen("status")).toEqual(
      new Set(["PENDING", "COMPLETED", "CANCELLED", "EXPIRED", "REJECTED", "REVERSED"]),
    );
    for (const status of ["NONE", "PENDING", "PAID", "PARTIALLY_REFUNDED", "REFUNDED"]) {
      expect(seen("payment_status")).toContain(status);
    }
  });
});

describe("after random commands of the deciders", () => {
  test("everyColumnOfEveryReadModelIsWhatTheLogSays", async () => {
    const world = await openWorld("memory");
    try {
      const projections = await world.instance();
      for (let seed = 40; seed < 46; seed++) await randomTraffic(world.traffic, new Random(seed), 150);
      expect(await projections.waitFor(world.traffic.position, PATIENCE)).toBe(true);
      const expected = expectedTables(await wholeLog(world.log));
      expect(differences(expected, await storedTables(world.pool))).toEqual([]);
    } finally {
      await world.dispose();
    }
  });
});

const WANTED = [
  "EntryGranted",
  "EntryRejected",
  "EntryConfirmed",
  "EntryCancelled",
  "EntryLapsed",
  "EntryReversed",
  "EntryCorrected",
  "PaymentRecorded",
  "ChargeRequested",
  "ChargeUnknown",
  "ChargeSettled",
  "RefundRequested",
  "RefundUnknown",
  "RefundSettled",
  "PaymentGivenUp",
  "PaymentResolved",
  "CardFrozen",
  "CardUnfrozen",
  "CardEnrolled",
  "CardUnenrolled",
  "EnrolmentVerified",
  "CardHashShown",
  "VisitsAdjusted",
  "AdjustmentProposed",
  "AdjustmentDeclined",
  "AdjustmentWithdrawn",
  "OpeningBalanceTaken",
  "CardJoined",
  "CardAbsorbed",
  "CardReplaced",
  "CardInherited",
  "AttemptRefused",
  "QuotaReserved",
  "QuotaCommitted",
  "QuotaReleased",
  "QuotaCarriedOver",
  "TerminalRegistered",
  "TerminalChanged",
  "PairingCodeIssued",
  "TerminalPaired",
  "TerminalEnrolled",
  "TerminalDescribed",
  "TerminalKeyRotated",
  "EnrollmentCreated",
  "EnrollmentCancelled",
  "EnrollmentConsumed",
  "DeviceCreated",
  "DeviceDescribed",
  "DeviceActivated",
  "DeviceDeactivated",
  "CommandQueued",
  "CommandDispatched",
  "CommandSucceeded",
  "CommandFailed",
  "CommandCancelled",
  "CommandTimedOut",
  "CommandAnsweredLate",
  "SaleReversalBegun",
  "SaleReversalEnded",
  "ClaimCodeIssued",
  "TerminalClaimed",
  "TerminalAttested",
  "TerminalActivated",
  "SetupCodeIssued",
  "CertificateIssued",
  "CertificateRenewed",
  "CertificateRevoked",
  "TerminalSuspended",
  "TerminalResumed",
  "TerminalUnpaired",
  "TerminalRemoved",
  "RulesetDrafted",
  "RulesetPublished",
  "RulesetUnscheduled",
  "RulesetRetired",
  "RulesetDeleted",
  ...["Merchant", "Location", "User", "Webhook"].flatMap((kind) => [
    `${kind}Created`,
    `${kind}Changed`,
    `${kind}Deleted`,
  ]),
  "KeyCreated",
  "KeyDeleted",
  "ScreenTextChanged",
  "ScreenTextReset",
];

/** From here on decisions keep what screens were told by. */
async function changeScreens({ admin }: TestServer): Promise<void> {
  const forms = { other: "Come back on {nextFreeDate}." };
  await admin.send("PUT", "/api/messages/installation/en/LIMIT_EXCEEDED", { forms });
  await admin.send("PUT", "/api/messages/installation/pl/LIMIT_EXCEEDED", { forms });
  await admin.send("DELETE", "/api/messages/installation/pl/LIMIT_EXCEEDED");
}

/** The sweeper goes on meanwhile: what is compared is of one moment in which the log did not move. */
async function compare({ server }: TestServer): Promise<{ expected: Tables; stored: Tables }> {
  const { log, pool } = server.services;
  for (;;) {
    const head = await log.newest();
    if (!(await server.projections.waitFor(head, PATIENCE)))
      throw new Error("the read models did not settle");
    const stored = await storedTables(pool);
    const events = await wholeLog(log);
    if (events.at(-1)?.position === head) return { expected: expectedTables(events), stored };
  }
}
