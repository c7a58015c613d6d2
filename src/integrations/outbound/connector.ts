import { lookup as systemLookup } from "node:dns";
import type { LookupAddress } from "node:dns";
import type { LookupFunction } from "node:net";
import { buildConnector } from "undici";
import type { OutboundCause } from "./answers.ts";
import { type Allowed, bareName, isAddress, isNamed, isPublic } from "./addresses.ts";

/** All addresses of a name; none beside an error. */
export type Resolve = (
  name: string,
  done: (error: Error | null, addresses: readonly LookupAddress[]) => void,
) => void;

export const systemResolve: Resolve = (name, done) => {
  systemLookup(name, { all: true }, (error, addresses) => {
    // Beside an error Node gives none, whatever its types say.
    done(error, error === null ? addresses : []);
  });
};

/** No connection came about: nothing of the request was sent. */
export class NotConnected extends Error {
  override readonly name = "NotConnected";
  readonly reason: OutboundCause;

  constructor(reason: OutboundCause, cause?: Error) {
    super(reason, { cause });
    this.reason = reason;
  }
}

/** Plain HTTP goes to what the operator named only. */
export function mayConnect(allowed: Allowed, name: string, address: string, isPlain: boolean): boolean {
  return isNamed(allowed, name, address) || (!isPlain && isPublic(address));
}

/**
 * Opens connections to addresses that may be called only. The address that was looked at is the one that is connected
 * to: a name that answers differently the next time changes nothing.
 */
export function guardedConnector(
  allowed: Allowed,
  resolve: Resolve,
  given: { readonly connectMs: number; readonly ca: string | undefined },
): buildConnector.connector {
  const connectorFor = (isPlain: boolean): buildConnector.connector => {
    const lookup = guardedLookup(allowed, resolve, isPlain);
    const options = { timeout: given.connectMs, lookup, ...(given.ca === undefined ? {} : { ca: given.ca }) };
    return buildConnector(options);
  };
  const plain = connectorFor(true);
  const encrypted = connectorFor(false);
  return (options, callback) => {
    const isPlain = options.protocol !== "https:";
    const name = bareName(options.hostname);
    // An address in the URL is never looked up.
    if (isAddress(name) && !mayConnect(allowed, name, name, isPlain)) {
      callback(new NotConnected("REFUSED_ADDRESS"), null);
      return;
    }
    (isPlain ? plain : encrypted)(options, (...[error, socket]) => {
      if (error !== null) {
        callback(error instanceof NotConnected ? error : new NotConnected(reasonOf(error), error), null);
      } else if (mayConnect(allowed, name, socket.remoteAddress ?? "", isPlain)) callback(null, socket);
      else {
        socket.destroy();
        callback(new NotConnected("REFUSED_ADDRESS"), null);
      }
    });
  };
}

function guardedLookup(allowed: Allowed, resolve: Resolve, isPlain: boolean): LookupFunction {
  return (name, options, done) => {
    resolve(name, (error, addresses) => {
      const found = addresses.filter(
        (one) => options.family === undefined || options.family === 0 || one.family === options.family,
      );
      if (error !== null || found.length === 0) {
        done(new NotConnected("NO_ADDRESS", error ?? undefined), "", 0);
        return;
      }
      const [first, ...rest] = found.filter(({ address }) =>
        mayConnect(allowed, bareName(name), address, isPlain),
      );
      if (first === undefined) done(new NotConnected("REFUSED_ADDRESS"), "", 0);
      else if (options.all === true) done(null, [first, ...rest]);
      else done(null, first.address, first.family);
    });
  };
}

const TRUST =
  /^(ERR_TLS_CERT_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|HOSTNAME_MISMATCH|INVALID_CA|PATH_LENGTH|INVALID_PURPOSE)/;

function reasonOf(error: Error): OutboundCause {
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  return TRUST.test(code) ? "NOT_TRUSTED" : "NO_CONNECTION";
}
