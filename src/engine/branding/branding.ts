import { branding, BRANDING_STREAM, type BrandingState } from "../../domain/branding/branding.ts";
import type { BrandingEvent } from "../../domain/branding/events.ts";
import { type BrandingInput, WORDED } from "../../domain/branding/input.ts";
import { SERVICES } from "../../domain/services.ts";
import type { Position } from "../../eventlog/log.ts";
import { byOf, execute, versionConflict, type Write } from "../management/commands.ts";
import { invalid, type Problem } from "../problem.ts";
import type { Services } from "../services.ts";
import { findLogo } from "./logos.ts";

/** What the panel looks like, as of now on every instance. */

export interface Branding {
  readonly state: BrandingState | null;
  /** -1: never changed. */
  readonly revision: number;
}

export async function brandingNow(services: Services): Promise<Branding> {
  const { rows } = await services.pool.query<{ revision: number }>({
    name: "branding_head",
    text: "select revision from stream_heads where stream = $1",
    values: [BRANDING_STREAM],
  });
  const head = rows[0];
  if (head === undefined) return { state: null, revision: -1 };
  const { state, revision } = await services.streams.branding.load(BRANDING_STREAM, head.revision);
  return { state, revision };
}

export type Rebranded =
  | { readonly kind: "done"; readonly branding: Branding; readonly position: Position | null }
  | Problem;

export async function changeBranding(
  services: Services,
  write: Write,
  { logo, services: offers, ...input }: BrandingInput,
): Promise<Rebranded> {
  const file = logo === null ? null : await findLogo(services, logo);
  if (logo !== null && file === null) return invalid("/logo", "no such file was uploaded");
  const body = {
    ...input,
    services: SERVICES.map((service) => ({
      service,
      offered: offers[service].offered,
      names: WORDED.flatMap((language) => {
        const name = offers[service].names[language];
        return name === null ? [] : [{ language, name }];
      }),
    })),
    logo: file === null ? null : { hash: file.hash, mediaType: file.mediaType },
  };
  const done = await execute<BrandingState | null, BrandingEvent, never>(
    services,
    services.streams.branding,
    write,
    {
      stream: BRANDING_STREAM,
      operation: "change-branding",
      decide: (state) =>
        branding.decide(state, { type: "ChangeBranding", body, now: write.now, by: byOf(write) }),
    },
  );
  if (done.kind === "refused") return versionConflict(done.refusal);
  const { state, revision } = done.folded;
  return { kind: "done", branding: { state, revision }, position: done.position };
}
