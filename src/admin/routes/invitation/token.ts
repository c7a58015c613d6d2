let token = "";

/** Keeps the token in memory only, and takes it out of the address and the history. */
export function takeToken(): void {
  const { hash, pathname } = window.location;
  if (hash.length <= 1) return;
  token = hash.slice(1);
  window.history.replaceState(window.history.state, "", pathname);
}

export function invitationToken(): string {
  return token;
}
