export const signIn = {
  title: "Sign in",
  email: "E-mail",
  password: "Password",
  submit: "Sign in",
  refused: "The e-mail address or the password is wrong.",
  showPassword: "Show the password",
  locked: (until: string) => `Too many tries. Try again after ${until}.`,
} as const;
