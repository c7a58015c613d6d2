import { createHash } from "node:crypto";
import type { Services } from "../services.ts";

/** Logos, by their hash, in a table beside the log. */

export const MOST_LOGO_BYTES = 200_000;
export const LOGO_TYPES = ["image/png", "image/webp"] as const;
export type LogoType = (typeof LOGO_TYPES)[number];

export interface Logo {
  readonly hash: string;
  readonly mediaType: string;
}

const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** What a picture is by its bytes, whatever it is called. Null for what is neither: an SVG could run something. */
export function logoType(bytes: Buffer): LogoType | null {
  if (bytes.subarray(0, PNG.length).equals(PNG) && bytes.toString("latin1", 12, 16) === "IHDR")
    return "image/png";
  const isWebp =
    bytes.toString("latin1", 0, 4) === "RIFF" &&
    bytes.toString("latin1", 8, 12) === "WEBP" &&
    /^VP8[ LX]$/.test(bytes.toString("latin1", 12, 16));
  return isWebp ? "image/webp" : null;
}

/** The same picture again is kept once. */
export async function keepLogo(
  { pool }: Pick<Services, "pool">,
  bytes: Buffer,
  mediaType: LogoType,
): Promise<Logo> {
  const hash = createHash("sha256").update(bytes).digest("hex");
  await pool.query(
    "insert into branding_files (hash, media_type, bytes) values ($1, $2, $3) on conflict (hash) do nothing",
    [hash, mediaType, bytes],
  );
  return { hash, mediaType };
}

export async function findLogo(
  { pool }: Pick<Services, "pool">,
  hash: string,
): Promise<(Logo & { readonly bytes: Buffer }) | null> {
  const { rows } = await pool.query<{ media_type: string; bytes: Buffer }>(
    "select media_type, bytes from branding_files where hash = $1",
    [hash],
  );
  const row = rows[0];
  return row === undefined ? null : { hash, mediaType: row.media_type, bytes: row.bytes };
}
