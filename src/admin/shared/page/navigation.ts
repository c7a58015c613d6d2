import {
  IconArrowsExchange,
  IconBuildingStore,
  IconCash,
  IconCertificate,
  IconCreditCard,
  IconDeviceMobile,
  IconFileText,
  IconKey,
  IconLayoutDashboard,
  IconListCheck,
  IconListDetails,
  IconMapPin,
  IconMessage,
  IconPalette,
  IconPlugConnected,
  IconPlugConnectedX,
  IconPlusMinus,
  IconQrcode,
  IconReceipt,
  IconRulerMeasure,
  IconScale,
  IconServer,
  IconTerminal2,
  IconUsers,
  IconWebhook,
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
  /** Pressed after `g`, leads there. */
  readonly key: string;
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
    key: "d",
  },
  {
    group: "watch",
    to: "/operations",
    label: "operations",
    permission: "operations:read",
    icon: IconListDetails,
    key: "o",
  },
  {
    group: "watch",
    to: "/offline",
    label: "offline",
    permission: "offline:read",
    icon: IconPlugConnectedX,
    key: "p",
  },
  {
    group: "watch",
    to: "/payments",
    label: "payments",
    permission: "payments:read",
    icon: IconCash,
    key: "y",
  },
  {
    group: "programme",
    to: "/rulesets",
    label: "rulesets",
    permission: "rulesets:read",
    icon: IconScale,
    key: "r",
  },
  {
    group: "programme",
    to: "/account-ranges",
    label: "accountRanges",
    permission: "accountRanges:read",
    icon: IconRulerMeasure,
    key: "a",
  },
  {
    group: "programme",
    to: "/rates",
    label: "rates",
    permission: "rulesets:read",
    icon: IconArrowsExchange,
    key: "f",
  },
  {
    group: "programme",
    to: "/messages",
    label: "messages",
    permission: "messages:read",
    icon: IconMessage,
    key: "i",
  },
  { group: "cards", to: "/cards", label: "cards", permission: "cards:read", icon: IconCreditCard, key: "c" },
  {
    group: "cards",
    to: "/whitelist",
    label: "whitelist",
    permission: "whitelist:read",
    icon: IconListCheck,
    key: "w",
  },
  {
    group: "cards",
    to: "/adjustments",
    label: "adjustments",
    permission: "adjustments:read",
    icon: IconPlusMinus,
    key: "i",
  },
  {
    group: "cards",
    to: "/transactions",
    label: "transactions",
    permission: "transactions:read",
    icon: IconReceipt,
    key: "x",
  },
  {
    group: "places",
    to: "/locations",
    label: "locations",
    permission: "locations:read",
    icon: IconMapPin,
    key: "l",
  },
  {
    group: "places",
    to: "/merchants",
    label: "merchants",
    permission: "merchants:read",
    icon: IconBuildingStore,
    key: "m",
  },
  {
    group: "places",
    to: "/terminals",
    label: "terminals",
    permission: "terminals:read",
    icon: IconTerminal2,
    key: "t",
  },
  {
    group: "places",
    to: "/enrollments",
    label: "enrollments",
    permission: "terminals:read",
    icon: IconQrcode,
    key: "n",
  },
  {
    group: "places",
    to: "/certificates",
    label: "certificates",
    permission: "terminals:read",
    icon: IconCertificate,
    key: "z",
  },
  {
    group: "places",
    to: "/virtual-terminal",
    label: "virtualTerminal",
    permission: "terminals:write",
    icon: IconDeviceMobile,
    key: "v",
    isHere: boot.installation.virtualTerminal,
  },
  {
    group: "evidence",
    to: "/imports",
    label: "imports",
    permission: "imports:read",
    icon: IconFileText,
    key: "q",
  },
  { group: "evidence", to: "/terms", label: "terms", permission: "terms:read", icon: IconFileText, key: "e" },
  { group: "settings", to: "/users", label: "users", permission: "users:write", icon: IconUsers, key: "u" },
  {
    group: "settings",
    to: "/webhooks",
    label: "webhooks",
    permission: "webhooks:read",
    icon: IconWebhook,
    key: "h",
  },
  { group: "settings", to: "/keys", label: "keys", permission: "keys:write", icon: IconKey, key: "k" },
  {
    group: "settings",
    to: "/branding",
    label: "branding",
    permission: "branding:write",
    icon: IconPalette,
    key: "b",
  },
  {
    group: "settings",
    to: "/connections",
    label: "connections",
    permission: "connections:read",
    icon: IconPlugConnected,
    key: "j",
  },
  {
    group: "settings",
    to: "/system",
    label: "system",
    permission: "system:write",
    icon: IconServer,
    key: "s",
  },
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
