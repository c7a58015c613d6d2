import { may, type Permission } from "../../api/session.ts";

/** Whoever is signed in may not open this page. */
export class ForbiddenPageError extends Error {
  override readonly name = "ForbiddenPageError";
}

/** For a route's `beforeLoad`: nothing is asked of the server that it would refuse. */
export function wants(permission: Permission): () => void {
  return () => {
    if (!may(permission)) throw new ForbiddenPageError(permission);
  };
}
