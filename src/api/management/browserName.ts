/** What a session was opened from, in words of ours: nothing of what a browser says of itself is kept as it stands. */
export function browserName(userAgent: string | null): string {
  const text = userAgent ?? "";
  const browser = BROWSERS.find(([, sign]) => sign.test(text))?.[0];
  const system = SYSTEMS.find(([, sign]) => sign.test(text))?.[0];
  return [browser, system].filter((part) => part !== undefined).join(", ");
}

/** In this order: each says as well that it is one of those behind it. */
const BROWSERS: readonly (readonly [name: string, sign: RegExp])[] = [
  ["Edge", /\bEdg(e|A|iOS)?\//],
  ["Opera", /\bOPR\//],
  ["Firefox", /\b(Firefox|FxiOS)\//],
  ["Chrome", /\b(Headless)?Chrom(e|ium)\/|\bCriOS\//],
  ["Safari", /\bSafari\//],
];
const SYSTEMS: readonly (readonly [name: string, sign: RegExp])[] = [
  ["Android", /\bAndroid\b/],
  ["iOS", /\b(iPhone|iPad|iPod)\b/],
  ["Windows", /\bWindows\b/],
  ["macOS", /\bMac OS X\b/],
  ["Linux", /\bLinux\b/],
];
