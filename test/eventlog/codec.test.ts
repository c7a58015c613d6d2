import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  CorruptEventError,
  decode,
  encode,
  type Envelope,
  eventId,
  sha256,
  uuidv5,
  verifyChain,
} from "../../src/eventlog/codec.ts";
import { InvalidEventError, type RecordedEvent } from "../../src/eventlog/log.ts";

const POSITION = "1";

const instant = fc
  .date({ min: new Date(0), max: new Date("2099-12-31T23:59:59.999Z"), noInvalidDate: true })
  .map((date) => date.toISOString());
const envelopes: fc.Arbitrary<Envelope> = fc
  .record({
    id: fc.uuid(),
    type: fc.string({ minLength: 1, unit: "grapheme" }),
    version: fc.integer({ min: 1, max: 50 }),
    stream: fc.string({ minLength: 1 }),
    revision: fc.nat(),
    occurredAt: instant,
    recordedAt: instant,
    actor: fc.record({ kind: fc.constantFrom("terminal", "user", "key", "system"), id: fc.string() }),
    correlationId: fc.string(),
    causationId: fc.string(),
    previous: fc.string(),
    // What JSON can say: -0 isn't among it.
    data: fc.jsonValue({ noUnicodeString: false }).map((value): unknown => JSON.parse(JSON.stringify(value))),
  })
  .map(({ previous, ...rest }) => ({ ...rest, prevHash: rest.revision === 0 ? null : sha256(previous) }));

function record(event: Envelope): RecordedEvent {
  return { ...encode(event), stream: event.stream, revision: event.revision, position: POSITION };
}

function chain(values: readonly unknown[]): RecordedEvent[] {
  const recorded: RecordedEvent[] = [];
  for (const [revision, data] of values.entries()) {
    const prevHash = recorded.at(-1)?.hash ?? null;
    recorded.push(
      record({ ...sample, id: eventId("test", "chain", "1", revision), revision, prevHash, data }),
    );
  }
  return recorded;
}

const sample: Envelope = {
  id: "0b9a8a4e-52c5-5d26-9a0b-3f6a3c1f7c11",
  type: "EntryGranted",
  version: 1,
  stream: "card-1",
  revision: 0,
  occurredAt: "2026-11-21T14:00:00.000Z",
  recordedAt: "2026-11-21T14:00:00.001Z",
  actor: { kind: "terminal", id: "T1" },
  correlationId: "c",
  causationId: "r",
  prevHash: null,
  data: { guests: 2 },
};

describe("codec", () => {
  it("decodeInvertsEncode", () => {
    fc.assert(
      fc.property(envelopes, (event) => {
        const recorded = record(event);
        expect(decode(recorded)).toEqual({ ...event, hash: recorded.hash, position: POSITION });
      }),
    );
  });

  it("sameEnvelopeSameBytes: whatever the order of its keys", () => {
    fc.assert(
      fc.property(envelopes, (event) => {
        const { data, actor, ...rest } = event;
        const shuffled: Envelope = { data, actor: { id: actor.id, kind: actor.kind }, ...rest };
        expect(encode(shuffled)).toEqual(encode(event));
      }),
    );
  });

  it("bodyIsFixedForever: these bytes never change", () => {
    expect(encode(sample)).toEqual({
      id: sample.id,
      type: "EntryGranted",
      body:
        '{"id":"0b9a8a4e-52c5-5d26-9a0b-3f6a3c1f7c11","type":"EntryGranted","version":1,"stream":"card-1","revision":0,' +
        '"occurredAt":"2026-11-21T14:00:00.000Z","recordedAt":"2026-11-21T14:00:00.001Z",' +
        '"actor":{"kind":"terminal","id":"T1"},"correlationId":"c","causationId":"r","prevHash":null,"data":{"guests":2}}',
      hash: "365cb545a2c895ffa85a11d56348fb928d9d00956c8fa4d08880f5cef5e2657b",
    });
  });

  it.each<[string, Partial<Envelope>]>([
    ["an instant without milliseconds", { occurredAt: "2026-11-21T14:00:00Z" }],
    ["an instant of another zone", { recordedAt: "2026-11-21T14:00:00.000+01:00" }],
    ["version 0", { version: 0 }],
    ["a fractional revision", { revision: 0.5 }],
    ["a previous hash at revision 0", { prevHash: sha256("x") }],
    ["no previous hash after revision 0", { revision: 1 }],
    ["data that JSON leaves out", { data: undefined }],
    ["data that JSON can't hold", { data: 1n }],
  ])("encodeRefuses %s", (_, change) => {
    expect(() => encode({ ...sample, ...change })).toThrow(InvalidEventError);
  });

  it.each<[string, Partial<RecordedEvent>]>([
    ["text that is not JSON", { body: "{" }],
    ["JSON that is no envelope", { body: "[]" }],
    ["an envelope with a key too many", { body: encode(sample).body.replace("{", '{"extra":1,') }],
    ["the body of another id", { id: "0b9a8a4e-52c5-5d26-9a0b-3f6a3c1f7c12" }],
    ["the body of another type", { type: "EntryRejected" }],
    ["the body of another stream", { stream: "card-2" }],
    ["the body of another revision", { revision: 1 }],
  ])("decodeRefuses %s", (_, change) => {
    expect(() => decode({ ...record(sample), ...change })).toThrow(CorruptEventError);
  });
});

describe("eventId", () => {
  it("agreesWithOthers: as python's uuid5", () => {
    expect(uuidv5("6ba7b810-9dad-11d1-80b4-00c04fd430c8", "python.org")).toBe(
      "886313e1-3b8a-5372-9b90-0c9aee199e5d",
    );
    expect(eventId("pos", "check_entry", "r1", 0)).toBe("307bd5ed-95c3-5903-be84-9fbfb081e632");
  });

  it("differentNamesDifferentIds: also where their texts run together", () => {
    const ids = [
      eventId("a", "bc", "d", 0),
      eventId("ab", "c", "d", 0),
      eventId("a", "b", "cd", 0),
      eventId("a", "bc", "d", 1),
      eventId('a","bc', "", "d", 0),
    ];
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe("verifyChain", () => {
  const events = chain(["a", { b: 1 }, null, [1, 2], "e"]);

  it("untouchedChainHolds", () => {
    expect(verifyChain(events)).toEqual({ ok: true });
    expect(verifyChain([])).toEqual({ ok: true });
    const second = events[1];
    if (second === undefined) throw new Error("no second event");
    expect(verifyChain(events.slice(2), second)).toEqual({ ok: true });
  });

  it("anyChangedByteIsFound", () => {
    fc.assert(
      fc.property(
        fc.nat(events.length - 1),
        fc.nat(),
        fc.integer({ min: 1, max: 127 }),
        (revision, at, change) => {
          const tampered = events.map((event) => {
            if (event.revision !== revision) return event;
            const index = at % event.body.length;
            const other = String.fromCharCode(event.body.charCodeAt(index) ^ change);
            return { ...event, body: event.body.slice(0, index) + other + event.body.slice(index + 1) };
          });
          expect(verifyChain(tampered)).toMatchObject({ ok: false, revision });
        },
      ),
    );
  });

  it("rehashedChangeIsFoundAtTheNext", () => {
    fc.assert(
      fc.property(fc.nat(events.length - 2), fc.jsonValue(), (revision, data) => {
        const original = events[revision];
        if (original === undefined) throw new Error("no such event");
        const changed = record({ ...decodeEnvelope(original), data });
        fc.pre(changed.hash !== original.hash);
        const tampered = events.map((event) => (event.revision === revision ? changed : event));
        expect(verifyChain(tampered)).toMatchObject({ ok: false, revision: revision + 1 });
      }),
    );
  });

  it("missingSwappedAndForeignEventsAreFound", () => {
    fc.assert(
      fc.property(fc.nat(events.length - 2), (revision) => {
        const without = events.filter((event) => event.revision !== revision);
        expect(verifyChain(without)).toMatchObject({ ok: false, revision });
        const here = events[revision];
        const next = events[revision + 1];
        if (here === undefined || next === undefined) throw new Error("no such event");
        expect(verifyChain(events.with(revision, next).with(revision + 1, here))).toMatchObject({
          ok: false,
          revision,
        });
        const foreign = { ...next, stream: "card-2" };
        expect(verifyChain(events.with(revision + 1, foreign))).toMatchObject({
          ok: false,
          revision: revision + 1,
        });
      }),
    );
  });

  it("aBeginningThatIsCutOffIsFound", () => {
    expect(verifyChain(events.slice(1))).toMatchObject({ ok: false, revision: 0 });
  });
});

function decodeEnvelope(recorded: RecordedEvent): Envelope {
  const { hash: _hash, position: _position, ...envelope } = decode(recorded);
  return envelope;
}
