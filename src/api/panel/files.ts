import { readdir, readFile } from "node:fs/promises";
import { extname, join, relative, sep } from "node:path";

/** A file of the built panel. */
export interface PanelFile {
  readonly type: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The same, compressed by the build; null where that made it no smaller. */
  readonly gzip: Uint8Array<ArrayBuffer> | null;
}

/** The panel as the build has left it. */
export interface PanelFiles {
  /** The page into which each answer's own parts are put. */
  readonly page: string;
  /** By the path under `/admin/`. */
  readonly files: ReadonlyMap<string, PanelFile>;
}

const TYPES: Readonly<Record<string, string>> = {
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
};

/** Reads the built panel into memory: it is a megabyte, and never changes while we run. Null where none was built. */
export async function readPanel(folder: string): Promise<PanelFiles | null> {
  const names = await namesIn(folder);
  if (!names.includes("index.html")) return null;
  const files = new Map<string, PanelFile>();
  for (const name of names) {
    const type = TYPES[extname(name)];
    if (type === undefined) continue;
    const zipped = `${name}.gz`;
    files.set(name, {
      type,
      bytes: await bytesOf(join(folder, name)),
      gzip: names.includes(zipped) ? await bytesOf(join(folder, zipped)) : null,
    });
  }
  return { page: await readFile(join(folder, "index.html"), "utf8"), files };
}

async function bytesOf(path: string): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await readFile(path));
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    return entries.flatMap((entry) =>
      entry.isFile() ? [relative(folder, join(entry.parentPath, entry.name)).split(sep).join("/")] : [],
    );
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw error;
  }
}
