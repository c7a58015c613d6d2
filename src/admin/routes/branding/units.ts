import { SERVICES } from "../../../domain/services.ts";
import type { Unit } from "../../shared/form/compare.ts";
import type { Texts } from "../../texts/texts.ts";
import type { BrandingForm } from "./form.ts";

/** What is taken from one or the other as a whole, where two have changed the white label. */
export function brandingUnits({ branding, compare }: Texts): readonly Unit<BrandingForm>[] {
  const { fields } = branding;
  const said = (text: string): string => (text === "" ? compare.empty : text);
  const unit = <Name extends keyof BrandingForm>(
    name: Name,
    label: string,
    words: (value: BrandingForm[Name]) => string,
  ): Unit<BrandingForm> => ({
    label,
    read: (one) => one[name],
    words: (one) => words(one[name]),
    take: (into, from) => ({ ...into, [name]: from[name] }),
  });
  return [
    unit("name", fields.name, said),
    unit("accent", fields.accent, said),
    // A file is named by a hash: its beginning tells two of them apart.
    unit("logo", fields.logo, (hash) => (hash === "" ? fields.logoOwn : hash.slice(0, 8))),
    unit(
      "support",
      branding.parts.support,
      ({ email, phone }) => `${fields.email}: ${said(email)}, ${fields.phone}: ${said(phone)}`,
    ),
    unit("links", fields.links, (links) =>
      said(links.map(({ label, url }) => `${label}: ${url}`).join(", ")),
    ),
    unit("services", fields.services, (services) =>
      SERVICES.map((service) => {
        const { offered, names } = services[service];
        const own = branding.services[service];
        return `${fields.offered(own)}: ${offered ? compare.yes : compare.no}, ${fields.english(own)}: ${said(names.en)}, ${fields.polish(own)}: ${said(names.pl)}`;
      }).join("; "),
    ),
  ];
}
