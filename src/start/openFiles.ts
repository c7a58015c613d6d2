import { readFileSync } from "node:fs";
import { SetupError } from "../settings.ts";

/** With fewer the product may start, and fail under its first load. */
const LEAST = 256;

/** @throws SetupError where so few files may be open at once that the product could not serve */
export function expectOpenFiles(): void {
  const limit = openFilesLimit();
  if (limit === null || limit >= LEAST) return;
  throw new SetupError(
    `Only ${String(limit)} files may be open at once: raise \`ulimit -n\` to 1024 or more.`,
  );
}

/** Null where it is not limited, or where the system has no such file to say so. */
function openFilesLimit(): number | null {
  try {
    const limits = readFileSync("/proc/self/limits", "utf8");
    const soft = /^Max open files\s+(\d+)/m.exec(limits)?.[1];
    return soft === undefined ? null : Number(soft);
  } catch {
    return null;
  }
}
