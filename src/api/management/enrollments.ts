import { z } from "zod";
import { ENROLLMENT_STATUSES, type EnrollmentLife, statusAt } from "../../domain/enrollment/enrollment.ts";
import { metadata } from "../../domain/terminal/about.ts";
import { type Instant, iso } from "../../domain/time.ts";
import { listPage } from "./listPage.ts";
import { filterText, paging } from "./page.ts";
import { recordShape } from "./records.ts";
import type { Kit, SecuredAnyRoute } from "./secured.ts";
import type { Sign } from "./signatures.ts";

/** What became of every code by which a device may come in: the list that people look at. */

export const listedEnrollment = z.object({
  ...recordShape,
  status: z.enum(ENROLLMENT_STATUSES),
  expiresAt: z.string(),
  locationId: z.string().nullable(),
  metadata,
  serialNumber: z.string().nullable().describe("The device that came by it."),
});

export function enrollmentList(kit: Kit): SecuredAnyRoute {
  return listPage(kit, {
    path: "/api/enrollments",
    summary: "Codes by which devices may come in, and what became of them",
    tag: "Enrollment",
    permission: "terminals:read",
    query: z.strictObject({
      ...paging,
      sort: z.enum(["modifiedAt", "-modifiedAt"]).optional(),
      status: z.enum(ENROLLMENT_STATUSES).optional(),
      locationId: filterText.optional(),
      merchantId: filterText.optional(),
    }),
    load: async ({ status, ...rest }, page, { visibility, write: { now } }) => {
      const enrollment = status === undefined ? undefined : { is: [status], now };
      const filter = { ...rest, enrollment };
      const sorted = { ...page, sort: page.sort ?? ("-modifiedAt" as const) };
      return await kit.deps.projections.directory.list("enrollment", filter, visibility, sorted);
    },
    item: listedEnrollment,
    view: async (life, { sign, write: { now } }) => await viewOf(life, now, sign),
  });
}

async function viewOf(
  life: EnrollmentLife,
  now: Instant,
  sign: Sign,
): Promise<z.infer<typeof listedEnrollment>> {
  const { id, revision, expiresAt, locationId, device } = life;
  return {
    id,
    revision,
    status: statusAt(life, now),
    expiresAt: iso(expiresAt),
    locationId,
    metadata: life.metadata,
    serialNumber: device?.serialNumber ?? null,
    ...(await sign(life)),
  };
}
