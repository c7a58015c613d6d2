import { counter } from "../plural.ts";

const count = counter("en");

/** Codes that people read from one screen and type at another. */
export const deviceCodes = {
  pairing: {
    title: (serial: string) => `Pair ${serial}`,
    ask: "A code is waiting already. A new one voids it.",
    enter: (serial: string) => `Enter this on the terminal with serial number ${serial}:`,
    left: (time: string, until: string) => `${time} left, until ${until}`,
    waiting: "Waiting for the terminal",
    paired: "Paired",
    pairedWith: (key: string, trust: string) => `Key ${key}, trust: ${trust}`,
  },
  code: {
    make: "Make a new code",
    locked: "Locked after too many wrong tries. Make a new code.",
    expired: "This code has expired. Make a new one.",
    closing: "Closing this hides the code for good.",
    copy: "Copy the code",
  },
  claim: {
    title: "Claim a device",
    why: "A device that is registered shows a code of six characters, for five minutes. Enter it here, look at the device, then claim it.",
    code: "Code on the device",
    codeHelp: "Six letters and digits. 0, O, I and 1 are in no code.",
    lookAlike: "0, O, I and 1 are in no code: look at the device again.",
    look: "Find the device",
    device: "The device",
    confirm: "Confirm",
    claimed: (serial: string) => `${serial} is claimed`,
    then: "It goes on by itself and is paired in a few seconds.",
    outcomes: {
      NOT_FOUND: "No device shows this code. Look at the device again.",
      EXPIRED: "This code has expired. Let the device show a new one.",
      USED: "This code has been used.",
    },
  },
  life: {
    title: "What became of it",
    none: "Nothing yet.",
    byItself: "The device",
    key: (key: string) => `key ${key}`,
    acts: {
      REGISTERED: "Registered",
      MOVED: "Moved, or its profile changed:",
      DESCRIBED: "Named, or its metadata changed",
      CODE_ISSUED: "A pairing code was made",
      WRONG_CODE: "A wrong code was tried",
      PAIRED: "Paired",
      ENROLLED: "Enrolled",
      CLAIM_CODE_ISSUED: "It asked for a code to show",
      CLAIMED: "Claimed",
      ATTESTED: "Attested",
      ACTIVATED: "Activated",
      KEY_ROTATED: "It replaced its key",
      SUSPENDED: "Suspended",
      RESUMED: "Resumed",
      UNPAIRED: "Unpaired",
      REMOVED: "Deleted",
    },
  },
  failures: {
    title: "Why it did not come in",
    why: {
      WRONG_CODE: "A wrong code was entered.",
      CODE_LOCKED: "The code is locked after too many wrong tries. Make a new one.",
      CODE_EXPIRED: "The code had expired. Make a new one.",
      CODE_USED: "The code was used already. Make a new one.",
      NO_CODE: "There was no code to enter. Make one.",
      SUSPENDED: "The terminal is suspended. Resume it first.",
      KEY_REFUSED: "The key that it sent is unsound. Its software has to make another one.",
      CALLER_WAITS: "Too many wrong tries came from its network. It has one try with a new code.",
    },
  },
  consequences: {
    lists: "While its line is down it may go on letting cards in by the lists that it has, until",
    reports: (missing: number) =>
      count(missing, {
        one: "# report of what it decided by itself has not come yet, and may never come.",
        other: "# reports of what it decided by itself have not come yet, and may never come.",
      }),
  },
} as const;
