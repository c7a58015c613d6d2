/** One's own account. */
export const account = {
  facts: "You",
  changes:
    "An administrator changes these. Language, colours, time zone and rows are in the menu at the top.",
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
