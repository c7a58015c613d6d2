import { terminalStream } from "../../domain/terminal/events.ts";
import { isPaired } from "../../domain/terminal/life.ts";
import type { Services } from "../services.ts";
import { heldOf, type ShownCertificate } from "../terminals/shownCertificate.ts";

/** Of these certificates those that do not count now, each with why. As of now, whatever other instances have done. */
export async function voidAmong(
  services: Services,
  shown: readonly ShownCertificate[],
): Promise<ReadonlyMap<ShownCertificate, string>> {
  const streams = [...new Set(shown.map(({ terminal }) => terminalStream(terminal)))];
  const heads = await headsOf(services, streams);
  const found = new Map<ShownCertificate, string>();
  for (const one of shown) {
    const why = await whyVoid(services, one, heads.get(terminalStream(one.terminal)) ?? -1);
    if (why !== null) found.set(one, why);
  }
  return found;
}

async function headsOf({ db }: Services, streams: readonly string[]): Promise<ReadonlyMap<string, number>> {
  if (streams.length === 0) return new Map();
  const rows = await db
    .selectFrom("stream_heads")
    .select(["stream", "revision"])
    .where("stream", "in", streams)
    .execute();
  return new Map(rows.map(({ stream, revision }) => [stream, revision]));
}

async function whyVoid(services: Services, shown: ShownCertificate, head: number): Promise<string | null> {
  const { state } = await services.streams.terminal.load(terminalStream(shown.terminal), head);
  const credential = state?.credential ?? null;
  if (state === null || credential === null || !isPaired(state)) return "The terminal is not paired.";
  const held = heldOf(shown, credential.proof, services.now());
  return typeof held === "string" ? held : null;
}
