import { z } from "zod";
import { type ActorRef, actorRef } from "./actor.ts";
import { accept, type Decider, type Decision, refuse, type Expected, isExpected } from "./decider.ts";
import type { StreamKind, Upcasters } from "./streamKind.ts";
import { type Instant, iso } from "./time.ts";

/**
 * Streams of things that are written down, changed and taken away by hand, and have no life of
 * their own beyond that: merchants, locations, users, keys. Each names itself and its body; the three
 * events, the state and the rules are the same.
 */

export interface RecordLife<Body> {
  readonly id: string;
  /** The revision of the last event: what `If-Match` compares. */
  readonly revision: number;
  readonly body: Body;
  readonly deleted: boolean;
  readonly createdAt: string;
  readonly createdBy: ActorRef;
  readonly modifiedAt: string;
  readonly modifiedBy: ActorRef;
}

interface Change<Body> {
  readonly id: string;
  readonly at: string;
  readonly by: ActorRef;
  readonly body: Body;
}

export interface RecordEvent<Body> {
  readonly type: string;
  readonly data: Change<Body>;
}

interface By {
  readonly now: Instant;
  readonly by: ActorRef;
}

export type RecordCommand<Body> =
  | ({ readonly type: "Create"; readonly id: string; readonly body: Body } & By)
  | ({ readonly type: "Change"; readonly body: Body; readonly expected: Expected } & By)
  | ({ readonly type: "Delete"; readonly expected: Expected } & By);

export type RecordRefusal =
  | { readonly code: "NOT_FOUND" }
  | { readonly code: "ALREADY_EXISTS" }
  | { readonly code: "VERSION_CONFLICT"; readonly actual: number };

export interface RecordStream<Body>
  extends Decider<RecordLife<Body> | null, RecordEvent<Body>, RecordCommand<Body>, RecordRefusal>,
    StreamKind<RecordLife<Body> | null, RecordEvent<Body>> {
  readonly stream: (id: string) => string;
  readonly prefix: string;
}

/**
 * `name` is the kind in events (`Location`), its lower case the stream's prefix (`location-`). `body` is what events keep,
 * and `upcasters` lift what they kept before.
 */
export function recordStream<Body>(
  name: string,
  body: z.ZodType<Body>,
  upcasters: Upcasters = {},
): RecordStream<Body> {
  const created = `${name}Created`;
  const changed = `${name}Changed`;
  const deleted = `${name}Deleted`;
  const prefix = `${name.toLowerCase()}-`;
  const data = z.object({ id: z.string(), at: z.string(), by: actorRef, body });
  const event = z.object({ type: z.enum([created, changed, deleted]), data });

  function evolve(
    state: RecordLife<Body> | null,
    { type, data: change }: RecordEvent<Body>,
  ): RecordLife<Body> {
    const { id, at, by } = change;
    if (type === created) {
      const origin = { createdAt: at, createdBy: by, modifiedAt: at, modifiedBy: by };
      return {
        id,
        revision: state === null ? 0 : state.revision + 1,
        body: change.body,
        deleted: false,
        ...origin,
      };
    }
    if (state === null) throw new Error(`${type} before ${created}`);
    const revision = state.revision + 1;
    return {
      ...state,
      revision,
      body: change.body,
      deleted: type === deleted,
      modifiedAt: at,
      modifiedBy: by,
    };
  }

  function decide(
    state: RecordLife<Body> | null,
    command: RecordCommand<Body>,
  ): Decision<RecordEvent<Body>, RecordRefusal> {
    const at = iso(command.now);
    const { by } = command;
    if (command.type === "Create") {
      if (state !== null) return refuse({ code: "ALREADY_EXISTS" });
      return accept({ type: created, data: { id: command.id, at, by, body: command.body } });
    }
    if (state === null || state.deleted) return refuse({ code: "NOT_FOUND" });
    if (!isExpected(command.expected, state.revision)) {
      return refuse({ code: "VERSION_CONFLICT", actual: state.revision });
    }
    switch (command.type) {
      case "Change":
        return accept({ type: changed, data: { id: state.id, at, by, body: command.body } });
      case "Delete":
        return accept({ type: deleted, data: { id: state.id, at, by, body: state.body } });
    }
  }

  return {
    initial: null,
    evolve,
    decide,
    decider: { initial: null, evolve },
    event,
    prefix,
    types: [created, changed, deleted],
    upcasters,
    stream: (id) => prefix + id,
  };
}
