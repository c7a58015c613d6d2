import type {
  RecordCommand,
  RecordEvent,
  RecordLife,
  RecordRefusal,
  RecordStream,
} from "../../domain/record.ts";
import type { Position } from "../../eventlog/log.ts";
import type { Executed } from "../executor.ts";
import { type Problem, problem } from "../problem.ts";
import type { RecordStreams, Services } from "../services.ts";
import { byOf, execute, versionConflict, type Write } from "./commands.ts";

/** What merchants, locations, users and keys have in common: created, changed, deleted by hand. */

export interface RecordKind<Body> {
  readonly streams: RecordStreams<Body>;
  readonly decider: RecordStream<Body>;
}

export interface Written<Body> {
  readonly kind: "written";
  readonly life: RecordLife<Body>;
  readonly position: Position | null;
}

/** As of now: read from its stream. Null where there is none, or where it was deleted. */
export async function findRecord<Body>(
  { streams, decider }: RecordKind<Body>,
  id: string,
): Promise<RecordLife<Body> | null> {
  const { state } = await streams.refresh(decider.stream(id));
  return state === null || state.deleted ? null : state;
}

/** The new record's id is the write's seed. */
export async function createRecord<Body>(
  services: Services,
  kind: RecordKind<Body>,
  write: Write,
  body: Body,
): Promise<Written<Body> | Problem> {
  const { seed: id, now } = write;
  return await tell(services, kind, write, id, "create", { type: "Create", id, body, now, by: byOf(write) });
}

export async function changeRecord<Body>(
  services: Services,
  kind: RecordKind<Body>,
  write: Write,
  id: string,
  body: Body,
): Promise<Written<Body> | Problem> {
  const { now, expected } = write;
  const command = { type: "Change" as const, body, expected, now, by: byOf(write) };
  return await tell(services, kind, write, id, "change", command);
}

export async function deleteRecord<Body>(
  services: Services,
  kind: RecordKind<Body>,
  write: Write,
  id: string,
): Promise<Written<Body> | Problem> {
  const { now, expected } = write;
  return await tell(services, kind, write, id, "delete", { type: "Delete", expected, now, by: byOf(write) });
}

async function tell<Body>(
  services: Services,
  { streams, decider }: RecordKind<Body>,
  write: Write,
  id: string,
  operation: string,
  command: RecordCommand<Body>,
): Promise<Written<Body> | Problem> {
  const done = await execute<RecordLife<Body> | null, RecordEvent<Body>, RecordRefusal>(
    services,
    streams,
    write,
    { stream: decider.stream(id), operation, decide: (state) => decider.decide(state, command) },
  );
  return written(done);
}

function written<Body>(
  done: Executed<RecordLife<Body> | null, RecordEvent<Body>, RecordRefusal>,
): Written<Body> | Problem {
  if (done.kind === "refused") return refusedRecord(done.refusal);
  const { state } = done.folded;
  if (state === null) throw new Error("a record that was written is there");
  return { kind: "written", life: state, position: done.position };
}

function refusedRecord(refusal: RecordRefusal): Problem {
  switch (refusal.code) {
    case "NOT_FOUND":
    case "ALREADY_EXISTS":
      return problem(refusal.code);
    case "VERSION_CONFLICT":
      return versionConflict(refusal);
  }
}
