import { counter } from "../plural.ts";

const count = counter("en");

/** White label: how the panel presents itself. */
export const branding = {
  why: "What everybody sees of this installation, the page for signing in too. Colours that say a state never change.",
  parts: {
    look: "Name and look",
    support: "Support and legal pages",
    services: "Services",
    preview: "Preview",
  },
  saved: "This is how it looks now, in your other tabs too.",
  fields: {
    name: "Name",
    accent: "Colour",
    accentHelp: "Buttons, links and what is chosen take their colours from it.",
    pick: "Choose the colour",
    logo: "Logo",
    logoHelp: "PNG or WebP, at most 200 kB. It is shown 22 and 32 pixels high.",
    logoRemove: "Use the product's own",
    logoOwn: "The product's own logo is used.",
    email: "Support e-mail",
    phone: "Support phone",
    links: "Legal pages",
    linksNone: "None. Add the imprint, the privacy notice or the like.",
    addLink: "Add a page",
    label: (number: number) => `Name of page ${String(number)}`,
    url: (number: number) => `Address of page ${String(number)}`,
    urlHelp: "Begins with https://",
    removeLink: (number: number) => `Remove page ${String(number)}`,
    offered: (service: string) => `${service} is offered`,
    english: (service: string) => `${service} in English`,
    polish: (service: string) => `${service} in Polish`,
    services: "Services",
  },
  /** As the product calls them. */
  services: { LOUNGE: "Lounge", FAST_LINE: "Fast line" },
  uploading: "The file is being looked at…",
  schemes: { light: "Light", dark: "Dark" },
  sample: {
    button: "Save",
    link: "A link",
    chosen: "Chosen",
    shades: "Shades, from light to dark",
  },
  adjusted: {
    none: "Nothing had to be adjusted: the colour is read everywhere.",
    some: (adjusted: number) =>
      `${count(adjusted, { one: "# colour was", other: "# colours were" })} adjusted, so that text reaches a contrast of 4.5 to 1:`,
    filled: (scheme: string, before: string, after: string) =>
      `Buttons, ${scheme}: ${after} instead of ${before}`,
    link: (scheme: string, before: string, after: string) =>
      `Links, ${scheme}: ${after} instead of ${before}`,
  },
} as const;
