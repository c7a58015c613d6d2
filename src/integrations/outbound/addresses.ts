import ipaddr from "ipaddr.js";

/**
 * Which addresses a call to the outside may go to: public ones, and what the operator named (`OUTBOUND_ALLOWED`).
 * Everything that the registries set aside is refused, known today or not: what is allowed is listed, not what isn't.
 */

type Address = ReturnType<typeof ipaddr.process>;
type Network = readonly [Address, number];

export interface Allowed {
  /** Host names in lower case without a last dot. */
  readonly names: ReadonlySet<string>;
  readonly networks: readonly Network[];
}

/** @returns null where an entry is neither a host name, an address nor a network (`10.1.0.0/16`) */
export function parseAllowed(list: string): Allowed | null {
  const names = new Set<string>();
  const networks: Network[] = [];
  for (const entry of list.split(",").map((one) => one.trim())) {
    if (entry === "") continue;
    const network = networkOf(entry);
    if (network !== null) networks.push(network);
    else if (isName(entry)) names.add(bareName(entry));
    else return null;
  }
  return { names, networks };
}

export function bareName(host: string): string {
  return host
    .replace(/^\[|\]$/g, "")
    .replace(/\.$/, "")
    .toLowerCase();
}

export function isAddress(host: string): boolean {
  return ipaddr.isValid(host);
}

/** What the operator named, by its name or by where it is. */
export function isNamed(allowed: Allowed, name: string, address: string): boolean {
  if (allowed.names.has(name)) return true;
  const parsed = addressOf(address);
  return parsed !== null && allowed.networks.some((network) => within(parsed, network));
}

// An IPv4 address in IPv6's clothes is what it carries.
function addressOf(address: string): Address | null {
  return ipaddr.isValid(address) ? ipaddr.process(address) : null;
}

function within(address: Address, [network, bits]: Network): boolean {
  if (address instanceof ipaddr.IPv4) return network instanceof ipaddr.IPv4 && address.match(network, bits);
  return network instanceof ipaddr.IPv6 && address.match(network, bits);
}

// Global unicast, from which IANA hands out.
const GLOBAL_IPV6: Network = [ipaddr.parse("2000::"), 3];
// The host agent of Azure, which answers its machines only, on an address that looks public.
const AZURE_HOST = "168.63.129.16";

/** An address on the internet, that of nobody's own network or machine. */
export function isPublic(address: string): boolean {
  const parsed = addressOf(address);
  if (parsed === null || parsed.range() !== "unicast" || parsed.toString() === AZURE_HOST) return false;
  return parsed instanceof ipaddr.IPv4 || within(parsed, GLOBAL_IPV6);
}

function networkOf(entry: string): Network | null {
  if (ipaddr.isValidCIDR(entry)) {
    const [address, bits] = ipaddr.parseCIDR(entry);
    return [address, bits];
  }
  // What ipaddr.js also reads (`127.1`, `0x7f000001`) is more likely a mistake.
  if (!ipaddr.IPv4.isValidFourPartDecimal(entry) && !ipaddr.IPv6.isValid(entry)) return null;
  const address = ipaddr.process(entry);
  return [address, address instanceof ipaddr.IPv4 ? 32 : 128];
}

function isName(entry: string): boolean {
  return /^(?=.{1,253}$)([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.?)+$/i.test(entry) && !/^[\d.]+$/.test(entry);
}
