import { z } from "zod";
import { storedKey } from "../../domain/key/events.ts";
import { keyInput } from "../../domain/key/input.ts";
import { role as roleSchema } from "../../domain/user/access.ts";
import { issueKey, keyKind, removeKey } from "../../engine/accounts/accounts.ts";
import { findRecord } from "../../engine/management/records.ts";
import { icaFormProblem } from "../../engine/referenceData/icaForms.ts";
import { filterText } from "./page.ts";
import { readingRoutes, recordQuery, removingRoute } from "./recordRoutes.ts";
import { created, recordedShape, recordView } from "./records.ts";
import type { Kit, SecuredAnyRoute } from "./secured.ts";
import { signer } from "./signatures.ts";

export function keyRoutes({ services, deps, secure }: Kit): readonly SecuredAnyRoute[] {
  const kind = keyKind(services);
  const common = {
    tag: "API keys",
    path: "/api/keys",
    answer: recordedShape(storedKey),
    permissions: { read: "keys:write", write: "keys:write" },
    find: async (id: string) => await findRecord(kind, id),
  } as const;
  const { tag, path, permissions } = common;
  const create = secure({
    method: "POST",
    path,
    summary: "Make an API key; it is shown this once",
    tag,
    permission: permissions.write,
    wantsConfirmation: true,
    body: keyInput,
    answers: { 201: recordedShape(storedKey).extend({ key: z.string() }) },
    handle: async ({ body, write, visibility }) => {
      const form = await icaFormProblem(services, body.scope.icas, (index) => `/scope/icas/${String(index)}`);
      if (form !== null) return form;
      const done = await issueKey(services, write, body);
      if (done.kind === "problem") return done;
      const { life, position, apiKey } = done;
      const view = { ...(await recordView(life, signer(services, visibility))), key: apiKey };
      return created(path, life.id, view, life.revision, position);
    },
  });
  const [list, details] = readingRoutes(services, secure, {
    ...common,
    summaries: { list: "API keys, without their secrets", details: "An API key, without its secret" },
    query: z.strictObject({ ...recordQuery, name: filterText.optional(), role: roleSchema.optional() }),
    list: async (filter, visibility, page) =>
      await deps.projections.directory.list("key", filter, visibility, page),
  });
  const remove = removingRoute(secure, {
    ...{ tag, path, permissions, wantsConfirmation: true },
    summary: "Delete an API key; it is void from the next request on",
    remove: async (id, { write }) => await removeKey(services, write, id),
  });
  return [create, list, details, remove];
}
