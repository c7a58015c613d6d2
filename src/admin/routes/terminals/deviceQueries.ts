import { queryOptions } from "@tanstack/react-query";
import type { AnswerOf, ItemOf } from "../../api/answerOf.ts";
import { api, ask, tell } from "../../api/client.ts";

export type LiveConnection = AnswerOf<"/api/terminals/{serialNumber}/connection">;
export type DeviceCommand = ItemOf<"/api/terminals/{serialNumber}/commands">;
export type Order = "ACTIVATE" | "DEACTIVATE" | "CANCEL";

/** As often as somebody who waits for a device looks at the page. */
const LOOK_MS = 3_000;
const SHOWN = 10;

export function connectionQuery(serialNumber: string) {
  return queryOptions({
    queryKey: ["terminals", "connection", serialNumber],
    queryFn: async () => {
      const params = { path: { serialNumber } };
      return (await ask(() => api.GET("/api/terminals/{serialNumber}/connection", { params }))).body;
    },
    refetchInterval: LOOK_MS,
  });
}

/** The newest ones. */
export function commandsQuery(serialNumber: string) {
  return queryOptions({
    queryKey: ["terminals", "commands", serialNumber],
    queryFn: async () => {
      const params = { path: { serialNumber }, query: { limit: String(SHOWN) } };
      return (await ask(() => api.GET("/api/terminals/{serialNumber}/commands", { params }))).body;
    },
    refetchInterval: LOOK_MS,
  });
}

export async function orderDevice(serialNumber: string, action: Order, intent: string): Promise<void> {
  const params = { path: { serialNumber }, header: { "Idempotency-Key": intent } };
  await tell(() => api.POST("/api/terminals/{serialNumber}/commands", { body: { action }, params }));
}
