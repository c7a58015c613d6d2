/** Messages of these are for the operator as they stand. By name: nothing may have been loaded yet when a start fails. */
const PLAIN = new Set([
  "SetupError",
  "ApiError",
  "UnreachableError",
  "TransferError",
  "LogUnavailableError",
  "InvalidEventError",
]);

/**
 * One line for what the operator can mend, whoever started us and however far we came.
 * @returns null for a bug, which shows where it is
 */
export function plainLine(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  if (isOutOfFiles(error)) {
    return "Too few files may be open at once: raise `ulimit -n` to 1024 or more.";
  }
  return PLAIN.has(error.name) ? error.message : null;
}

/** Runs a program to its end or to its standing service. What it throws ends the process: as one line, or as a bug. */
export async function plainly(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const line = plainLine(error);
    if (line === null) throw error;
    process.stderr.write(`${line}\n`);
    process.exit(1);
  }
}

function isOutOfFiles(error: Error): boolean {
  if ("code" in error && (error.code === "EMFILE" || error.code === "ENFILE")) return true;
  return error.cause instanceof Error && isOutOfFiles(error.cause);
}
