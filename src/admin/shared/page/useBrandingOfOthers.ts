import { queryOptions, useQuery } from "@tanstack/react-query";
import { api, ask } from "../../api/client.ts";
import { boot } from "../../api/session.ts";
import { brandingNow, takeBranding } from "../brand.ts";

/** How old it may get in an open page. Milliseconds. */
const FRESH_MS = 30_000;

const shownBranding = queryOptions({
  queryKey: ["branding", "shown"],
  queryFn: async () => {
    const { branding } = (await ask(() => api.GET("/api/branding/shown"))).body;
    // As little as possible is drawn anew: seldom is it another one.
    if (JSON.stringify(branding) !== JSON.stringify(brandingNow())) takeBranding(branding);
    return branding;
  },
  // The page came with it: nothing is asked while it loads.
  initialData: boot.branding,
  staleTime: FRESH_MS,
  refetchInterval: FRESH_MS,
  refetchOnMount: false,
  retry: false,
});

/** Keeps to what somebody decides in a browser of their own; what is done in this one is told by its tabs. */
export function useBrandingOfOthers(): void {
  useQuery(shownBranding);
}
