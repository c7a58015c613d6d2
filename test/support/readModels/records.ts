import { fold } from "../../../src/domain/decider.ts";
import { enrollment } from "../../../src/domain/enrollment/enrollment.ts";
import type { EnrollmentEvent } from "../../../src/domain/enrollment/events.ts";
import { key } from "../../../src/domain/key/events.ts";
import { location } from "../../../src/domain/location/events.ts";
import { merchant } from "../../../src/domain/merchant/events.ts";
import { ruleset } from "../../../src/domain/ruleset/stream.ts";
import type { RulesetEvent } from "../../../src/domain/ruleset/events.ts";
import type { RecordEvent, RecordStream } from "../../../src/domain/record.ts";
import type { TerminalEvent } from "../../../src/domain/terminal/events.ts";
import type { Credential, Proof } from "../../../src/domain/terminal/credential.ts";
import { terminal } from "../../../src/domain/terminal/terminal.ts";
import { user } from "../../../src/domain/user/events.ts";
import { certificateLives } from "./certificates.ts";
import { last, type Read, type ReadLog, type StreamsOf } from "./log.ts";
import type { Row } from "./row.ts";

/** One row a thing that is written down. `state` is its decider's fold; all else is told from the events themselves. */
export function recordRows(log: ReadLog): readonly Row[] {
  return [
    ...lives("merchant", merchant, log.merchants, ({ name }) => ({ name })),
    ...lives("location", location, log.locations, ({ name, countryCode, service, city, merchantId }) => ({
      name,
      country: countryCode,
      service,
      city,
      merchant_id: merchantId,
    })),
    ...lives("user", user, log.users, ({ firstName, lastName, email, role, disabled }) => ({
      name: `${firstName} ${lastName}`,
      email,
      role,
      status: disabled ? "DISABLED" : "ENABLED",
    })),
    ...lives("key", key, log.keys, ({ name, role }) => ({ name, role })),
    ...[...log.terminals].map(([serial, events]) => terminalRow(serial, events)),
    ...[...log.enrollments].map(([id, events]) => enrollmentRow(id, events)),
    ...[...log.rulesets].map(([id, events]) => rulesetRow(id, events)),
  ];
}

const NO_COLUMNS = {
  merchant_id: null,
  location_id: null,
  country: null,
  service: null,
  city: null,
  status: null,
  email: null,
  role: null,
  icas: null,
};

/** Without case and accents, as a list is sorted. */
function plain(name: string): string {
  return name
    .toLowerCase()
    .normalize("NFKD")
    .split(/\p{Mark}+/u)
    .join("")
    .toLowerCase();
}

function lives<Body>(
  kind: string,
  stream: RecordStream<Body>,
  streams: StreamsOf<RecordEvent<Body>>,
  columnsOf: (body: Body) => Row & { readonly name: string },
): readonly Row[] {
  return [...streams].flatMap(([id, events]) => {
    const [first] = events;
    const end = events.at(-1);
    if (first === undefined || end === undefined) return [];
    const columns = columnsOf(end.event.data.body);
    return [
      {
        ...NO_COLUMNS,
        ...columns,
        kind,
        id,
        revision: end.revision,
        name_key: plain(columns.name),
        deleted: end.event.type.endsWith("Deleted"),
        created_at: new Date(first.event.data.at),
        modified_at: new Date(end.event.data.at),
        state: fold(
          stream,
          null,
          events.map(({ event }) => event),
        ),
      },
    ];
  });
}

const GIVES_A_CREDENTIAL: ReadonlySet<string> = new Set([
  "TerminalPaired",
  "TerminalEnrolled",
  "TerminalActivated",
  "CertificateIssued",
]);

function shownProof(proof: Proof): Proof {
  switch (proof.kind) {
    case "KEY":
      return { kind: "KEY", publicKey: "" };
    case "BEARER":
      return { kind: "BEARER", tokenHash: "" };
    case "CERTIFICATE": {
      const certificates = proof.certificates.map((one) => ({ ...one, der: "", publicKey: "" }));
      return { kind: "CERTIFICATE", posId: proof.posId, certificates };
    }
  }
}

/** Its life is that of the device that was registered last. */
function terminalRow(serial: string, events: readonly Read<TerminalEvent>[]): Row {
  const registered = last(events, "TerminalRegistered");
  const placed = last(events, "TerminalRegistered", "TerminalChanged");
  const byHand = last(
    events,
    "TerminalRegistered",
    "TerminalChanged",
    "TerminalDescribed",
    "TerminalSuspended",
    "TerminalResumed",
    "TerminalUnpaired",
    "TerminalRemoved",
    "CertificateRevoked",
  );
  const paired = last(
    events,
    "TerminalRegistered",
    "TerminalPaired",
    "TerminalEnrolled",
    "TerminalActivated",
    "CertificateIssued",
    "TerminalUnpaired",
    "TerminalRemoved",
  )?.event.type;
  const isCertified = paired === "CertificateIssued";
  const isHeld = !isCertified || certificateLives(serial, events).some(({ ended_at }) => ended_at === null);
  const life = fold(
    terminal,
    null,
    events.map(({ event }) => event),
  );
  if (life === null || registered === undefined) throw new Error(`terminal ${serial} was never registered`);
  return {
    ...NO_COLUMNS,
    kind: "terminal",
    id: serial,
    revision: events.at(-1)?.revision ?? null,
    name: serial,
    name_key: plain(serial),
    deleted: last(events, "TerminalRegistered", "TerminalRemoved")?.event.type === "TerminalRemoved",
    created_at: new Date(registered.event.data.at),
    modified_at: new Date(byHand?.event.data.at ?? ""),
    location_id: placed?.event.data.locationId ?? null,
    status: paired !== undefined && GIVES_A_CREDENTIAL.has(paired) && isHeld ? "PAIRED" : "NOT_PAIRED",
    // No code and no key is in a list, and of its past only what it is now.
    state: {
      ...life,
      enrollment: "codeHash" in life.enrollment ? { ...life.enrollment, codeHash: "" } : life.enrollment,
      setUp: "codeHash" in life.setUp ? { ...life.setUp, codeHash: "" } : life.setUp,
      claim: "codeHash" in life.claim ? { ...life.claim, codeHash: "", publicKey: "" } : life.claim,
      credential: life.credential && bare(life.credential),
      retiring: life.retiring && { ...life.retiring, credential: bare(life.retiring.credential) },
      past: life.past.slice(-1),
      lists: life.lists.filter((sent) => life.lists.findLast(({ list }) => list === sent.list) === sent),
    },
  };
}

function bare(credential: Credential): Credential {
  return { ...credential, proof: shownProof(credential.proof), encryptionKey: null };
}

const ENROLLMENT_STATUS = {
  EnrollmentCreated: "PENDING",
  EnrollmentCancelled: "CANCELLED",
  EnrollmentConsumed: "CONSUMED",
} as const;

/** A code is in the list for ever; its hash is not. */
function enrollmentRow(id: string, events: readonly Read<EnrollmentEvent>[]): Row {
  const made = last(events, "EnrollmentCreated");
  const end = events.at(-1);
  const life = fold(
    enrollment,
    null,
    events.map(({ event }) => event),
  );
  if (made === undefined || end === undefined || life === null) throw new Error(`${id} was never made`);
  return {
    ...NO_COLUMNS,
    kind: "enrollment",
    id,
    revision: end.revision,
    name: id,
    name_key: plain(id),
    deleted: false,
    created_at: new Date(made.event.data.at),
    modified_at: new Date(end.event.data.at),
    location_id: made.event.data.locationId,
    status: ENROLLMENT_STATUS[end.event.type],
    state: { ...life, codeHash: "" },
  };
}

const RULESET_STATUS = {
  RulesetCreated: "DRAFT",
  RulesetPublished: "PUBLISHED",
  RulesetRetired: "RETIRED",
  RulesetDeleted: "DELETED",
} as const;

/** Named as its newest version, or as its draft where none was published. */
function rulesetRow(id: string, events: readonly Read<RulesetEvent>[]): Row {
  const moved = last(events, "RulesetCreated", "RulesetPublished", "RulesetRetired", "RulesetDeleted");
  const deleted = moved?.event.type === "RulesetDeleted";
  const draft = deleted ? undefined : last(events, "RulesetCreated", "RulesetDrafted");
  const body = (last(events, "RulesetPublished") ?? draft)?.event.data.body;
  const icas = body?.criteria?.icas?.map(({ ica }) => ica) ?? [];
  const name = body?.name ?? id;
  return {
    ...NO_COLUMNS,
    kind: "ruleset",
    id,
    revision: events.at(-1)?.revision ?? null,
    name,
    name_key: plain(name),
    deleted,
    created_at: new Date(events.at(0)?.event.data.at ?? ""),
    modified_at: new Date(events.at(-1)?.event.data.at ?? ""),
    status: moved === undefined ? null : RULESET_STATUS[moved.event.type],
    icas: icas.length === 0 ? null : icas,
    state: fold(
      ruleset,
      null,
      events.map(({ event }) => event),
    ),
  };
}
