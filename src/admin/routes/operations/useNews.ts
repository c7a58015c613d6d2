import { useCallback, useState } from "react";
import { queryClient } from "../../api/queryClient.ts";
import type { Hint } from "../../shared/live/connection.ts";
import { useHints } from "../../shared/live/useLive.ts";
import type { ListAnswer, ListQuery } from "../../shared/table/listQuery.ts";
import type { Operation } from "./queries.ts";

type Page = ListAnswer<Operation>;

/**
 * Follows what happens beside a list: rows that are shown change in their place, new ones wait until they are wanted.
 * Nothing moves under the pointer.
 */
export function useNews(query: ListQuery<Operation>, isFollowing: boolean) {
  const [waiting, setWaiting] = useState<Page | null>(null);
  const key = JSON.stringify(query.queryKey);
  const [shownKey, setShownKey] = useState(key);
  if (shownKey !== key) {
    setShownKey(key);
    setWaiting(null);
  }
  const look = useCallback(
    async (_hint: Hint) => {
      const fresh = await query.queryFn();
      const shown = queryClient.getQueryData<Page>(query.queryKey);
      if (shown === undefined) return;
      // Nothing can move where nothing stands.
      if (shown.items.length === 0) {
        queryClient.setQueryData<Page>(query.queryKey, fresh);
        return;
      }
      const now = new Map(fresh.items.map((one) => [one.accessId, one]));
      queryClient.setQueryData<Page>(query.queryKey, {
        ...shown,
        items: shown.items.map((one) => now.get(one.accessId) ?? one),
      });
      setWaiting(fresh);
    },
    // The query is made anew with each rendering; its key says whether it is another.
    [key],
  );
  useHints(!isFollowing, look);
  const shown = queryClient.getQueryData<Page>(query.queryKey);
  const known = new Set(shown?.items.map(({ accessId }) => accessId));
  const news = waiting?.items.filter(({ accessId }) => !known.has(accessId)).length ?? 0;
  return {
    news: shown === undefined ? 0 : news,
    show: () => {
      if (waiting !== null) queryClient.setQueryData<Page>(query.queryKey, waiting);
      setWaiting(null);
    },
  };
}
