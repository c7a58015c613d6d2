import { closeSync, constants, fstatSync, openSync } from "node:fs";

const LOOK_MS = 1_000;

/**
 * Calls `gone` once nobody reads standard output any more (`npm start | head`). A pipe tells only whoever writes, and a
 * service may have nothing to say for days. Only where it is a pipe, and on Linux.
 */
export function watchReaders(gone: () => void): void {
  if (process.platform !== "linux" || !fstatSync(process.stdout.fd).isFIFO()) return;
  const timer = setInterval(() => {
    if (hasReader(process.stdout.fd)) return;
    clearInterval(timer);
    gone();
  }, LOOK_MS).unref();
}

/** A pipe that nobody reads can't be opened for writing once more. */
function hasReader(fd: number): boolean {
  try {
    closeSync(openSync(`/proc/self/fd/${String(fd)}`, constants.O_WRONLY | constants.O_NONBLOCK));
    return true;
  } catch (error) {
    return !(error instanceof Error && "code" in error && error.code === "ENXIO");
  }
}
