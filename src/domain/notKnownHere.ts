/**
 * Something in the log that this release or its runtime does not know: a time zone or a currency that is newer. Nothing can
 * be decided from it here, and the caller may ask another instance.
 */
export class NotKnownHereError extends Error {
  override readonly name = "NotKnownHereError";
}
