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
} as const;
