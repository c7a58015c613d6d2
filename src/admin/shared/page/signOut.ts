import { api, tell } from "../../api/client.ts";
import { dropDrafts } from "../form/keptDrafts.ts";
import { tellTabs } from "./tabs.ts";

/** Ends the session, in every tab; what was typed and kept meanwhile goes with it. */
export async function signOut(): Promise<void> {
  await tell(() => api.DELETE("/api/session"));
  tellTabs({ kind: "signedOut" });
  leave();
}

/** Another tab has ended the session. */
export function leave(): void {
  sessionStorage.clear();
  dropDrafts();
  window.location.assign("/admin/sign-in");
}
