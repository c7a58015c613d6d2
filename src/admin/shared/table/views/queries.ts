import { queryOptions } from "@tanstack/react-query";
import type { SavedViewInput, ShownView } from "../../../../domain/user/preferences.ts";
import { api, ask, tell } from "../../../api/client.ts";
import { queryClient } from "../../../api/queryClient.ts";
import { boot } from "../../../api/session.ts";

/** One's own views of all lists and those that are shared with one's role: they come with the page. */
export function viewsQuery() {
  return queryOptions<readonly ShownView[]>({
    queryKey: ["account", "views"],
    queryFn: async () => (await ask(() => api.GET("/api/session/views"))).body.items,
    initialData: boot.session?.views ?? [],
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** Answers its id. */
export async function saveView(body: Omit<SavedViewInput, "sharedWith">): Promise<string> {
  const { id } = (await ask(() => api.POST("/api/session/views", { body }))).body;
  await asked();
  return id;
}

export async function changeView({ id, name, search, sharedWith }: ShownView): Promise<void> {
  const params = { path: { id } };
  await tell(() => api.PUT("/api/session/views/{id}", { params, body: { name, search, sharedWith } }));
  await asked();
}

export async function deleteView(id: string): Promise<void> {
  await tell(() => api.DELETE("/api/session/views/{id}", { params: { path: { id } } }));
  await asked();
}

async function asked(): Promise<void> {
  await queryClient.invalidateQueries({ queryKey: ["account", "views"] });
}
