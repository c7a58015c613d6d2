import { DAY, MINUTE } from "../../src/domain/time.ts";
import { chargeKey, type PaymentTold } from "../../src/domain/card/charge/decide.ts";
import type { CommandCommand } from "../../src/domain/command/command.ts";
import type { Random } from "../support/domain/random.ts";
import { BY, id, ISSUER, OTHER_ISSUER, type Site, type Traffic } from "./traffic.ts";

export const CARDS = ["C1", "C2", "C3", "C4", "C5", "C6"] as const;
export const RULES = [id(900_001), id(900_002), id(900_003)] as const;
const MERCHANTS = [id(910_001), id(910_002)] as const;
const SERIALS = ["T-1", "T-2", "T-3"] as const;

export const SITES: readonly [Site, Site, Site] = [
  {
    id: id(920_001),
    name: "Lounge",
    country: "POL",
    service: "LOUNGE",
    cooldownMinutes: null,
    merchantId: MERCHANTS[0],
  },
  {
    id: id(920_002),
    name: "Gate",
    country: "DEU",
    service: "FAST_LINE",
    cooldownMinutes: 1,
    merchantId: MERCHANTS[1],
  },
  {
    id: id(920_003),
    name: "Hall",
    country: "POL",
    service: "LOUNGE",
    cooldownMinutes: null,
    merchantId: null,
  },
];

const FEE = { amount: "12.50", currency: "EUR" };

/** So many random commands of every kind; those that are refused count as well. */
export async function randomTraffic(traffic: Traffic, random: Random, commands: number): Promise<void> {
  await traffic.publish(RULES[0], {
    cardholder: { free: 2, paid: 3, fee: FEE, window: { kind: "ROLLING", days: 1 } },
    guests: { adults: { free: 1, paid: 3, fee: FEE } },
  });
  const attempts: Attempt[] = [];
  for (let step = 0; step < commands; step += 1) {
    traffic.now += random.upTo(3 * MINUTE);
    const { now } = traffic;
    const hand = { now, by: BY, reason: "why" };
    const cardId = random.pick(CARDS);
    const serial = random.pick(SERIALS);
    const attempt = attempts.at(-1 - random.upTo(3)) ?? { cardId, accessId: "none" };
    const { accessId } = attempt;
    switch (random.upTo(15)) {
      case 0:
      case 1:
      case 2: {
        const budget = random.chance(0.5) ? { budget: RULES[1] } : {};
        const issuer = random.chance(0.7) ? ISSUER : OTHER_ISSUER;
        const done = await traffic.check(cardId, random.pick(SITES), { issuer, terminal: serial, ...budget });
        attempts.push({ cardId, accessId: done.accessId });
        break;
      }
      case 3:
      case 4:
        for (const at of SERIALS)
          await traffic.confirm(attempt.cardId, accessId, random.upTo(3), { serial: at });
        if (random.chance(0.4)) await reverse(traffic, random, attempt);
        break;
      case 5: {
        const cancel = { type: "CancelEntry", accessId, requestId: null, now, reason: "left" } as const;
        for (const at of SERIALS) await traffic.card(attempt.cardId, { ...cancel, terminal: at });
        break;
      }
      case 6:
        await reverse(traffic, random, attempt);
        break;
      case 7:
        await traffic.card(cardId, { type: random.chance(0.4) ? "FreezeCard" : "UnfreezeCard", ...hand });
        break;
      case 8: {
        const given = { rulesetId: RULES[0], free: random.upTo(4) - 2, paid: 1 };
        await traffic.card(cardId, {
          type: "AdjustVisits",
          adjustmentId: traffic.nextId(),
          ...given,
          ...hand,
        });
        await proposals(traffic, random, cardId);
        break;
      }
      case 9: {
        await traffic.reserve(RULES[1], accessId, attempt.cardId);
        if (random.chance(0.5)) await traffic.commit(RULES[1], accessId, attempt.cardId);
        if (random.chance(0.3)) await traffic.release(RULES[1], accessId);
        break;
      }
      case 10: {
        const budget = random.chance(0.5) ? { totalUsage: { max: 100 } } : {};
        const icas = random.chance(0.3) ? { criteria: { icas: [{ ica: ISSUER.ica }] } } : {};
        if (random.chance(0.5)) await traffic.publish(RULES[2], { name: `Rules ${step}`, ...icas });
        else await traffic.draft(RULES[1], { ...budget, ...icas });
        break;
      }
      case 11:
        await traffic.ruleset(RULES[2], { type: "Retire", expected: null, now, by: BY });
        break;
      case 12:
        await traffic.location(random.chance(0.2) ? SITES[2].id : random.pick(SITES), `City ${step}`);
        await traffic.merchant(random.pick(MERCHANTS), random.chance(0.2) ? null : `Merchant ${step}`);
        break;
      case 13:
        await traffic.user(id(930_000 + random.upTo(2)), random.chance(0.2) ? null : `u${step}@example.com`);
        await traffic.key(id(940_000 + random.upTo(2)), random.chance(0.2) ? null : `Key ${step}`);
        break;
      default:
        await randomTerminal(traffic, random, serial);
    }
  }
  await askDevices(traffic);
  await certify(traffic);
  await chargeFees(traffic);
}

/** One is proposed and decided, or left open; and something was used before this product counted. */
async function proposals(traffic: Traffic, random: Random, cardId: string): Promise<void> {
  const { now } = traffic;
  const adjustmentId = traffic.nextId();
  const visits = { rulesetId: RULES[0], free: 1, paid: random.upTo(2), reason: "goodwill" };
  const proposer = { id: id(950_000), role: "CALL_CENTER" };
  await traffic.card(cardId, { type: "ProposeAdjustment", adjustmentId, ...visits, now, by: proposer });
  const end = random.pick(["ApproveAdjustment", "DeclineAdjustment", "WithdrawAdjustment", null] as const);
  if (end === "WithdrawAdjustment") {
    await traffic.card(cardId, { type: end, adjustmentId, now, by: proposer });
  } else if (end !== null) {
    const reason = random.pick(["because", ""]);
    await traffic.card(cardId, { type: end, adjustmentId, now, by: BY, reason });
  }
  const heads = { free: random.upTo(2), paid: 1 };
  await traffic.card(cardId, {
    type: "TakeOpeningBalance",
    ...{ now, by: BY, source: "before", rulesetId: RULES[1] },
    ...{ usedAt: now - random.upTo(3) * 3_600_000, free: 2, paid: 1, adults: heads, children: heads },
  });
}

/** Fees that the acquirer charges: one that is paid and given back, and one of which a person says what became of it. */
async function chargeFees(traffic: Traffic): Promise<void> {
  const issuer = { ...ISSUER, ica: "0007777" };
  await traffic.publish(id(900_004), {
    priority: 1,
    criteria: { icas: [{ ica: issuer.ica }] },
    // Whoever enters free comes before whoever pays, by any rule: it is the guest who pays.
    cardholder: { free: "UNLIMITED" },
    guests: { adults: { free: 0, paid: 3, fee: FEE } },
    verification: { mode: "ASI", chargesFees: true },
  });
  const { now } = traffic;
  const hand = { now, by: BY, reason: "why" };
  const entered = async (): Promise<Attempt> => {
    const cardId = `P${traffic.nextId()}`;
    const { accessId } = await traffic.check(cardId, SITES[0], { issuer, isReferenced: true });
    await traffic.confirm(cardId, accessId, 1);
    return { cardId, accessId };
  };
  const hear = async ({ cardId, accessId }: Attempt, key: string, told: PaymentTold): Promise<boolean> =>
    await traffic.card(cardId, { type: "HearOfPayment", accessId, key, told, now });
  const approved = { outcome: "APPROVED", responseCode: "00" } as const;
  const paid = await entered();
  await hear(paid, chargeKey(paid.accessId), approved);
  const { accessId } = paid;
  await traffic.card(paid.cardId, {
    type: "ReverseEntry",
    accessId,
    guests: null,
    timeLimited: false,
    ...hand,
  });
  await hear(paid, `${accessId}-refund-1`, approved);
  const unknown = await entered();
  const key = chargeKey(unknown.accessId);
  await hear(unknown, key, { outcome: "UNKNOWN", why: "no answer" });
  const lost = { accessId: unknown.accessId, now } as const;
  await traffic.card(unknown.cardId, { type: "GiveUpPayment", ...lost, key, why: "no answer" });
  await traffic.card(unknown.cardId, { type: "ResolvePayment", ...lost, ...hand, outcome: "PAID" });
}

/** A POS system that comes by a certificate, renews it, and loses the one before. */
async function certify(traffic: Traffic): Promise<void> {
  const { now } = traffic;
  const serial = `POS-${traffic.nextId()}`;
  const by = { now, by: BY };
  const certificate = (name: string) => {
    const until = new Date(now + DAY).toISOString();
    const own = { serialNumber: `${name}-${serial}`, fingerprint: name, subject: "CN=POS", publicKey: "-" };
    return { ...own, der: "-", issuer: "-", notBefore: new Date(now).toISOString(), notAfter: until };
  };
  await traffic.terminal(serial, {
    ...{ type: "Register", ...by, serialNumber: serial, locationId: SITES[0].id, profile: "standard" },
  });
  const codeHash = `code of ${serial}`;
  await traffic.terminal(serial, { type: "IssueSetupCode", ...by, real: now, codeId: "code", codeHash });
  await traffic.terminal(serial, {
    ...{ type: "SetUp", now, real: now, codeHash, credentialId: traffic.nextId(), posId: serial },
    ...{ certificate: certificate("first"), keyMadeBy: "DEVICE", encryptionKey: null },
  });
  const first = `first-${serial}`;
  const next = { certificate: certificate("second"), retiresAt: now + MINUTE };
  await traffic.terminal(serial, { type: "RenewCertificate", now, replaces: first, ...next });
  await traffic.terminal(serial, { type: "RevokeCertificate", ...by, serialNumber: first, reason: null });
}

/** A command for each way in which one ends. */
async function askDevices(traffic: Traffic): Promise<void> {
  const { now } = traffic;
  const by = { now, by: BY };
  const failure = { code: "DECLINED", message: "No." };
  const ends: readonly CommandCommand[] = [
    { type: "Answer", now, told: { outcome: "SUCCEEDED", card: null } },
    { type: "Answer", now, told: { outcome: "FAILED", failure, card: null } },
    { type: "Cancel", ...by },
    { type: "TimeOut", now: now + MINUTE },
    { type: "Receive", now },
  ];
  for (const end of ends) {
    const commandId = `CM${traffic.nextId()}`;
    const asked = { commandId, serialNumber: SERIALS[0], action: "ACTIVATE", transfer: null } as const;
    const rest = { cancels: null, lives: MINUTE, fingerprint: null, isUnreachable: false };
    await traffic.command(commandId, { type: "Queue", ...by, ...asked, ...rest });
    await traffic.command(commandId, { type: "Receive", now });
    await traffic.command(commandId, end);
  }
}

interface Attempt {
  readonly cardId: string;
  readonly accessId: string;
}

/** Whole, or of one guest. */
async function reverse(traffic: Traffic, random: Random, { cardId, accessId }: Attempt): Promise<void> {
  const guests = random.chance(0.5) ? { adults: 1, children: 0, freeChildren: 0 } : null;
  const hand = { now: traffic.now, by: BY, reason: "why" };
  await traffic.card(cardId, { type: "ReverseEntry", accessId, guests, timeLimited: false, ...hand });
}

async function randomTerminal(traffic: Traffic, random: Random, serial: string): Promise<void> {
  const { now } = traffic;
  const by = { now, by: BY };
  const locationId = random.chance(0.7) ? random.pick(SITES).id : null;
  await traffic.terminal(serial, {
    type: "Register",
    serialNumber: serial,
    locationId,
    profile: "standard",
    ...by,
  });
  const codeHash = `hash-${random.upTo(1)}`;
  const codeId = `id of ${codeHash}`;
  switch (random.upTo(6)) {
    case 0:
      await traffic.terminal(serial, { type: "IssueCode", codeId, codeHash, ...by });
      break;
    case 1: {
      const keys = { publicKey: "key", encryptionKey: null };
      await traffic.terminal(serial, {
        type: "Pair",
        now,
        codeId,
        codeHash,
        credentialId: traffic.nextId(),
        ...keys,
      });
      break;
    }
    case 2:
      await traffic.terminal(serial, { type: "CountWrongTry", now, codeId });
      break;
    case 3:
      await traffic.terminal(serial, {
        type: random.chance(0.5) ? "Suspend" : "Resume",
        reason: null,
        ...by,
      });
      break;
    case 4:
      await traffic.terminal(serial, { type: "Remove", expected: null, reason: null, ...by });
      break;
    case 5:
      await traffic.terminal(serial, {
        type: "Change",
        locationId,
        profile: "reference",
        expected: null,
        ...by,
      });
      break;
    default: {
      const tap = {
        accessId: traffic.nextId(),
        requestId: traffic.nextId(),
        cardId: "C1",
        entryMode: "CHIP",
      } as const;
      await traffic.terminal(serial, { type: "RefuseAttempt", now, ...tap });
    }
  }
}
