/** One's own account. */
export const account = {
  facts: "You",
  changes: "An administrator changes these.",
  sessions: {
    title: "Where you are signed in",
    here: "Here",
    unknown: "Unknown browser",
    browser: "Browser",
    openedAt: "Signed in",
    lastSeenAt: "Used last",
    end: "End",
    endOf: (browser: string) => `End the session: ${browser}`,
    ended: "The session was ended.",
    endOthers: "End all others",
    othersEnded: "Your other sessions were ended.",
    actions: "End a session",
  },
  looks: "How the panel looks",
  password: {
    title: "Password",
    why: "A new password ends your sessions on other devices. This one goes on.",
    submit: "Change password",
    done: "Your password was changed. Other sessions have ended.",
    differs: "It is not the same as above.",
  },
  fields: {
    oldPassword: "Current password",
    password: "New password",
    repeated: "New password again",
  },
} as const;
