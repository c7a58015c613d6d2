import type { Boot } from "../../api/panel/bootShape.ts";

/** What the server has put into the page. The shape is the server's own. */
function readBoot(): Boot {
  const block = document.getElementById("boot");
  if (block === null) throw new Error("the page has no boot block");
  const written: unknown = JSON.parse(block.textContent);
  if (!isBoot(written)) throw new Error("the boot block is none of this panel's");
  return written;
}

/** The server that writes it is of the same build: looking at every member would cost more than it tells. */
function isBoot(written: unknown): written is Boot {
  return typeof written === "object" && written !== null && "session" in written && "installation" in written;
}

export const boot = readBoot();

export type Session = NonNullable<Boot["session"]>;
export type Permission = Session["permissions"][number];

/** How far the server's business time was ahead of this machine's when the page came. */
const aheadMs = Date.parse(boot.installation.businessTime) - Date.now();

/** The server's business time, in milliseconds. */
export function businessNow(): number {
  return Date.now() + aheadMs;
}

export function may(permission: Permission): boolean {
  return boot.session?.permissions.includes(permission) === true;
}
