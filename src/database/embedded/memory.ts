import { totalmem } from "node:os";

const MIB = 1_048_576;
const SHARE = 8;
const LEAST_MIB = 128;
const MOST_MIB = 1_024;

/**
 * PostgreSQL's `shared_buffers` on a machine with so many bytes of memory: an eighth, at least PostgreSQL's own default
 * and at most 1 GB. What does not fit is written out and read again page by page, beside the log that commits wait for.
 */
export function sharedBuffers(memory: number): string {
  return `${String(Math.min(Math.max(Math.floor(memory / SHARE / MIB), LEAST_MIB), MOST_MIB))}MB`;
}

/** Bytes that this process and its server may use: the machine's, or its container's where that has less. */
export function memoryHere(): number {
  return Math.min(totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY);
}
