import type { Branding } from "../brand.ts";

/** What the tabs of one browser tell each other. */
type Message =
  | { readonly kind: "signedOut" }
  /** Somebody works in one of them. */
  | { readonly kind: "active" }
  /** What the panel looks like was decided anew. */
  | { readonly kind: "branding"; readonly branding: Branding };

const channel = new BroadcastChannel("admittance");

export function tellTabs(message: Message): void {
  channel.postMessage(message);
}

/** @returns how to stop listening */
export function onTabs(listen: (message: Message) => void): () => void {
  const heard = ({ data }: MessageEvent<unknown>): void => {
    if (isMessage(data)) listen(data);
  };
  channel.addEventListener("message", heard);
  return () => channel.removeEventListener("message", heard);
}

/** Tabs of one panel are of one build: looking at every member would cost more than it tells. */
function isMessage(data: unknown): data is Message {
  return typeof data === "object" && data !== null && "kind" in data;
}
