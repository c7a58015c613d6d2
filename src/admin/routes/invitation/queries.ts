import { queryOptions } from "@tanstack/react-query";
import { api, ask, tell } from "../../api/client.ts";

export function invitationQuery(token: string) {
  return queryOptions({
    // The token is a secret: it names no entry of the cache.
    queryKey: ["invitation"],
    gcTime: 0,
    retry: false,
    queryFn: async () => (await ask(() => api.POST("/api/invitation/look", { body: { token } }))).body,
  });
}

export async function acceptInvitation(token: string, password: string): Promise<void> {
  await tell(() => api.POST("/api/invitation", { body: { token, password } }));
}
