import { z } from "zod";
import { commandNow } from "../../engine/devices/queue.ts";
import { visibleDevice } from "../../engine/devices/devices.ts";
import { InvalidCursorError } from "../../projections/page.ts";
import { invalid } from "../http/problems.ts";
import type { Kit, SecuredAnyRoute } from "../management/secured.ts";
import { baseOf } from "./base.ts";
import { hal, linksOf } from "./envelope.ts";
import { transferShape, transferView } from "./transferShape.ts";
import { ofVendor } from "./vendor.ts";

const MOST = 100;

const transferList = z.object({
  page: z
    .object({
      limit: z.int().describe("How many are answered at most."),
      next_cursor: z.string().nullable().describe("For `after_cursor`; null on the last page."),
    })
    .describe("Which part it is."),
  _embedded: z
    .object({ transfers: z.array(transferShape).describe("The newest first.") })
    .describe("What it holds."),
  _links: linksOf("self"),
});

/** What the `transfers` link of a Device leads to. */
export function halTransferListRoute({ services, deps, secure }: Kit): SecuredAnyRoute {
  return secure({
    ...ofVendor,
    method: "GET",
    path: "/transfers",
    summary: "The money that a device was asked to take, or to give back, the newest first",
    permission: "terminals:read",
    query: z.strictObject({
      device: z.string().max(64).describe("Whose transfers."),
      limit: z.coerce.number().int().min(1).max(MOST).default(20),
      after_cursor: z.string().max(500).optional().describe("What the page before has answered."),
    }),
    answers: { 200: transferList },
    handle: async (call) => {
      const { query, visibility, write } = call;
      const device = await visibleDevice(services, visibility, query.device);
      if (device === null) return invalid("/query/device", "there is no such device");
      const { after_cursor: cursor, limit } = query;
      try {
        const { items, nextCursor } = await deps.projections.commands.ofDevice(
          device.device.serialNumber,
          { cursor, limit },
          ["SALE", "REVERSAL"],
        );
        const lives = await Promise.all(items.map(async (row) => await commandNow(services, row.command_id)));
        const base = baseOf(deps, call);
        // Those of the device that had the serial number before are not its own.
        const own = lives.filter((life) => life?.transfer?.deviceId === device.device.id);
        const transfers = own.flatMap((life) => (life === null ? [] : [transferView(life, base, write.now)]));
        const self = { href: `${base}/transfers?device=${device.device.id}` };
        return hal(200, {
          page: { limit, next_cursor: nextCursor },
          _embedded: { transfers },
          _links: { self },
        });
      } catch (error) {
        if (error instanceof InvalidCursorError) return invalid("/query/after_cursor", "it is none of ours");
        throw error;
      }
    },
  });
}
