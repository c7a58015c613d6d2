import { SERVICES } from "../../../domain/services.ts";
import { OWN_ACCENT } from "../../shared/brand.ts";
import type { Branding } from "./queries.ts";

/** As it is typed: what is empty is not there. */
export interface BrandingForm {
  readonly name: string;
  readonly accent: string;
  /** The hash of a file that was uploaded; empty: the product's own. */
  readonly logo: string;
  readonly support: { readonly email: string; readonly phone: string };
  readonly links: readonly { readonly label: string; readonly url: string }[];
  readonly services: Readonly<Record<(typeof SERVICES)[number], ServiceForm>>;
}

interface ServiceForm {
  readonly offered: boolean;
  readonly names: { readonly en: string; readonly pl: string };
}

export function toForm(branding: Branding | null, productName: string): BrandingForm {
  const service = (name: string): ServiceForm => {
    const own = branding?.services.find((one) => one.service === name);
    const nameIn = (language: string): string =>
      own?.names.find((one) => one.language === language)?.name ?? "";
    return { offered: own?.offered ?? true, names: { en: nameIn("en"), pl: nameIn("pl") } };
  };
  return {
    name: branding?.name ?? productName,
    accent: branding?.accent ?? OWN_ACCENT,
    logo: branding?.logo?.hash ?? "",
    support: { email: branding?.support.email ?? "", phone: branding?.support.phone ?? "" },
    links: branding?.links ?? [],
    services: { LOUNGE: service("LOUNGE"), FAST_LINE: service("FAST_LINE") },
  };
}

export function toBody({ logo, support, services, ...typed }: BrandingForm): unknown {
  const orNull = (text: string): string | null => (text.trim() === "" ? null : text.trim());
  return {
    ...typed,
    logo: orNull(logo),
    support: { email: orNull(support.email), phone: orNull(support.phone) },
    services: Object.fromEntries(
      SERVICES.map((service) => {
        const { offered, names } = services[service];
        return [service, { offered, names: { en: orNull(names.en), pl: orNull(names.pl) } }];
      }),
    ),
  };
}
