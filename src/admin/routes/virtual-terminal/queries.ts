import { queryOptions } from "@tanstack/react-query";
import { api, ask } from "../../api/client.ts";

const MOST = "500";

/** Terminals that could be paired now. */
export function waitingTerminalsQuery() {
  return queryOptions({
    queryKey: ["terminals", "waiting"],
    queryFn: async () => {
      const params = { query: { status: "NOT_PAIRED" as const, limit: MOST } };
      const { items } = (await ask(() => api.GET("/api/terminals", { params }))).body;
      return items.filter(({ state }) => state === "REGISTERED" || state === "ACTIVE");
    },
  });
}
