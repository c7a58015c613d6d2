import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { TerminalAuthenticator } from "../../src/engine/terminals/authenticate.ts";
import { checkEntry } from "../../src/engine/entry/check.ts";
import { createServices, type Services } from "../../src/engine/services.ts";
import type { Terminal } from "../../src/cli/pos/terminal.ts";
import { cardEvent, cardStream } from "../../src/domain/card/events.ts";
import { cardSnapshot } from "../../src/domain/card/snapshots.ts";
import { type CardState, evolveCard, initialCard } from "../../src/domain/card/state.ts";
import { decode } from "../../src/eventlog/codec.ts";
import { cardOfPan } from "../../src/engine/vaultCards.ts";
import { check, confirm, outcome, simpleProgramme, testPan } from "../support/programme.ts";
import { startTestServer, type TestServer } from "../support/server.ts";
import { until } from "../support/until.ts";

/** The `snapshots` table is read, by who knows nothing yet, and only as far as it can be trusted. */

const VISITS = 65;
const pan = testPan(77);
let product: TestServer;
let terminal: Terminal;
let stream = "";

beforeAll(async () => {
  product = await startTestServer({ testClock: true });
  const window = { kind: "ROLLING" as const, days: 30 };
  ({ terminal } = await simpleProgramme(product.admin, product.url, {
    cardholder: { window, free: VISITS },
  }));
  for (let visit = 0; visit < VISITS; visit++) {
    const { accessId } = outcome(await check(terminal, pan));
    expect((await confirm(terminal, accessId)).status).toBe(200);
  }
  stream = cardStream((await cardOfPan(product.server.services, pan)).cardId);
});
afterAll(async () => {
  await product.stop();
});

/** Another instance on the same log and database, which has seen nothing. */
function freshInstance(): Services {
  return createServices(product.server.services);
}

async function decisionAt(services: Services): Promise<string> {
  const { state: life } = await services.streams.terminal.refresh(`terminal-${terminal.serialNumber}`);
  if (life === null) throw new Error("the terminal is paired");
  const caller = {
    kind: "authenticated" as const,
    life,
    revision: life.revision,
    shown: { token: "", certificate: null },
    credentialId: "",
  };
  const card = { pan, entryMode: "CONTACTLESS" as const };
  const input = { terminal: caller, requestId: null, card, traceId: "0" };
  const checked = await checkEntry(services, new TerminalAuthenticator(services), input);
  if (checked.kind === "problem") return checked.code;
  const { event } = checked.verdict;
  return event.type === "EntryGranted" ? "GRANTED" : event.data.code;
}

async function stored(): Promise<{ fold_version: number; revision: number }> {
  const { rows } = await product.server.services.pool.query<{ fold_version: number; revision: number }>(
    "select fold_version, revision::int from snapshots where stream = $1",
    [stream],
  );
  return rows[0] ?? { fold_version: -1, revision: -1 };
}

/** The state after so many events, and the hash of the last. */
async function foldOf(count?: number): Promise<{ state: CardState; head: string; revision: number }> {
  const events = (await product.server.services.log.read(stream)).slice(0, count);
  const state = events.reduce((folded, recorded) => {
    const { type, data } = decode(recorded);
    return evolveCard(folded, cardEvent.parse({ type, data }));
  }, initialCard);
  const last = events.at(-1);
  if (last === undefined) throw new Error("the card has events");
  return { state, head: last.hash, revision: last.revision };
}

async function store(
  { state, head, revision }: { state: CardState; head: string; revision: number },
  version?: number,
): Promise<void> {
  const { rowCount } = await product.server.services.pool.query(
    `update snapshots set state = $2, head_hash = $3, revision = $4, fold_version = coalesce($5, fold_version)
     where stream = $1`,
    [stream, cardSnapshot(state), head, revision, version ?? null],
  );
  expect(rowCount).toBe(1);
}

function withoutVisits(state: CardState): CardState {
  return { ...state, visits: [], entries: new Map() };
}

describe("a card of 130 events", () => {
  test("hasASnapshotOfItsOwnFold, which a fresh instance completes", async () => {
    expect((await foldOf()).revision).toBe(2 * VISITS - 1);
    await until(async () => (await stored()).revision === 127);
    const { state, revision } = await freshInstance().streams.card.refresh(stream);
    const whole = await foldOf();
    expect([revision, state]).toEqual([whole.revision, whole.state]);
    expect(await decisionAt(freshInstance())).toBe("LIMIT_EXCEEDED");
  });

  test("noShorterStreamHasOne, though its first event was appended here", async () => {
    const { rows } = await product.server.services.pool.query<{ stream: string }>(
      "select distinct stream from snapshots",
    );
    expect(rows).toEqual([{ stream }]);
  });

  test("aSnapshotThatIsAnEventShortIsCompletedFromTheStream", async () => {
    const { length } = await product.server.services.log.read(stream);
    await store(await foldOf(length - 1));
    const whole = await foldOf();
    const { state, revision, headHash } = await freshInstance().streams.card.refresh(stream);
    expect([revision, headHash, state]).toEqual([whole.revision, whole.head, whole.state]);
  });

  test("aSnapshotOfAnotherFoldVersionIsNotReadAndIsReplaced", async () => {
    const { fold_version: version } = await stored();
    for (const other of [version - 1, version + 1]) {
      const whole = await foldOf();
      await store({ ...whole, state: withoutVisits(whole.state) }, other);
      expect(await decisionAt(freshInstance())).toBe("LIMIT_EXCEEDED");
      await until(async () => (await stored()).fold_version === version);
    }
  });

  test("aSnapshotOfAnotherHistoryIsNotRead", async () => {
    const whole = await foldOf();
    await store({ ...whole, state: withoutVisits(whole.state), head: "f".repeat(64) });
    expect(await decisionAt(freshInstance())).toBe("LIMIT_EXCEEDED");
  });

  test("whatTheSnapshotSaysIsWhatIsDecidedOn: it is read, and the events before it are not", async () => {
    const whole = await foldOf();
    await store({ ...whole, state: withoutVisits(whole.state) });
    expect(await decisionAt(freshInstance())).toBe("GRANTED");
  });
});
