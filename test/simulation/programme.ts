import type { Decider } from "../../src/domain/decider.ts";
import { location } from "../../src/domain/location/events.ts";
import { isPan } from "../../src/domain/pan.ts";
import { rulesetInput, type RulesetInput } from "../../src/domain/ruleset/input.ts";
import type { RulesetBody } from "../../src/domain/ruleset/events.ts";
import { ruleset } from "../../src/domain/ruleset/stream.ts";
import { rulesetStream } from "../../src/domain/ruleset/events.ts";
import { terminalStream } from "../../src/domain/terminal/events.ts";
import { terminal } from "../../src/domain/terminal/terminal.ts";
import { encode, eventId } from "../../src/eventlog/codec.ts";
import type { Window } from "../../src/domain/window.ts";
import type { Random } from "../support/domain/random.ts";
import type { SimulatedDatabase } from "./database.ts";
import type { SharedLog } from "./log.ts";

/** What is there when a simulation begins: two locations, three terminals, two rulesets, a few cards. */
export interface Programme {
  readonly locations: readonly [string, string];
  readonly terminals: readonly [string, ...string[]];
  readonly rulesets: readonly [string, string];
  readonly pans: readonly [string, ...string[]];
}

const BY = { id: "setup", role: "ADMIN" };

// Any public key: nothing is verified with it here.
export const PUBLIC_KEY = "MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";

export async function setUpProgramme(
  database: SimulatedDatabase,
  log: SharedLog,
  random: Random,
  newId: () => string,
  now: number,
): Promise<Programme> {
  const locations = [newId(), newId()] as const;
  for (const id of locations) {
    const cooldownMinutes = random.pick([null, null, 30]);
    const body = {
      name: `Lounge ${id}`,
      countryCode: "POL",
      service: "LOUNGE" as const,
      postalCode: "1",
      city: "W",
    };
    const create = { type: "Create" as const, id, now, by: BY };
    const rest = {
      address: null,
      cooldownMinutes,
      merchantId: null,
      timeZone: null,
      offlineAllowed: random.chance(0.9),
    };
    await write(log, location.stream(id), location, [{ ...create, body: { ...body, ...rest } }], now);
  }
  const terminals = ["T1", "T2", "T3"] as const;
  for (const [index, serialNumber] of terminals.entries()) {
    const locationId = locations[index % 2] ?? null;
    await write(
      log,
      terminalStream(serialNumber),
      terminal,
      [
        { type: "Register", serialNumber, locationId, profile: "standard", now, by: BY },
        { type: "IssueCode", codeId: "code", codeHash: "hash", now, by: BY },
        {
          type: "Pair",
          now,
          codeId: "code",
          codeHash: "hash",
          credentialId: `key of ${serialNumber}`,
          publicKey: PUBLIC_KEY,
          encryptionKey: null,
        },
      ],
      now,
    );
  }
  const rulesets = [newId(), newId()] as const;
  for (const [index, id] of rulesets.entries()) {
    const body = rulesetOf(random, index);
    const commands = [
      { type: "Create" as const, id, body, now, by: BY },
      {
        ...{
          type: "Publish" as const,
          effectiveAt: null,
          replaceScheduled: false,
          expected: null,
          now,
          by: BY,
        },
        connected: { externalRules: false, acquirer: false },
      },
    ];
    await write(log, rulesetStream(id), ruleset, commands, now);
  }
  await database.query(
    "insert into stream_heads (stream, revision) select stream, 1 from unnest($1::text[]) as new(stream)",
    [rulesets.map(rulesetStream)],
  );
  await database.query("update scope_revisions set revision = 1 where scope = 'rulesets'");
  return { locations, terminals, rulesets, pans: [panOf(1), panOf(2), panOf(3), panOf(4)] };
}

/** With the one check digit that fits. */
function panOf(index: number): string {
  const numbers = Array.from({ length: 10 }, (_, digit) => `55555500000000${String(index)}${String(digit)}`);
  return numbers.find(isPan) ?? "";
}

const EUR = { amount: "10.00", currency: "EUR" };

/** The first has a budget that is soon used up; the second lets in whom the first does not, for a while. */
export function rulesetOf(random: Random, index: number): RulesetBody {
  const window = random.pick<Window>([
    { kind: "VALIDITY" as const },
    { kind: "ROLLING" as const, days: 1 },
    { kind: "CALENDAR" as const, unit: "DAY" as const, timeZone: "Europe/Warsaw" },
  ]);
  const input: RulesetInput = {
    name: index === 0 ? "Budgeted" : "Fallback",
    priority: index,
    cardholder: {
      window,
      free: random.between(0, 2),
      paid: random.between(0, 1),
      fee: EUR,
      perLocation: random.pick([null, null, 1, 2]),
    },
    guests: {
      adults: { free: 1, paid: 1, fee: EUR },
      sharedPool: random.pick([null, null, { free: random.between(1, 3) }]),
    },
    totalUsage:
      index === 0 ? { max: random.between(1, 4), window: random.chance(0.5) ? window : null } : null,
    offline: random.chance(0.8)
      ? {
          accountRanges: true,
          whitelist: false,
          maxGuests: random.upTo(1),
          perCardAndDay: random.between(1, 2),
          perTerminalAndDay: random.between(1, 4),
        }
      : null,
  };
  return rulesetInput.parse(input);
}

/** Straight into the log: nobody else is there yet. */
async function write<State, Event extends { readonly type: string; readonly data: object }, Command, Refusal>(
  log: SharedLog,
  stream: string,
  decider: Decider<State, Event, Command, Refusal>,
  commands: readonly Command[],
  now: number,
): Promise<void> {
  let state = decider.initial;
  let prevHash: string | null = null;
  let revision = 0;
  const at = new Date(now).toISOString();
  for (const command of commands) {
    const decision = decider.decide(state, command);
    if (decision.kind === "refused") throw new Error(`${stream} could not be set up`);
    for (const event of decision.events) {
      const encoded = encode({
        id: eventId("setup", stream, String(revision), 0),
        type: event.type,
        version: 1,
        stream,
        revision,
        occurredAt: at,
        recordedAt: at,
        actor: { kind: "system", id: "setup" },
        correlationId: "setup",
        causationId: "setup",
        prevHash,
        data: event.data,
      });
      await log.append(stream, [encoded], revision === 0 ? "noStream" : revision - 1);
      state = decider.evolve(state, event);
      prevHash = encoded.hash;
      revision++;
    }
  }
}
