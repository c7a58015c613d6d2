import { readFile, stat } from "node:fs/promises";
import { SetupError } from "../settings.ts";

/** A file that a command was given, whole. @throws SetupError for what can't be read, or holds more bytes */
export async function readWhole(file: string, mostBytes: number): Promise<Buffer> {
  const name = JSON.stringify(file);
  const size = await stat(file).then(
    (found) => (found.isFile() ? found.size : null),
    () => null,
  );
  if (size === null) throw new SetupError(`There is no file ${name} that can be read.`);
  if (size > mostBytes) throw new SetupError(`${name}: at most ${String(mostBytes)} bytes are taken.`);
  return await readFile(file);
}
