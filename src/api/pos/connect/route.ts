import { problem } from "../../http/problems.ts";
import type { AnyRoute } from "../../http/route.ts";
import type { PosKit } from "../terminalRoute.ts";
import { CONNECT_PATH } from "./upgrade.ts";

/** What a terminal is told that comes here without asking for a WebSocket; how it is done then: `upgrade.ts`. */
export function connectRoute({ terminalRoute }: PosKit): AnyRoute {
  return terminalRoute(
    {
      method: "GET",
      path: CONNECT_PATH,
      summary: "A live connection, by which the device is asked to do things",
      description:
        "A WebSocket (RFC 6455). Its messages, and the codes by which it is closed, are in docs/devices.md. A plain request is 426.",
      refusals: ["UPGRADE_REQUIRED", "NOT_FOUND"],
      answers: { 101: null },
    },
    () => Promise.resolve(problem("UPGRADE_REQUIRED", undefined, { headers: { Upgrade: "websocket" } })),
  );
}
