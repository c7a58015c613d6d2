import type { ActorRef } from "../../domain/actor.ts";
import { type Decision, type Expected, isExpected, refuse } from "../../domain/decider.ts";
import type { Instant } from "../../domain/time.ts";
import { callerOf, type Principal } from "../../domain/user/access.ts";
import type { StreamEvent } from "../../domain/streamKind.ts";
import { eventId } from "../../eventlog/codec.ts";
import type { Executed } from "../executor.ts";
import { announceHead } from "../gate/heads.ts";
import { type Problem, problem } from "../problem.ts";
import type { Services } from "../services.ts";
import type { CommandMeta, Folded, Streams } from "../streams.ts";

/** A write under way: who wants it, when, and from what its ids are made. */
export interface Write {
  readonly principal: Principal;
  /** Business time. */
  readonly now: Instant;
  readonly traceId: string;
  /** A ULID. An attempt that takes over from one that died has the same. */
  readonly seed: string;
  readonly resumed: boolean;
  /** The revisions that `If-Match` names; null for any. */
  readonly expected: Expected;
}

export interface Command<State, Event, Refusal> {
  readonly stream: string;
  /** Tells this command from others of the same request. */
  readonly operation: string;
  readonly decide: (
    state: State,
    folded: Folded<State>,
  ) => Decision<Event, Refusal> | Promise<Decision<Event, Refusal>>;
  /** Raises what other instances look at before they decide; null where nobody does. */
  readonly announce?: ((revision: number) => Promise<void>) | null;
}

export type VersionConflict = { readonly code: "VERSION_CONFLICT"; readonly actual: number };

/** Executes a command of the panel or of an API key. What an earlier attempt has stored is not done again. */
export async function execute<State, Event extends StreamEvent, Refusal>(
  services: Services,
  streams: Streams<State, Event>,
  write: Write,
  command: Command<State, Event, Refusal>,
): Promise<Executed<State, Event, Refusal | VersionConflict>> {
  const { stream, operation, decide } = command;
  const meta = metaOf(services, write, operation);
  if (write.resumed) {
    const before = await storedBefore(services, streams, stream, meta);
    if (before !== null) return before;
  }
  const announce =
    command.announce === undefined
      ? async (revision: number): Promise<void> => {
          await announceHead(services, stream, revision);
        }
      : command.announce;
  return await services.executor.execute<State, Event, Refusal | VersionConflict>(streams, {
    stream,
    meta,
    ...(announce === null ? {} : { announce }),
    decide: (state, folded) => {
      const { expected } = write;
      if (folded.revision >= 0 && !isExpected(expected, folded.revision)) {
        return refuse<VersionConflict>({ code: "VERSION_CONFLICT", actual: folded.revision });
      }
      return decide(state, folded);
    },
  });
}

async function storedBefore<State, Event extends StreamEvent>(
  services: Services,
  streams: Streams<State, Event>,
  stream: string,
  { identity }: CommandMeta,
): Promise<Executed<State, Event, never> | null> {
  const id = eventId(identity.caller, identity.operation, identity.requestId, 0);
  const found = (await services.log.read(stream)).find((one) => one.id === id);
  if (found === undefined) return null;
  const stored = streams.read(found);
  return {
    kind: "done",
    repeated: true,
    stored: [stored],
    folded: await streams.refresh(stream),
    position: found.position,
  };
}

/** What events record of a command given by hand. */
export function metaOf(services: Services, write: Write, operation: string): CommandMeta {
  const { principal, seed, traceId } = write;
  return {
    actor: { kind: principal.kind, id: principal.id },
    correlationId: traceId,
    causationId: `${operation}:${seed}`,
    recordedAt: services.now(),
    identity: { caller: callerOf(principal), operation, requestId: seed },
  };
}

export function byOf({ principal }: Write): ActorRef {
  return { id: principal.id, role: principal.role };
}

export function versionConflict({ actual }: VersionConflict): Problem {
  return problem("VERSION_CONFLICT", `It is at version ${String(actual)} by now: read it again.`, {
    members: { actual },
  });
}
