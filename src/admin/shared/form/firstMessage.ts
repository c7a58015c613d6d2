/** The first thing that is wrong in a field that holds several values. */
export function firstMessage(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null) return undefined;
  if ("message" in error && typeof error.message === "string") return error.message;
  for (const one of Object.values(error)) {
    const message = firstMessage(one);
    if (message !== undefined) return message;
  }
  return undefined;
}
