import type { QuotaEvent } from "../../../src/domain/quota/events.ts";
import type { Read, ReadLog } from "./log.ts";
import type { Row } from "./row.ts";

/** Who holds a place: whoever took one, or came to one otherwise, and has not given it back since. */
export function holdRows({ quotas }: ReadLog): readonly Row[] {
  return [...quotas].flatMap(([rulesetId, events]) => {
    const steps = events.flatMap(stepsOf);
    const accessIds = new Set(steps.map(({ accessId }) => accessId));
    return [...accessIds].flatMap((accessId) => {
      const own = steps.filter((step) => step.accessId === accessId);
      const held = own.slice(own.map(({ kind }) => kind).lastIndexOf("RELEASED") + 1);
      const taken = held.find(({ kind }) => kind === "RESERVED");
      // The instant of the visit is that of its first place; a late one has only what its confirmation says.
      const [first] = held;
      const end = held.at(-1);
      if (first === undefined || end === undefined) return [];
      const committed = held.some(({ kind }) => kind === "COMMITTED");
      return [
        {
          ruleset_id: rulesetId,
          access_id: accessId,
          card_id: end.cardId,
          attempt_key: committed ? null : end.attemptKey,
          status: committed ? "COMMITTED" : "RESERVED",
          reserved_at: taken === undefined ? null : new Date(taken.at),
          visit_at: new Date(first.at),
        },
      ];
    });
  });
}

interface Step {
  readonly kind: "RESERVED" | "COMMITTED" | "RELEASED";
  readonly accessId: string;
  readonly cardId: string | null;
  readonly attemptKey: string | null;
  /** Where it places the visit. */
  readonly at: string;
}

function stepsOf({ event }: Read<QuotaEvent>): readonly Step[] {
  switch (event.type) {
    case "QuotaReserved":
      return [{ kind: "RESERVED", ...event.data }];
    case "QuotaCommitted": {
      const { accessId, cardId, visitAt } = event.data;
      return [{ kind: "COMMITTED", accessId, cardId, attemptKey: null, at: visitAt }];
    }
    case "QuotaCarriedOver":
      return event.data.visits.map(({ accessId, cardId, visitAt }) => ({
        kind: "COMMITTED",
        accessId,
        cardId,
        attemptKey: null,
        at: visitAt,
      }));
    case "QuotaReleased": {
      const { accessId, at } = event.data;
      return [{ kind: "RELEASED", accessId, cardId: null, attemptKey: null, at }];
    }
  }
}
