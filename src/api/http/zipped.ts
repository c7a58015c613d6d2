import { promisify } from "node:util";
import { gzip } from "node:zlib";
import type { Reply } from "./answer.ts";

const zip = promisify(gzip);

/** Less is sent as it is: what zipping saves is not worth its time. */
const WORTH_IT = 1_024;

/** The reply, zipped for a caller that takes it so. */
export async function zipped<Status extends number, Body>(
  reply: Reply<Status, Body>,
  acceptEncoding: string | null,
): Promise<Reply<Status, Body>> {
  const headers = { ...reply.headers, Vary: "Accept-Encoding" };
  const bytes = Buffer.from(JSON.stringify(reply.body));
  if (bytes.length < WORTH_IT || !takesGzip(acceptEncoding ?? "")) return { ...reply, headers };
  const stream = new Blob([Uint8Array.from(await zip(bytes))]).stream();
  return { ...reply, headers: { ...headers, "Content-Encoding": "gzip" }, stream };
}

/** RFC 9110, 12.5.3: named, and not with a weight of 0. */
function takesGzip(accepted: string): boolean {
  return accepted.split(",").some((one) => {
    const [coding = "", ...parameters] = one.trim().toLowerCase().split(";");
    if (coding.trim() !== "gzip" && coding.trim() !== "*") return false;
    return !parameters.some((parameter) => /^\s*q=0(\.0{0,3})?\s*$/.test(parameter));
  });
}
