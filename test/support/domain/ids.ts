/** Names that every fixture and world shares. */
export const LOCATIONS = [
  "01J00000000000000000000PA1",
  "01J00000000000000000000PB2",
  "01J00000000000000000000PC3",
] as const;
export const LOCATION = LOCATIONS[0];
export const MERCHANT = "01J00000000000000000000MA1";
export const RULESETS = [
  "01J00000000000000000000RA1",
  "01J00000000000000000000RB2",
  "01J00000000000000000000RC3",
  "01J00000000000000000000RD4",
] as const;
export const RULESET = RULESETS[0];
export const CARD = "01J00000000000000000000CA1";
export const TERMINAL = "POS-0001";
export const ADMIN = { id: "01J00000000000000000000VA1", role: "ADMIN" } as const;

export const ISSUER = {
  ica: "0001234",
  issuerName: "Bank",
  country: "POL",
  productCode: "WLE",
  productName: "World Elite",
} as const;
