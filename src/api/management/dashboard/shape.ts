import { z } from "zod";
import { BUCKET_UNITS } from "../../../domain/buckets.ts";
import { storedMoney } from "../../../domain/money.ts";

/** What the dashboard answers: each number with what `GET /api/operations` wants to have it as its `total`. */

const figures = z.object({
  granted: z.int(),
  refused: z.int(),
  entries: z.int(),
  freeEntries: z.int(),
  paidEntries: z.int(),
  offlineEntries: z.int().describe("Entries that terminals let in by themselves while their line was down."),
  lapsed: z.int(),
  waiting: z.int(),
  cancelled: z.int(),
  reversed: z.int(),
  entriesWithGuests: z.int(),
  guests: z.object({
    adultsFree: z.int(),
    adultsPaid: z.int(),
    childrenFree: z.int(),
    childrenPaid: z.int(),
    freeByAge: z.int(),
  }),
});

const bucket = z.object({
  from: z.string(),
  to: z.string(),
  granted: z.int(),
  refused: z.int(),
  soFar: z.boolean(),
});

export const dashboardShape = z.object({
  from: z.string(),
  to: z.string(),
  tz: z.string(),
  at: z.string(),
  position: z.string(),
  movedAt: z.string().nullable(),
  figures,
  previous: figures.extend({ from: z.string(), to: z.string() }).nullable(),
  fees: z.array(
    z.object({
      currency: z.string(),
      paymentStatus: z.string(),
      operations: z.int(),
      charged: storedMoney,
      refunded: storedMoney,
      net: storedMoney,
    }),
  ),
  overTime: z.object({
    unit: z.enum(BUCKET_UNITS),
    buckets: z.array(bucket),
    previous: z.array(bucket).nullable(),
  }),
  busyHours: z.object({
    hoursIn: z.enum(["PLACE", "TZ"]),
    cells: z.array(
      z.object({
        weekday: z.int(),
        hour: z.int(),
        entries: z.int(),
        mean: z.number(),
      }),
    ),
  }),
  places: z.array(
    z.object({
      locationId: z.string().nullable(),
      name: z.string().nullable(),
      entries: z.int(),
      granted: z.int(),
      refused: z.int(),
    }),
  ),
  otherPlaces: z
    .object({
      places: z.int(),
      entries: z.int(),
      granted: z.int(),
      refused: z.int(),
    })
    .nullable(),
  reasons: z.array(
    z.object({
      code: z.string(),
      refused: z.int(),
      before: z.int().nullable(),
    }),
  ),
  terminals: z
    .object({
      paired: z.int(),
      notPaired: z.int(),
      suspended: z.int(),
      /** Paired, and no card tried there since `silentSince`. */
      silent: z.int(),
      silentSince: z.string(),
    })
    .nullable(),
  offline: z
    .object({
      waiting: z.int().describe("Entries that nobody has looked at."),
      missingReports: z.int().describe("Terminals of which reports are missing."),
      listsOver: z
        .int()
        .describe("Paired terminals at places that allow offline decisions, whose list has run out."),
    })
    .nullable(),
  budgets: z
    .array(
      z.object({
        rulesetId: z.string(),
        name: z.string(),
        max: z.int(),
        used: z.int(),
        left: z.int(),
        to: z.string().nullable(),
        runsOutAt: z.string().nullable(),
      }),
    )
    .nullable(),
  waitingForYou: z
    .object({
      publications: z.int(),
      ending: z.int(),
      drafts: z.int(),
      adjustments: z.int().describe("Proposals of visits that nobody has decided on."),
      behind: z.array(z.string()),
    })
    .nullable(),
});
export type DashboardAnswer = z.infer<typeof dashboardShape>;
