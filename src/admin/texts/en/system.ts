import { counter } from "../plural.ts";

const count = counter("en");

/** How the installation is. */
export const system = {
  version: "Version",
  businessTime: "Business time",
  demo: "Demo programme",
  yes: "Yes",
  no: "No",
  head: "End of the event log",
  parts: "Parts",
  part: "Part",
  state: "State",
  detail: "Detail",
  partNames: { database: "Database", clock: "Clock", "database writes": "Writes to the database" },
  said: {
    answered: (ms: string) => `answered in ${ms} ms`,
    skew: (ms: string) => `the database's clock and the server's differ by ${ms.replace("-", "")} ms`,
    taken: "taken",
    notTried: "not tried during a dump",
    notTaken: "not taken",
    silent: "does not answer",
  },
  ready: "Ready",
  notReady: "Not ready",
  readModels: "Read models",
  model: "Read model",
  models: {
    operations: "Operations",
    cards: "Cards",
    directory: "Directory",
    quotas: "Budgets",
    certificates: "Certificates",
    commands: "Commands to devices",
    payments: "Payments",
    adjustments: "Adjustments",
  },
  upToDate: "Serves",
  building: "Being built",
  stopped: "Stopped",
  lag: "Behind",
  behind: (events: number | null, seconds: number) =>
    events === 0
      ? "up to date"
      : `${events === null ? "many events" : count(events, { one: "# event", other: "# events" })}, ${seconds.toFixed(1)} s`,
  position: "Position in the log",
  error: "Error",
  vault: {
    title: "Keys of the card vault",
    why: "Cards are found by a keyed hash of their number. A new key is made by `admittance keys rotate`; a number comes to it when it is seen again.",
    key: "Key",
    states: { WAITING: "Waits", WRITTEN: "In use", OLDER: "Older" },
    numbers: "Numbers found by it alone",
    mayRetire: "none: it may retire",
    waits: (instances: number) =>
      count(instances, {
        one: "The newest key waits: # instance does not have it.",
        other: "The newest key waits: # instances do not have it.",
      }),
  },
  settings: "Settings in force",
  settingsWhy: "Of the instance that answered. Passwords, tokens and secrets are not shown.",
  setting: "Setting",
  value: "Value",
  notSet: "not set",
  clock: {
    title: "Test clock",
    why: "The time by which rules count. It goes forward only, for everybody on this installation.",
    moved: "The clock was set forward.",
    steps: { PT5M: "+5 minutes", PT1H: "+1 hour", P1D: "+1 day", P7D: "+7 days", P30D: "+30 days" },
    target: "Set to",
    set: "Set the clock",
  },
} as const;
