import { z } from "zod";
import type { RecordLife } from "../../domain/record.ts";
import type { Permission, Visibility } from "../../domain/user/access.ts";
import type { Written } from "../../engine/management/records.ts";
import type { Services } from "../../engine/services.ts";
import type { Page, PageRequest } from "../../projections/page.ts";
import { type Problem, type ProblemCode, problem } from "../http/problems.ts";
import { type ListCall, listPage } from "./listPage.ts";
import { paging } from "./page.ts";
import { created, gone, idParams, type Recorded, recordView, shown } from "./records.ts";
import type { ManagementCall, Secure, SecuredAnyRoute } from "./secured.ts";
import { signer } from "./signatures.ts";

/** The routes of things that are created, listed, shown, changed and deleted by hand: each says only what is its own. */

const recordSort = z.enum(["name", "-name", "modifiedAt", "-modifiedAt"]).optional();

/** What the list of every kind takes. A kind adds its filters. */
export const recordQuery = { ...paging, sort: recordSort };

type RecordPage = PageRequest<NonNullable<z.infer<typeof recordSort>>>;

/** Who asks, for what, and the write it would be. */
export type RecordCall = Pick<ManagementCall<unknown, unknown, unknown>, "visibility" | "write">;

interface Common<Body extends object> {
  readonly tag: string;
  readonly path: string;
  /** The stored body, recorded: what is answered is what may have been stored. */
  readonly answer: z.ZodType<Recorded<Body>>;
  readonly permissions: { readonly read: Permission; readonly write: Permission };
  /** As of now, where it is in sight. */
  readonly find: (id: string, visibility: Visibility) => Promise<RecordLife<Body> | null>;
}

type ListQuery = { readonly [Name in keyof typeof recordQuery]?: unknown };

export interface Reading<Body extends object, Query extends RecordPage> extends Common<Body> {
  readonly summaries: { readonly list: string; readonly details: string };
  readonly query: z.ZodType<Query>;
  readonly list: (
    filter: Omit<Query, keyof ListQuery>,
    visibility: Visibility,
    page: RecordPage,
  ) => Promise<Page<RecordLife<Body>>>;
}

export interface Writing<Body extends object, Input> extends Common<Body> {
  readonly summaries: { readonly create: string; readonly change: string; readonly remove: string };
  readonly input: z.ZodType<Input>;
  readonly refusals: {
    readonly write?: readonly ProblemCode[];
    readonly remove?: readonly ProblemCode[];
  };
  readonly create: (input: Input, call: RecordCall) => Promise<Written<Body> | Problem>;
  readonly change: (id: string, input: Input, call: RecordCall) => Promise<Written<Body> | Problem>;
  readonly remove: (id: string, call: RecordCall) => Promise<Written<Body> | Problem>;
}

/** The list, and one of them. */
export function readingRoutes<Body extends object, Query extends RecordPage>(
  services: Services,
  secure: Secure,
  { tag, path, answer, permissions, find, summaries, query, list }: Reading<Body, Query>,
): readonly [list: SecuredAnyRoute, details: SecuredAnyRoute] {
  const common = { method: "GET" as const, tag, permission: permissions.read };
  return [
    listPage(
      { services, secure },
      {
        path,
        summary: summaries.list,
        tag,
        permission: permissions.read,
        query,
        load: async (filter, page, { visibility }) => await list(filter, visibility, page),
        item: answer,
        view: async (life, { sign }) => await recordView(life, sign),
      },
    ),
    secure({
      ...common,
      path: `${path}/{id}`,
      summary: summaries.details,
      params: idParams,
      answers: { 200: answer },
      handle: async ({ params, visibility }) => {
        const life = await find(params.id, visibility);
        return life === null
          ? problem("NOT_FOUND")
          : shown(await recordView(life, signer(services, visibility)), life.revision);
      },
    }),
  ];
}

/** Create, change and delete. */
export function writingRoutes<Body extends object, Input>(
  services: Services,
  secure: Secure,
  { tag, path, answer, permissions, summaries, input, refusals, ...does }: Writing<Body, Input>,
): readonly [create: SecuredAnyRoute, change: SecuredAnyRoute, remove: SecuredAnyRoute] {
  const common = { tag, permission: permissions.write };
  const changing = refusals.write === undefined ? {} : { refusals: refusals.write };
  const view = async (life: RecordLife<Body>, { visibility }: Pick<ListCall, "visibility">) =>
    await recordView(life, signer(services, visibility));
  return [
    secure({
      ...common,
      ...changing,
      method: "POST",
      path,
      summary: summaries.create,
      body: input,
      answers: { 201: answer },
      handle: async ({ body, ...call }) => {
        const done = await does.create(body, call);
        if (done.kind === "problem") return done;
        const { life, position } = done;
        return created(path, life.id, await view(life, call), life.revision, position);
      },
    }),
    secure({
      ...common,
      ...changing,
      method: "PUT",
      path: `${path}/{id}`,
      summary: summaries.change,
      params: idParams,
      body: input,
      answers: { 200: answer },
      handle: async ({ params, body, ...call }) => {
        const done = await does.change(params.id, body, call);
        if (done.kind === "problem") return done;
        return shown(await view(done.life, call), done.life.revision, done.position);
      },
    }),
    removingRoute(secure, {
      tag,
      path,
      permissions,
      refusals,
      summary: summaries.remove,
      remove: does.remove,
    }),
  ];
}

export interface Removing {
  readonly tag: string;
  readonly path: string;
  readonly summary: string;
  readonly permissions: { readonly write: Permission };
  readonly refusals?: { readonly remove?: readonly ProblemCode[] };
  readonly wantsConfirmation?: boolean;
  readonly remove: Writing<object, unknown>["remove"];
}

/** Delete: also for what is made in a way of its own. */
export function removingRoute(
  secure: Secure,
  { tag, path, summary, permissions, refusals, wantsConfirmation = false, remove }: Removing,
): SecuredAnyRoute {
  return secure({
    ...(refusals?.remove === undefined ? {} : { refusals: refusals.remove }),
    method: "DELETE",
    wantsConfirmation,
    path: `${path}/{id}`,
    summary,
    tag,
    permission: permissions.write,
    params: idParams,
    answers: { 204: null },
    handle: async ({ params, ...call }) => {
      const done = await remove(params.id, call);
      return done.kind === "problem" ? done : gone(done.position);
    },
  });
}
