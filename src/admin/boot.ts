import { setNonce } from "get-nonce";

/**
 * The first import of the panel: what libraries have to know before they run, so that the page's policy holds.
 * zod must not try to compile code; styles that are made while the page runs carry the nonce; markup made of text is
 * let through only where nothing in it is markup.
 */
// As `z.config` keeps it. Pages without a form do without zod: it can't be imported here.
window.__zod_globalConfig = { jitless: true };

const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? "";
setNonce(nonce);

interface TrustedTypes {
  createPolicy(
    name: string,
    rules: {
      readonly createHTML: (text: string) => string;
      readonly createScriptURL: (url: string) => string;
    },
  ): unknown;
}

declare global {
  interface Window {
    readonly trustedTypes?: TrustedTypes;
    __zod_globalConfig?: { readonly jitless: boolean };
  }
}

window.trustedTypes?.createPolicy("default", {
  createHTML: (text) => {
    if (/[<&]/.test(text)) throw new TypeError("Text is not turned into markup here.");
    return text;
  },
  // An `<object>` could run what it shows: the only thing that we show by one is a PDF of the terms.
  createScriptURL: (url) => {
    if (!/^\/api\/terms\/[0-9A-Z]{26}\/file#navpanes=0$/.test(url))
      throw new TypeError("This is not shown here.");
    return url;
  },
});

export { nonce };
