import { api, tell } from "../../api/client.ts";

export interface PasswordChange {
  readonly oldPassword: string;
  readonly password: string;
}

export async function changePassword(body: PasswordChange): Promise<void> {
  await tell(() => api.PUT("/api/session/password", { body }));
}
