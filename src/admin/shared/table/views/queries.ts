import { queryOptions } from "@tanstack/react-query";
import type { SavedViewInput } from "../../../../domain/user/preferences.ts";
import { api, ask, tell } from "../../../api/client.ts";
import { queryClient } from "../../../api/queryClient.ts";
import { boot } from "../../../api/session.ts";

export interface SavedView extends SavedViewInput {
  readonly id: string;
}

/** One's own views of all lists: they come with the page. */
export function viewsQuery() {
  return queryOptions<readonly SavedView[]>({
    queryKey: ["account", "views"],
    queryFn: async () => (await ask(() => api.GET("/api/session/views"))).body.items,
    initialData: boot.session?.views ?? [],
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export async function saveView(body: SavedViewInput): Promise<void> {
  await tell(() => api.POST("/api/session/views", { body }));
  await asked();
}

export async function changeView({ id, name, search }: SavedView): Promise<void> {
  const params = { path: { id } };
  await tell(() => api.PUT("/api/session/views/{id}", { params, body: { name, search } }));
  await asked();
}

export async function deleteView(id: string): Promise<void> {
  await tell(() => api.DELETE("/api/session/views/{id}", { params: { path: { id } } }));
  await asked();
}

async function asked(): Promise<void> {
  await queryClient.invalidateQueries({ queryKey: ["account", "views"] });
}
