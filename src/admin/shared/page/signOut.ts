import { api, tell } from "../../api/client.ts";

/** Ends the session; what was typed and kept meanwhile goes with it. */
export async function signOut(): Promise<void> {
  await tell(() => api.DELETE("/api/session"));
  sessionStorage.clear();
  window.location.assign("/admin/sign-in");
}
