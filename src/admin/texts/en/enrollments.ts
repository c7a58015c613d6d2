import { counter } from "../plural.ts";

const count = counter("en");

/** Codes by which devices come in by themselves. */
export const enrollments = {
  create: "New enrollment",
  make: "Make the code",
  empty: "No enrollment yet",
  emptyWhy:
    "An enrollment is a code for one new device. Whoever has it types it into the device's app, and the device is registered by itself.",
  title: "Code for a new device",
  enter: "Enter this in the app on the new device:",
  waiting: "Waiting for the device",
  enrolled: "Enrolled",
  enrolledAs: "The device came in as",
  open: "Open the terminal",
  another: "Make another code",
  cancel: "Cancel",
  cancelOf: (id: string) => `Cancel the enrollment ${id}`,
  cancelVerb: "Cancel the enrollment",
  cancelTitle: "Cancel this enrollment?",
  cancelWhy: "Its code lets no device in any more. Devices that came in already stay.",
  cancelled: "The enrollment was cancelled.",
  statuses: { PENDING: "Waiting", CONSUMED: "Used", EXPIRED: "Expired", CANCELLED: "Cancelled" },
  fields: {
    status: "Status",
    location: "Location",
    merchantId: "Merchant",
    device: "Device",
    expiresAt: "Valid until",
    metadata: "Metadata",
    createdAt: "Made",
    createdBy: "Made by",
    modifiedAt: "Last change",
    id: "Id",
    lives: "Valid for",
  },
  noLocation: "No location",
  metadataNone: "Nothing yet. What you write here stays with the device, and finds it again in lists.",
  pairName: (number: number) => `Name ${String(number)}`,
  pairValue: (number: number) => `Value ${String(number)}`,
  addPair: "Add a name and a value",
  removePair: (number: number) => `Remove ${String(number)}`,
  lives: {
    hours: (hours: number) => count(hours, { one: "# hour", other: "# hours" }),
    days: (days: number) => count(days, { one: "# day", other: "# days" }),
  },
} as const;
