/** Certificates by which terminals make their connections. */
export const certificates = {
  empty: "No certificate yet",
  emptyWhy:
    "A POS system that wants mutual TLS gets a certificate by a set-up code. Make the code at its terminal.",
  terminals: "Go to the terminals",
  states: { ACTIVE: "Active", RETIRING: "Being replaced", EXPIRED: "Expired", REVOKED: "Void" },
  endedBy: {
    REVOKED: "Revoked by hand",
    REPLACED: "Another took its place",
    UNPAIRED: "The terminal was unpaired",
    REMOVED: "The terminal was deleted",
  },
  keyMadeBy: { DEVICE: "By the device", SERVER: "By the server" },
  fields: {
    state: "State",
    terminal: "Terminal",
    posId: "POS ID",
    serialNumber: "Serial number",
    issued: "Issued",
    until: "Valid until",
    ended: "Became void",
    endedBy: "Why",
    keyMadeBy: "Key made",
    fingerprint: "Fingerprint (SHA-256)",
    subject: "Subject",
    expiresBefore: "Ends before",
    location: "Location",
    id: "Id",
  },
  revoke: "Revoke",
  revokeOf: (serial: string) => `Revoke the certificate of ${serial}`,
  revokeTitle: (serial: string) => `Revoke the certificate of ${serial}?`,
  revokeWhy: (posId: string) =>
    `The POS system ${posId} is refused from its next request on, at every instance, and its open connections are closed.`,
  revokeThen:
    "If it has no other certificate, the terminal is not paired any more: it needs a new set-up code to come in again.",
  reason: "Reason (optional)",
  revoked: "The certificate was revoked.",
} as const;
