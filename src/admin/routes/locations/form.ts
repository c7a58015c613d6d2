import type { Location } from "./queries.ts";

/** A location as it is typed. */
export interface LocationForm {
  readonly name: string;
  readonly countryCode: string;
  readonly service: string;
  readonly postalCode: string;
  readonly city: string;
  readonly address: string;
  readonly cooldownMinutes: string;
  readonly merchantId: string;
  readonly timeZone: string;
  readonly offlineAllowed: boolean;
}

export const EMPTY: LocationForm = {
  name: "",
  countryCode: "",
  service: "LOUNGE",
  postalCode: "",
  city: "",
  address: "",
  cooldownMinutes: "",
  merchantId: "",
  timeZone: "",
  offlineAllowed: true,
};

export function toForm(location: Location): LocationForm {
  const { name, countryCode, service, postalCode, city, offlineAllowed } = location;
  return {
    name,
    countryCode,
    service,
    postalCode,
    city,
    address: location.address ?? "",
    cooldownMinutes: location.cooldownMinutes === null ? "" : String(location.cooldownMinutes),
    merchantId: location.merchantId ?? "",
    timeZone: location.timeZone ?? "",
    offlineAllowed,
  };
}

/** What is sent: an empty field is none. */
export function toBody({ address, cooldownMinutes, merchantId, timeZone, ...form }: LocationForm): unknown {
  const minutes = cooldownMinutes.trim();
  return {
    ...form,
    countryCode: form.countryCode.trim().toUpperCase(),
    address: orNull(address),
    cooldownMinutes: minutes === "" ? null : /^\d+$/.test(minutes) ? Number(minutes) : minutes,
    merchantId: orNull(merchantId),
    timeZone: orNull(timeZone),
  };
}

function orNull(text: string): string | null {
  return text.trim() === "" ? null : text.trim();
}
