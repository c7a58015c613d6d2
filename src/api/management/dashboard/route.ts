import { z } from "zod";
import { bucketStarts, bucketStartsBefore, type BucketUnit, bucketUnitOf } from "../../../domain/buckets.ts";
import { calendarBounds } from "../../../domain/calendar.ts";
import { REJECTION_CODES } from "../../../domain/codes.ts";
import { fromMinor, toMinor } from "../../../domain/money.ts";
import { DAY, type Instant, iso } from "../../../domain/time.ts";
import type { BucketCount, Dashboard, FeeCount, PlaceCount } from "../../../projections/dashboard/queries.ts";
import { SLOT_MS } from "../../../projections/operations/counts.ts";
import { reply } from "../../http/answer.ts";
import { invalid } from "../../http/problems.ts";
import { timeZone } from "../operationFilter.ts";
import { filterText, several, yesOrNo } from "../page.ts";
import type { Kit, SecuredAnyRoute } from "../secured.ts";
import { timeQuery } from "../times.ts";
import { figuresOf, withLapsed } from "./figures.ts";
import { stateNow } from "./now.ts";
import { type DashboardAnswer, dashboardShape } from "./shape.ts";

const text = several(filterText).optional();

const query = z.strictObject({
  from: timeQuery.optional(),
  to: timeQuery.optional(),
  tz: timeZone.default("UTC"),
  hoursIn: z.enum(["PLACE", "TZ"]).default("PLACE"),
  compare: yesOrNo.optional().describe("Whether the time before is answered as well."),
  locationId: text,
  service: text,
  ica: text,
  rulesetId: text,
});

const LONGEST_DAYS = 5 * 366;
const TOP = 10;

export function dashboardRoute(kit: Kit): SecuredAnyRoute {
  return kit.secure({
    method: "GET",
    path: "/api/dashboard",
    summary: "What happened in a time, counted",
    description:
      "From counts that are kept as operations change. Attempts count where they were asked for; `from` and `to` are taken to whole quarters of an hour (default: today in `tz`). Each number is the `total` of `GET /api/operations` with the answer's `from` and `to`, the same filter, and what the member's name says.",
    tag: "Dashboard",
    permission: "dashboard:read",
    query,
    answers: { 200: dashboardShape },
    handle: async ({
      query: { from: since, to: until, tz, hoursIn, compare = false, ...filter },
      ...call
    }) => {
      const { visibility, principal, write } = call;
      const { now } = write;
      const today = calendarBounds("DAY", tz, now);
      const from = Math.floor((since ?? today.from) / SLOT_MS) * SLOT_MS;
      const to = Math.ceil((until ?? Math.max(today.to, from + SLOT_MS)) / SLOT_MS) * SLOT_MS;
      if (to <= from) return invalid("/query/to", "a time after from is wanted");
      if (to - from > LONGEST_DAYS * DAY) return invalid("/query/from", "at most five years are looked at");
      const cut = cutOf(from, to, tz, compare);
      const found = await kit.deps.projections.dashboard.read(
        {
          ...filter,
          starts: [...cut.before, ...cut.starts],
          from,
          to,
          hoursIn: hoursIn === "TZ" ? tz : undefined,
        },
        visibility,
        now,
      );
      return reply(200, {
        ...{ from: iso(from), to: iso(to), tz, at: iso(now), ...found.position },
        ...countedOf(found, cut, now, compare),
        busyHours: { hoursIn, cells: [...found.hours] },
        ...(await stateNow(kit, { principal, visibility, now })),
      });
    },
  });
}

interface Cut {
  readonly unit: BucketUnit;
  readonly before: readonly Instant[];
  readonly starts: readonly Instant[];
  readonly from: Instant;
  readonly to: Instant;
}

function cutOf(from: Instant, to: Instant, tz: string, compare: boolean): Cut {
  const unit = bucketUnitOf(from, to);
  const starts = bucketStarts(from, to, unit, tz);
  return { unit, starts, from, to, before: compare ? bucketStartsBefore(from, starts.length, unit, tz) : [] };
}

function countedOf(
  found: Awaited<ReturnType<Dashboard["read"]>>,
  { unit, before, starts, from, to }: Cut,
  now: Instant,
  compare: boolean,
): Pick<
  DashboardAnswer,
  "figures" | "previous" | "fees" | "overTime" | "places" | "otherPlaces" | "reasons"
> {
  const counts = withLapsed(found.statuses, found.lapsed);
  const since = before[0];
  return {
    figures: figuresOf(counts.filter(({ isNow }) => isNow)),
    previous:
      since === undefined
        ? null
        : { ...figuresOf(counts.filter(({ isNow }) => !isNow)), from: iso(since), to: iso(from) },
    fees: found.fees.map(feeOf),
    overTime: {
      unit,
      buckets: bucketsOf(found.buckets, starts, before.length, to, now),
      previous: compare ? bucketsOf(found.buckets, before, 0, from, now) : null,
    },
    ...placesOf(found.places),
    reasons: REJECTION_CODES.flatMap((code) => {
      const refused = (isNow: boolean) =>
        found.reasons.find((one) => one.isNow === isNow && one.code === code)?.refused ?? 0;
      const one = { code, refused: refused(true), before: compare ? refused(false) : null };
      return one.refused + (one.before ?? 0) === 0 ? [] : [one];
    }),
  };
}

function bucketsOf(
  counts: readonly BucketCount[],
  starts: readonly Instant[],
  first: number,
  end: Instant,
  now: Instant,
): DashboardAnswer["overTime"]["buckets"] {
  return starts.map((from, index) => {
    const { granted = 0, refused = 0 } = counts.find(({ bucket }) => bucket === first + index) ?? {};
    const to = starts[index + 1] ?? end;
    return { from: iso(from), to: iso(to), granted, refused, soFar: from <= now && now < to };
  });
}

function feeOf({ currency, paymentStatus, operations, ...sums }: FeeCount): DashboardAnswer["fees"][number] {
  const [charged, refunded] = [sums.charged, sums.refunded].map((amount) => toMinor({ amount, currency }));
  const money = (minor: bigint) => fromMinor(minor, currency);
  return {
    ...{ currency, paymentStatus, operations },
    charged: money(charged ?? 0n),
    refunded: money(refunded ?? 0n),
    net: money((charged ?? 0n) - (refunded ?? 0n)),
  };
}

function placesOf(places: readonly PlaceCount[]): Pick<DashboardAnswer, "places" | "otherPlaces"> {
  const others = places.slice(TOP);
  const sum = (value: (place: PlaceCount) => number) => others.reduce((total, one) => total + value(one), 0);
  return {
    places: places.slice(0, TOP).map(({ locationId, name, entries, granted, refused }) => ({
      ...{ locationId: locationId === "" ? null : locationId, name, entries, granted, refused },
    })),
    otherPlaces:
      others.length === 0
        ? null
        : {
            places: others.length,
            entries: sum(({ entries }) => entries),
            granted: sum(({ granted }) => granted),
            refused: sum(({ refused }) => refused),
          },
  };
}
