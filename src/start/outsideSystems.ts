import { openAmounts } from "../engine/amountChecks/open.ts";
import { withinPart } from "../engine/readiness.ts";
import { lastPull } from "../engine/rewards/pull.ts";
import { waitingNow } from "../engine/rewards/waiting.ts";
import type { Services } from "../engine/services.ts";
import { HttpAcquirer } from "../integrations/acquirer/acquirer.ts";
import { HttpExternalRules } from "../integrations/externalRules/externalRules.ts";
import { bareName, parseAllowed } from "../integrations/outbound/addresses.ts";
import type { Outbound } from "../integrations/outbound/answers.ts";
import { createOutbound } from "../integrations/outbound/outbound.ts";
import { type Circuit, OutsideSystem } from "../integrations/outside/system.ts";
import {
  type Acquirer,
  type ExternalRules,
  noAcquirer,
  noExternalRules,
  noRewards,
  type Rewards,
} from "../integrations/ports.ts";
import { HttpRewards } from "../integrations/rewards/rewards.ts";
import type { Projections } from "../projections/index.ts";
import type { RatesSource } from "../integrations/rates/source.ts";
import { type Settings, SetupError } from "../settings.ts";
import type { Ending } from "./ending.ts";

/** The systems outside that the settings name, each with a way to it of its own. */
export interface OutsideSystems {
  readonly externalRules: ExternalRules;
  readonly acquirer: Acquirer;
  readonly rewards: Rewards;
  readonly systems: readonly OutsideSystem[];
}

/** @throws SetupError for an address that may not be called */
export function openOutsideSystems(
  settings: Pick<Settings, "acquirer" | "externalRules" | "rewards" | "outboundAllowed">,
  { now, newId }: { readonly now: () => number; readonly newId: () => string },
  ending: Ending,
): OutsideSystems {
  const { acquirer, externalRules, rewards, outboundAllowed } = settings;
  const ofAcquirer =
    acquirer === undefined
      ? null
      : new OutsideSystem({
          ...{ name: "acquirer", url: acquirer.url, key: acquirer.key, now, newId },
          // Who is named by a setting of its own is named.
          outbound: outboundTo(`${outboundAllowed},${placeOf(acquirer.url)}`, ending),
        });
  const ofRules =
    externalRules === undefined
      ? null
      : new OutsideSystem({
          ...{ name: "externalRules", url: externalRules.url, key: externalRules.key, now, newId },
          outbound: allowedTo(externalRules.url, outboundTo(outboundAllowed, ending)),
        });
  const ofRewards =
    rewards === undefined
      ? null
      : new OutsideSystem({
          ...{ name: "rewards", url: rewards.url, key: rewards.key, now, newId },
          outbound: outboundTo(`${outboundAllowed},${placeOf(rewards.url)}`, ending),
        });
  return {
    acquirer:
      acquirer === undefined || ofAcquirer === null
        ? noAcquirer
        : new HttpAcquirer(ofAcquirer, acquirer.amount),
    externalRules: ofRules === null ? noExternalRules : new HttpExternalRules(ofRules),
    rewards:
      rewards === undefined || ofRewards === null
        ? noRewards
        : new HttpRewards(ofRewards, rewards.pullSeconds),
    systems: [ofAcquirer, ofRules, ofRewards].filter((system) => system !== null),
  };
}

/** Where rates come from: what the operator named is called wherever it is, and nothing else by this way. */
export function openRates({ ratesUrl: url }: Pick<Settings, "ratesUrl">, ending: Ending): RatesSource | null {
  return url === undefined ? null : { url, outbound: outboundTo(placeOf(url), ending) };
}

/** A way to public addresses, and to those of the list (`OUTBOUND_ALLOWED`). */
export function outboundTo(list: string, ending: Ending): Outbound {
  const allowed = parseAllowed(list);
  if (allowed === null) throw new SetupError("OUTBOUND_ALLOWED could not be read.");
  const outbound = createOutbound({ allowed, now: () => performance.now() });
  ending.push("calls to a system outside", async () => await outbound.close());
  return outbound;
}

function allowedTo(url: string, outbound: Outbound): Outbound {
  if (outbound.accepts(url)) return outbound;
  throw new SetupError(
    `EXTERNAL_RULES_URL is ${JSON.stringify(url)}, which is not public, or plain HTTP: use https://, and name its host in OUTBOUND_ALLOWED.`,
  );
}

function placeOf(url: string): string {
  return bareName(new URL(url).hostname);
}

const CIRCUIT: Readonly<Record<Circuit, number>> = { CLOSED: 0, HALF_OPEN: 1, OPEN: 2 };

/** For metrics: the state of each circuit, and how long the oldest amount waits to be given back. */
export async function outsideGauges({
  systems,
  acquirer,
  db,
  now,
  payments,
  rewards,
  pool,
}: Pick<Services, "systems" | "acquirer" | "db" | "now" | "rewards" | "pool"> &
  Pick<Projections, "payments">): Promise<readonly (readonly [string, number])[]> {
  const circuits = [
    ...systems.map(({ name, circuit }) => [`outside_${name}_circuit`, CIRCUIT[circuit]] as const),
    ...(await rewardGauges({ rewards, db, pool, now })),
  ];
  if (!acquirer.isConnected) return circuits;
  const open = await withinPart(openAmounts({ db })).catch(() => null);
  if (open === null) return circuits;
  const [oldest] = open.items;
  const seconds = oldest === undefined ? 0 : Math.max(0, (now() - oldest.askedAt.getTime()) / 1_000);
  const standing = await withinPart(payments.standing()).catch(() => null);
  const amounts = [["amounts_open", open.total] as const, ["amounts_open_seconds", seconds] as const];
  if (standing === null) return [...circuits, ...amounts];
  const { unknownSince } = standing;
  const unknown = unknownSince === null ? 0 : Math.max(0, (now() - unknownSince.getTime()) / 1_000);
  return [
    ...circuits,
    ...amounts,
    ["payments_open", standing.open],
    ["payments_for_person", standing.forPerson],
    ["payments_unknown_seconds", unknown],
  ];
}

/** Since when transactions were brought last, and how many wait for an enrolment. */
async function rewardGauges(
  services: Pick<Services, "rewards" | "db" | "pool" | "now">,
): Promise<readonly (readonly [string, number])[]> {
  if (!services.rewards.isConnected) return [];
  const last = await withinPart(lastPull(services)).catch(() => null);
  const waiting = await withinPart(waitingNow(services)).catch(() => null);
  const movedAt = last?.movedAt ?? null;
  const since = movedAt === null ? null : Math.max(0, (services.now() - Date.parse(movedAt)) / 1_000);
  return [
    ...(since === null ? [] : [["rewards_pull_seconds", since] as const]),
    ...(waiting === null ? [] : [["rewards_waiting", waiting.transactions] as const]),
  ];
}
