import { z } from "zod";
import { connectionOf } from "../../../engine/devices/connections.ts";
import { NOTHING_ASKED, openPosRequest } from "../../../engine/entry/request.ts";
import { reply } from "../../http/answer.ts";
import type { AnyRoute } from "../../http/route.ts";
import type { PosKit } from "../terminalRoute.ts";
import { CONNECT_PATH } from "./upgrade.ts";

const answer = z.object({
  connection: z.enum(["OPEN", "CLOSED"]).describe("Whether the device holds a live connection."),
  since: z.string().nullable().describe("Since when it is so; null for one that never had any."),
});

/** What a terminal is told that comes here without asking for a WebSocket; how it connects: `upgrade.ts`. */
export function connectRoute({ services, authenticator, terminalRoute }: PosKit): AnyRoute {
  return terminalRoute(
    {
      method: "GET",
      path: CONNECT_PATH,
      summary: "A live connection, by which the device is asked to do things",
      description:
        "With an upgrade to a WebSocket (RFC 6455) the device is connected: its messages, and the codes by which it is closed, are in docs/devices.md. A plain request answers whether the device is connected, as far as the server knows.",
      answers: { 200: answer },
    },
    async (_call, terminal) => {
      const opened = await openPosRequest(services, authenticator, terminal, NOTHING_ASKED);
      if (opened.kind === "problem") return opened;
      const known = await connectionOf(services, terminal.life.serialNumber);
      return reply(200, {
        connection: known?.isOpen === true ? "OPEN" : "CLOSED",
        since: known?.since.toISOString() ?? null,
      });
    },
  );
}
