import {
  IconArrowsExchange,
  IconBuildingStore,
  IconCreditCard,
  IconDeviceMobile,
  IconFileText,
  IconKey,
  IconLayoutDashboard,
  IconListDetails,
  IconMapPin,
  IconPalette,
  IconReceipt,
  IconRulerMeasure,
  IconScale,
  IconServer,
  IconTerminal2,
  IconUsers,
  type TablerIcon,
} from "@tabler/icons-react";
import { boot, may, type Permission } from "../../api/session.ts";
import type { Texts } from "../../texts/texts.ts";

type Group = keyof Texts["shell"]["groups"];

export interface NavigationItem {
  readonly group: Group;
  /** The page's path, without `/admin`. */
  readonly to: string;
  readonly label: keyof Texts["shell"]["pages"];
  /** Null: for everybody who is signed in. */
  readonly permission: Permission | null;
  readonly icon: TablerIcon;
  /** False where the installation does not have it. */
  readonly isHere?: boolean;
}

/** Every page of the navigation, in its order, with what its reader has to be allowed. */
export const NAVIGATION: readonly NavigationItem[] = [
  {
    group: "watch",
    to: "/",
    label: "dashboard",
    permission: "dashboard:read",
    icon: IconLayoutDashboard,
  },
  {
    group: "watch",
    to: "/operations",
    label: "operations",
    permission: "operations:read",
    icon: IconListDetails,
  },
  { group: "programme", to: "/rulesets", label: "rulesets", permission: "rulesets:read", icon: IconScale },
  {
    group: "programme",
    to: "/account-ranges",
    label: "accountRanges",
    permission: "accountRanges:read",
    icon: IconRulerMeasure,
  },
  { group: "programme", to: "/rates", label: "rates", permission: "rulesets:read", icon: IconArrowsExchange },
  { group: "cards", to: "/cards", label: "cards", permission: "cards:read", icon: IconCreditCard },
  {
    group: "cards",
    to: "/transactions",
    label: "transactions",
    permission: "transactions:read",
    icon: IconReceipt,
  },
  { group: "places", to: "/locations", label: "locations", permission: "locations:read", icon: IconMapPin },
  {
    group: "places",
    to: "/merchants",
    label: "merchants",
    permission: "merchants:read",
    icon: IconBuildingStore,
  },
  {
    group: "places",
    to: "/terminals",
    label: "terminals",
    permission: "terminals:read",
    icon: IconTerminal2,
  },
  {
    group: "places",
    to: "/virtual-terminal",
    label: "virtualTerminal",
    permission: "terminals:write",
    icon: IconDeviceMobile,
    isHere: boot.installation.virtualTerminal,
  },
  { group: "evidence", to: "/terms", label: "terms", permission: "terms:read", icon: IconFileText },
  { group: "settings", to: "/users", label: "users", permission: "users:write", icon: IconUsers },
  { group: "settings", to: "/keys", label: "keys", permission: "keys:write", icon: IconKey },
  {
    group: "settings",
    to: "/branding",
    label: "branding",
    permission: "branding:write",
    icon: IconPalette,
  },
  { group: "settings", to: "/system", label: "system", permission: "system:write", icon: IconServer },
];

/** What whoever is signed in may open. */
export function openPages(): readonly NavigationItem[] {
  return NAVIGATION.filter(
    ({ permission, isHere = true }) => isHere && (permission === null || may(permission)),
  );
}

/** Where somebody lands: at the dashboard, but for those whose work is another. */
export function landingPage(): string {
  if (boot.session?.user.role === "SERVICE_PROVIDER") return "/operations";
  const pages = openPages();
  const cards = pages.find(({ to }) => to === "/cards");
  return (may("dashboard:read") ? pages[0] : (cards ?? pages[0]))?.to ?? "/account";
}
