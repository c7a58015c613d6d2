/** The address that links begin with: as it is set, or as the caller has come. */
export function baseOf(
  { publicUrl, secureCookies }: { readonly publicUrl: string | null; readonly secureCookies: boolean },
  call: { header(name: string): string | null },
): string {
  if (publicUrl !== null) return publicUrl;
  const host = /^[A-Za-z0-9.:[\]-]{1,255}$/.exec(call.header("host") ?? "")?.[0] ?? "localhost";
  return `${secureCookies ? "https" : "http"}://${host}`;
}
