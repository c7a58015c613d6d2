import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import type { Terminal } from "../../../src/cli/pos/terminal.ts";
import { check, confirm, outcome, simpleProgramme, testPan } from "../../support/programme.ts";
import { startTestServer, type TestServer } from "../../support/server.ts";

let server: TestServer;
let terminal: Terminal;
/** Of something that was written before anybody listened. */
let early = "";

beforeAll(async () => {
  server = await startTestServer();
  const answer = await fetch(`${server.url}/api/merchants`, {
    method: "POST",
    headers: { authorization: `Bearer ${server.adminKey}`, "content-type": "application/json" },
    body: JSON.stringify({ name: "Early" }),
  });
  early = answer.headers.get("position") ?? "";
  // Another test's open transaction may hold it back: whoever listened before it can be read would be told of it.
  const readable = await fetch(`${server.url}/api/merchants`, {
    headers: { authorization: `Bearer ${server.adminKey}`, "wait-for": early },
  });
  expect(readable.status).toBe(200);
  ({ terminal } = await simpleProgramme(server.admin, server.url, { cardholder: { free: 1 } }));
});
afterAll(async () => {
  await server.stop();
});

let cards = 0;
const tap = async (pan = testPan(++cards)): Promise<string> => outcome(await check(terminal, pan)).accessId;

interface Frame {
  readonly event: string;
  readonly id: string;
  readonly accessIds: readonly string[];
}
const told = z.object({ accessIds: z.array(z.string()).default([]) });

/** Listens as a browser does; `until` gives every event but the beats, to the first that is wanted. */
async function listen(
  query = "",
  { key = server.adminKey, lastId }: { readonly key?: string; readonly lastId?: string } = {},
) {
  const gone = new AbortController();
  const headers = {
    authorization: `Bearer ${key}`,
    ...(lastId === undefined ? {} : { "last-event-id": lastId }),
  };
  const url = `${server.url}/api/operations/stream${query}`;
  const answer = await fetch(url, { headers, signal: gone.signal });
  if (answer.body === null || answer.status !== 200)
    return { answer, until: undefined, close: () => gone.abort() };
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  const frames: Frame[] = [];
  const next = async (): Promise<Frame> => {
    for (;;) {
      const end = rest.indexOf("\n\n");
      if (end !== -1) {
        const block = rest.slice(0, end);
        rest = rest.slice(end + 2);
        const field = (name: string): string => new RegExp(`^${name}: (.*)$`, "m").exec(block)?.[1] ?? "";
        const frame = { event: field("event"), id: field("id"), ...told.parse(JSON.parse(field("data"))) };
        frames.push(frame);
        return frame;
      }
      const { done, value } = await reader.read();
      if (done) throw new Error("the stream has ended");
      rest += value;
    }
  };
  const until = async (isWanted: (frame: Frame) => boolean): Promise<Frame> => {
    for (;;) {
      const frame = await next();
      if (isWanted(frame)) return frame;
    }
  };
  await next();
  return { answer, frames, until, close: () => gone.abort() };
}

const tells =
  (accessId: string) =>
  ({ accessIds }: Frame): boolean =>
    accessIds.includes(accessId);

describe("the stream of operations", () => {
  it("tells what is new and what has changed, once the read models know of it", async () => {
    const { until, close, answer } = await listen();
    expect(answer.headers.get("content-type")).toContain("text/event-stream");
    const accessId = await tap();
    await until?.(tells(accessId));
    await confirm(terminal, accessId);
    await until?.(tells(accessId));
    expect((await server.admin.send("GET", `/api/operations/${accessId}`)).body).toMatchObject({
      status: "COMPLETED",
    });
    close();
  });

  it("tells only what the filter finds and the caller may see", async () => {
    const refusals = await listen("?status=REJECTED");
    const scope = { icas: ["0009999"] };
    const made = await server.admin.send("POST", "/api/keys", { name: "Other bank", role: "ISSUER", scope });
    const { key } = z.looseObject({ key: z.string() }).parse(made.body);
    const others = await listen("", { key });
    const all = await listen();
    const pan = testPan(++cards);
    const granted = await tap(pan);
    await confirm(terminal, granted);
    const refused = await tap(pan);
    await all.until?.(tells(refused));
    await refusals.until?.(tells(refused));
    await others.until?.(({ event, id }) => event === "beat" && id >= (all.frames?.at(-1)?.id ?? ""));
    expect(refusals.frames?.flatMap(({ accessIds }) => accessIds)).toEqual([refused]);
    expect(others.frames?.flatMap(({ accessIds }) => accessIds)).toEqual([]);
    for (const one of [refusals, others, all]) one.close();
  });

  it("goes on after the event that was heard last", async () => {
    const first = await listen();
    const heard = await tap();
    const { id } = (await first.until?.(tells(heard))) ?? { id: "" };
    first.close();
    const missed = [await tap(), await tap()];
    const again = await listen("", { lastId: id });
    const seen = new Set<string>();
    await again.until?.(({ accessIds }) => {
      for (const one of accessIds) seen.add(one);
      return missed.every((one) => seen.has(one));
    });
    expect(seen.has(heard)).toBe(false);
    again.close();
  });

  it("says so where it does not know any more what was missed", async () => {
    const first = await listen();
    const again = await listen("", { lastId: early });
    const { event } = (await again.until?.(({ event: name }) => name !== "beat")) ?? { event: "" };
    for (const one of [first, again]) one.close();
    expect(event).toBe("missed");
  });

  it("is refused to whoever may not see operations, and for a filter that is none", async () => {
    const { answer: stranger } = await listen("", { key: "none" });
    expect(stranger.status).toBe(401);
    const { answer: wrong } = await listen("?status=FOO");
    expect(wrong.status).toBe(422);
  });
});
