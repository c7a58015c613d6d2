import { z } from "zod";
import { trustTier, ulid } from "../../domain/codes.ts";
import { profile, terminalStream } from "../../domain/terminal/events.ts";
import { serialNumber } from "../../domain/terminal/input.ts";
import type { TerminalLife } from "../../domain/terminal/life.ts";
import { terminal } from "../../domain/terminal/terminal.ts";
import { mayWritePlaces, visibilityOf } from "../../domain/user/access.ts";
import { invalid, type Problem, problem } from "../http/problems.ts";
import type { Reply } from "../http/answer.ts";
import type { Expected } from "../../domain/decider.ts";
import { sameBesidesZeros } from "../../engine/terminals/serialNumbers.ts";
import type { Services } from "../../engine/services.ts";
import { byOf, execute, type Write } from "../../engine/management/commands.ts";
import { exclusively, LOCKS } from "../../engine/exclusively.ts";
import { listPage } from "./listPage.ts";
import { filterText, paging, yesOrNo } from "./page.ts";
import { created, gone, shown } from "./records.ts";
import { notYourPlaces } from "./places.ts";
import { locationProblem, visibleTerminal } from "../../engine/management/terminalsInSight.ts";
import type { Kit, SecuredAnyRoute } from "./secured.ts";
import { pairingFailures, terminalHistory } from "./terminalHistory.ts";
import { issueCode, pairingCode, refusedTerminal } from "./terminalCodes.ts";
import { timeQuery } from "./times.ts";
import { listedView, terminalShape, terminalView } from "./terminalView.ts";

const createBody = z.strictObject({
  serialNumber,
  /** Null: it belongs to no location yet. */
  locationId: ulid.nullable().default(null),
  profile: profile.default("standard"),
});
const changeBody = z.strictObject({
  serialNumber: serialNumber.optional(),
  locationId: ulid.nullable().default(null),
  profile: profile.default("standard"),
});
const reasonBody = z.strictObject({ reason: z.string().trim().max(500).nullable().default(null) });
const params = z.strictObject({ serialNumber });
const tag = "Terminals";
const path = "/api/terminals";
const one = `${path}/{serialNumber}`;

export function terminalRoutes(kit: Kit): readonly SecuredAnyRoute[] {
  return [
    registerTerminal(kit),
    listTerminals(kit),
    showTerminal(kit),
    changeTerminal(kit),
    deleteTerminal(kit),
    commandTerminal(kit, "suspend", "Suspend", "Refuse a terminal's requests until it is resumed"),
    commandTerminal(kit, "resume", "Resume", "Let a suspended terminal go on"),
    commandTerminal(kit, "unpair", "Unpair", "Void a terminal's key; it may be paired anew"),
    makePairingCode(kit),
    pairingFailures(kit),
    terminalHistory(kit),
  ];
}

function registerTerminal({ services, secure }: Kit): SecuredAnyRoute {
  return secure({
    method: "POST",
    path,
    summary: "Register a terminal by its serial number",
    refusals: ["ALREADY_EXISTS"],
    tag,
    permission: "terminals:write",
    body: createBody,
    answers: { 201: terminalShape },
    handle: async ({ body, write, visibility }) =>
      await exclusively(services, LOCKS.places, async () => {
        if (!mayWritePlaces(visibility)) return notYourPlaces();
        const wrong = await locationProblem(services, visibility, body.locationId);
        if (wrong !== null) return wrong;
        const { serialNumber: serial } = body;
        const twin = await sameBesidesZeros(services, serial);
        if (twin)
          return problem("ALREADY_EXISTS", "The same number is registered with other zeros in front.");
        const done = await execute(services, services.streams.terminal, write, {
          stream: terminalStream(serial),
          operation: "register",
          decide: (state) =>
            terminal.decide(state, { type: "Register", ...body, now: write.now, by: byOf(write) }),
        });
        if (done.kind === "refused") return refusedTerminal(done.refusal);
        const life = lifeOf(done.folded.state);
        return created(
          path,
          serial,
          await terminalView(services, life, visibility),
          life.revision,
          done.position,
        );
      }),
  });
}

function listTerminals(kit: Kit): SecuredAnyRoute {
  return listPage(kit, {
    path,
    summary: "Terminals",
    tag,
    permission: "terminals:read",
    query: z.strictObject({
      ...paging,
      sort: z.enum(["name", "-name", "modifiedAt", "-modifiedAt"]).optional(),
      serialNumber: filterText.optional(),
      locationId: filterText.optional(),
      merchantId: filterText.optional(),
      status: z.enum(["PAIRED", "NOT_PAIRED"]).optional(),
      state: terminalShape.shape.state.optional(),
      trust: trustTier.optional().describe("What the terminal has proven of itself."),
      connection: z.enum(["OPEN", "CLOSED"]).optional().describe("`OPEN` while it holds a live connection."),
      /** Paired before, and no card tried since. */
      quietSince: timeQuery.optional(),
      missesReports: yesOrNo.optional().describe("Reports of what it decided by itself are missing."),
      listsOverAt: timeQuery
        .optional()
        .describe(
          "Paired at a place that allows offline decisions, and its list has run out by then, or it has none.",
        ),
    }),
    load: async ({ serialNumber: name, ...rest }, page, { visibility }) =>
      await kit.deps.projections.directory.terminals({ ...rest, name }, visibility, page),
    item: terminalShape,
    view: async (one, { sign }) => await listedView(one, sign),
  });
}

function showTerminal({ services, secure }: Kit): SecuredAnyRoute {
  return secure({
    method: "GET",
    path: one,
    summary: "A terminal",
    tag,
    permission: "terminals:read",
    params,
    answers: { 200: terminalShape },
    handle: async (call) => {
      const life = await visibleTerminal(services, call.visibility, call.params.serialNumber);
      return life === null
        ? problem("NOT_FOUND")
        : shown(await terminalView(services, life, call.visibility), life.revision);
    },
  });
}

function changeTerminal({ services, secure }: Kit): SecuredAnyRoute {
  return secure({
    method: "PUT",
    path: one,
    summary: "Move a terminal, or change its profile",
    tag,
    permission: "terminals:write",
    params,
    body: changeBody,
    answers: { 200: terminalShape },
    handle: async ({ params: { serialNumber: serial }, body, write, visibility }) =>
      await exclusively(services, LOCKS.places, async () => {
        if (body.serialNumber !== undefined && body.serialNumber !== serial) {
          return invalid("/serialNumber", "a serial number stays as it is: register the other device");
        }
        if ((await visibleTerminal(services, visibility, serial)) === null) return problem("NOT_FOUND");
        if (!mayWritePlaces(visibility)) return notYourPlaces();
        const wrong = await locationProblem(services, visibility, body.locationId);
        if (wrong !== null) return wrong;
        const { locationId, profile: wanted } = body;
        return await changed(services, write, serial, "change", {
          type: "Change",
          locationId,
          profile: wanted,
          expected: write.expected,
        });
      }),
  });
}

function deleteTerminal({ services, secure }: Kit): SecuredAnyRoute {
  return secure({
    method: "DELETE",
    path: one,
    summary: "Delete a terminal; its credential is void at once",
    tag,
    permission: "terminals:write",
    params,
    answers: { 204: null },
    handle: async ({ params: { serialNumber: serial }, write, visibility }) => {
      if (!write.resumed && (await visibleTerminal(services, visibility, serial)) === null)
        return problem("NOT_FOUND");
      if (!mayWritePlaces(visibility)) return notYourPlaces();
      const done = await execute(services, services.streams.terminal, write, {
        stream: terminalStream(serial),
        operation: "remove",
        decide: (state) =>
          terminal.decide(state, {
            type: "Remove",
            expected: write.expected,
            reason: null,
            now: write.now,
            by: byOf(write),
          }),
      });
      return done.kind === "refused" ? refusedTerminal(done.refusal) : gone(done.position);
    },
  });
}

function commandTerminal(
  { services, secure }: Kit,
  name: "suspend" | "resume" | "unpair",
  type: "Suspend" | "Resume" | "Unpair",
  summary: string,
): SecuredAnyRoute {
  return secure({
    method: "POST",
    path: `${one}/${name}`,
    refusals: ["NOT_PAIRED"],
    summary,
    tag,
    permission: "terminals:write",
    params,
    body: reasonBody,
    answers: { 200: terminalShape },
    handle: async ({ params: { serialNumber: serial }, body, write, visibility }) => {
      if ((await visibleTerminal(services, visibility, serial)) === null) return problem("NOT_FOUND");
      if (!mayWritePlaces(visibility)) return notYourPlaces();
      return await changed(services, write, serial, name, { type, reason: body.reason });
    },
  });
}

function makePairingCode({ services, secure }: Kit): SecuredAnyRoute {
  return secure({
    method: "POST",
    path: `${one}/pairing-codes`,
    summary: "A pairing code for this terminal; the one before is void",
    refusals: ["ALREADY_PAIRED", "SUSPENDED"],
    sends: ["Location", "Position"],
    tag,
    permission: "terminals:codes",
    params,
    body: z.strictObject({}),
    answers: { 201: pairingCode },
    handle: async ({ params: { serialNumber: serial }, write, visibility }) => {
      if ((await visibleTerminal(services, visibility, serial)) === null) return problem("NOT_FOUND");
      if (!mayWritePlaces(visibility)) return notYourPlaces();
      return await issueCode(services, write, serial);
    },
  });
}

type Changing =
  | { readonly type: "Suspend" | "Resume" | "Unpair"; readonly reason: string | null }
  | {
      readonly type: "Change";
      readonly locationId: string | null;
      readonly profile: TerminalLife["profile"];
      readonly expected: Expected;
    };

async function changed(
  services: Services,
  write: Write,
  serial: string,
  operation: string,
  command: Changing,
): Promise<Reply<200, z.infer<typeof terminalShape>> | Problem> {
  const done = await execute(services, services.streams.terminal, write, {
    stream: terminalStream(serial),
    operation,
    decide: (state) => terminal.decide(state, { ...command, now: write.now, by: byOf(write) }),
  });
  if (done.kind === "refused") return refusedTerminal(done.refusal);
  const life = lifeOf(done.folded.state);
  return shown(
    await terminalView(services, life, visibilityOf(write.principal)),
    life.revision,
    done.position,
  );
}

function lifeOf(state: TerminalLife | null): TerminalLife {
  if (state === null) throw new Error("a terminal that was written is there");
  return state;
}
